"""What a shop that others use holds besides the file's own: worked out from a reading taken before the run. Pure.

The reading may hold part of the file already, from an earlier run. What of it was there is taken off, so that the rest
plus the whole file is what must be found in the end, however often the file is replayed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from cli.replay.books import Books, StockFigures
from cli.replay.placed import Placed

NOTHING = StockFigures(received=0, on_hand=0, reserved=0)


def stock_of_others(
    reading: Mapping[str, StockFigures],
    read_at: datetime,
    receipts: Mapping[str, int],
    received: Mapping[str, int],
    orders: Iterable[Placed],
) -> dict[str, StockFigures]:
    """Stock by SKU without the file's: `reading` was taken at `read_at`, before anything of this run was sent.

    `receipts` are the file's units by SKU, `received` is the cumulative figure once they were in: where it has not
    risen since the reading, an earlier run had brought them. `orders` are the file's; those placed before the reading
    had units reserved and shipped in it.
    """
    shipped: Counter[str] = Counter()
    reserved: Counter[str] = Counter()
    for order in orders:
        for line in order.lines if order.placed_at < read_at else ():
            shipped[line.sku] += line.shipped
            reserved[line.sku] += line.reserved
    others: dict[str, StockFigures] = {}
    for sku, units in receipts.items():
        level = reading.get(sku, NOTHING)
        brought = units if received.get(sku) == level.received else 0
        others[sku] = StockFigures(
            received=level.received - brought,
            on_hand=level.on_hand - brought + shipped[sku],
            reserved=level.reserved - reserved[sku],
        )
    return others


def beside(books: Books, others: Mapping[str, StockFigures]) -> Books:
    """The expected books of a store that holds the others' stock too."""
    stock = {
        sku: StockFigures(
            received=one.received + others.get(sku, NOTHING).received,
            on_hand=one.on_hand + others.get(sku, NOTHING).on_hand,
            reserved=one.reserved + others.get(sku, NOTHING).reserved,
        )
        for sku, one in books.stock.items()
    }
    return replace(books, stock=stock)
