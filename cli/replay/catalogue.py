"""The catalogue that a file implies: list price, title and stock received of each product that it sells."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from cli.replay.invoices import Row
from cli.replay.rule import Judged, Outcome, pence

TITLE_LENGTH = 100  # the API's limit for a name


@dataclass(frozen=True, slots=True)
class Product:
    """A product to import: the price in pence (0 where the file never charges), the units that its LINEs sell."""

    sku: str
    title: str
    pence: int
    received: int


def catalogue(judged: Iterable[Judged]) -> tuple[Product, ...]:
    """Every SKU that a LINE sells, sorted by SKU."""
    rows: dict[str, list[Row]] = {}
    for one in judged:
        if one.outcome is Outcome.LINE:
            rows.setdefault(one.row.sku, []).append(one.row)
    return tuple(_product(sku, rows[sku]) for sku in sorted(rows))


def stock_key(digest: str, sku: str) -> str:
    """The idempotency key of a SKU's receipt from the file with this digest: a second run adds nothing."""
    return "receipt-" + hashlib.sha256(f"{digest}\n{sku}".encode()).hexdigest()[:40]


def _product(sku: str, rows: list[Row]) -> Product:
    return Product(sku, _title(sku, rows), _list_price(rows), sum(row.quantity for row in rows))


def _list_price(rows: list[Row]) -> int:
    """The most frequent positive price; of equally frequent ones the highest."""
    counts = Counter(pence(row.price) for row in rows if row.price > 0)
    return max(counts, key=lambda price: (counts[price], price), default=0)


def _title(sku: str, rows: list[Row]) -> str:
    """The most frequent description that is not blank, of equally frequent ones the first in the file; else the SKU."""
    counts = Counter(row.description for row in rows if row.description)
    most = max(counts, key=lambda text: counts[text], default=sku)
    return most[:TITLE_LENGTH]
