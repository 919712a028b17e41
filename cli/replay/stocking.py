"""Reads what a shop has of the file's products, and brings in what an earlier run has not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from cli.replay.api import Api
from cli.replay.books import StockFigures
from cli.replay.catalogue import stock_key
from cli.replay.categories import category_of
from cli.replay.importing import Imported, Stocked, import_products
from cli.replay.others import stock_of_others
from cli.replay.phases import Phases
from cli.replay.placed import Placed
from cli.replay.reading import read_stock
from cli.replay.work import Work


@dataclass(frozen=True, slots=True)
class Stocking:
    """The stock before anything was sent and when that was read, the units to receive by SKU, and what came of it."""

    reading: Mapping[str, StockFigures]
    read_at: datetime
    receipts: Mapping[str, int]
    imported: Imported

    def others(self, orders: Iterable[Placed]) -> dict[str, StockFigures]:
        """What the shop holds besides the file's own, given the file's orders as placing answered them."""
        return stock_of_others(self.reading, self.read_at, self.receipts, self.imported.received, orders)


async def stock_up(api: Api, token: str, work: Work, phases: Phases, *, alone: bool) -> Stocking:
    """Import the file's products with an administrator's token. Raises ApiError.

    In a store of the file's own (`alone`), a SKU with its units received is done: nothing else receives there. In any
    other shop all is sent again, and its keys keep it from being done twice.
    """
    read_at, products = datetime.now(UTC), stocked(work)
    phases.begin("look", len(products))
    reading = await read_stock(api, token, [each.sku for each in products], phases)
    missing = [each for each in products if not (alone and _is_in(each, reading))]
    phases.begin("import", len(products))
    phases.done(len(products) - len(missing))
    imported = await import_products(api, token, missing, phases)
    return Stocking(reading, read_at, {each.sku: each.units for each in products}, imported)


def stocked(work: Work) -> list[Stocked]:
    """The file's products with the units that its lines sell."""
    digest = work.file.digest
    return [
        Stocked(
            each.sku,
            each.title,
            category_of(each.title),
            each.pence,
            each.received,
            stock_key(digest, each.sku),
        )
        for each in work.products
    ]


def _is_in(product: Stocked, reading: Mapping[str, StockFigures]) -> bool:
    level = reading.get(product.sku)
    return level is not None and level.received >= product.units
