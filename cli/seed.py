"""Fills a running laptop's shop with the products of the sample day, through the API, as staff."""

import asyncio
import time
from collections.abc import Callable

from cli.replay.api import open_api
from cli.replay.callers import ADMIN, Callers
from cli.replay.catalogue import Product, stock_key
from cli.replay.categories import category_of
from cli.replay.importing import Stocked, import_products
from cli.replay.phases import Lines
from cli.replay.running import prepare
from cli.sample import SAMPLE_DAY
from local.laptop import Laptop

AT_LEAST = 50  # units of each, so that a demo can buy


def seed(laptop: Laptop, tell: Callable[[str], None]) -> None:
    """Import the catalogue with its stock; done again, or after an interruption, it adds only what is missing.

    Raises ApiError where the shop does not take it.
    """
    started = time.monotonic()
    work = prepare(SAMPLE_DAY)
    products = [demo_product(each, work.file.digest) for each in work.products]
    tell(f"First start: filling the shop with {len(products):,} real products ...")
    asyncio.run(_import(laptop, products, tell))
    tell(f"The shop is filled, in {time.monotonic() - started:.0f} s.")


def demo_product(product: Product, digest: str) -> Stocked:
    """The product with stock for a demo, received under a key of its own."""
    return Stocked(
        sku=product.sku,
        title=product.title,
        category=category_of(product.title),
        pence=product.pence,
        units=max(AT_LEAST, product.received),
        stock_key=stock_key(f"seed {digest}", product.sku),
    )


async def _import(laptop: Laptop, products: list[Stocked], tell: Callable[[str], None]) -> None:
    phases = Lines(tell)
    phases.begin("Products", len(products))
    async with open_api(laptop.endpoint) as api:
        await import_products(api, await Callers(laptop).staff(ADMIN), products, phases)
