"""Puts products into the shop through the API: each published with one variant, and its stock received once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cli.replay.api import ERRORS, Api, ApiError, refusal
from cli.replay.phases import Phases
from cli.replay.pooling import at_most, batches
from cli.replay.report import pounds_of_pence

BATCH = 10  # products a request: mutations of one request run one after another
WIDTH = 8  # requests at once
CURRENCY = "GBP"
ALREADY_THERE = "IdempotencyConflict"


class ImportRefused(ApiError):
    """The shop refused a product or its stock; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Stocked:
    """A product as it is to be: list price in pence, and units received under a key that counts once."""

    sku: str
    title: str
    category: str
    pence: int
    units: int
    stock_key: str

    @property
    def key(self) -> str:
        """The same in every file: a later file does not make the product anew, nor change its price."""
        return "product-" + hashlib.sha256(self.sku.encode()).hexdigest()[:40]


@dataclass(slots=True)
class Imported:
    """What the shop answered: units received by SKU in all its time, and the SKUs that it has as another product."""

    received: dict[str, int] = field(default_factory=dict)
    other: set[str] = field(default_factory=set)
    """Another title or price: its list price is not the file's."""


async def import_products(api: Api, token: str, products: Sequence[Stocked], phases: Phases) -> Imported:
    """Make all that are not there yet, and receive their stock; done twice, it adds nothing.

    `token` is an administrator's, who may do both. Raises ApiError.
    """
    imported = Imported()

    async def one(batch: Sequence[Stocked]) -> None:
        answer = await api.ask(token, _document(len(batch)), _variables(batch))
        for number, product in enumerate(batch):
            made, received = refusal(answer[f"p{number}"]), refusal(answer[f"s{number}"])
            if made and made.kind != ALREADY_THERE:
                raise ImportRefused(f"Product {product.sku} could not be made. {made}")
            if received:
                raise ImportRefused(f"Stock of {product.sku} could not be received. {received}")
            if made:
                imported.other.add(product.sku)
            imported.received[product.sku] = answer[f"s{number}"]["stockLevel"]["received"]
        phases.done(len(batch))

    await at_most(WIDTH, one, batches(products, BATCH))
    return imported


def _document(count: int) -> str:
    numbers = range(count)
    declared = ",".join(f"$p{n}:CreateProductInput!,$s{n}:AdjustStockInput!" for n in numbers)
    fields = " ".join(
        f"p{n}:createProduct(input:$p{n}){{{ERRORS}}} "
        f"s{n}:adjustStock(input:$s{n}){{stockLevel{{received}} {ERRORS}}}"
        for n in numbers
    )
    return f"mutation Import({declared}){{{fields}}}"


def _variables(batch: Sequence[Stocked]) -> dict[str, Any]:
    variables: dict[str, Any] = {}
    for number, product in enumerate(batch):
        price = {"amount": pounds_of_pence(product.pence), "currency": CURRENCY}
        variables[f"p{number}"] = {
            "title": product.title,
            "category": product.category,
            "published": True,
            "variants": [{"sku": product.sku, "price": price}],
            "idempotencyKey": product.key,
        }
        variables[f"s{number}"] = {
            "sku": product.sku,
            "delta": product.units,
            "reason": "RECEIVED",
            "idempotencyKey": product.stock_key,
        }
    return variables
