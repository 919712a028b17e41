"""Tell stock keepers that a SKU runs low: once when it does, and again only after there was enough in between.

A change of stock is a doorbell: what is judged is the stock as it is now, over all shards. A SKU's changes come one
after the other. It is told, then noted: who dies between the two tells once more, and nobody else does.
"""

import logging
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from consumers.telling import Teller
from domain.shop import read_shop
from domain.stock import LowStock
from domain.values import value
from storage.keys import COUNTERS_OF_STOCK
from storage.low_stock import load_low_stock, set_told
from storage.settings import open_tables
from storage.store import Store
from wiring.declarations import TableStream, on
from wiring.logs import log
from wiring.metrics import Meter
from wiring.tracing import following, new_trace

SHOP_FILE = Path(__file__).resolve().parent.parent / "shop.toml"

Record = Mapping[str, Any]


@value
class StockWatch:
    """The catalogue, and who is told."""

    store: Store
    teller: Teller
    meter: Meter = Meter()

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> "StockWatch":
        """The watch of a function's environment."""
        store = open_tables(environment, read_shop(SHOP_FILE.read_text()).warehouse)
        return cls(store, Teller.open(environment), Meter.open(environment))


@on(
    TableStream("catalog", COUNTERS_OF_STOCK, event_names=("MODIFY",), parallelization=2),
    memory_mb=256,
    concurrency=10,
    reads=("catalog",),
    writes=("catalog",),
    tells="low-stock",
)
def watch_stock(event: Mapping[str, Any], watch: StockWatch) -> dict[str, Any]:
    """Look at each SKU whose stock changed. Answers the records that are to come again."""
    changed: dict[str, str] = {}
    for record in event["Records"]:
        if _moved(record["dynamodb"]):
            sku = record["dynamodb"]["Keys"]["PK"]["S"].removeprefix("K#")
            changed.setdefault(sku, record["dynamodb"]["SequenceNumber"])
    with following(new_trace()):
        failed = [first for sku, first in changed.items() if not _looked(watch, sku)]
    return {"batchItemFailures": [{"itemIdentifier": first} for first in failed]}


def _moved(change: Record) -> bool:
    """Whether more or fewer units can be sold than before."""
    return bool(change["OldImage"]["available"] != change["NewImage"]["available"])


def _looked(watch: StockWatch, sku: str) -> bool:
    try:
        found = load_low_stock(watch.store, sku)
        if found:
            _judge(watch, found)
    except Exception as error:  # whatever it was, the SKUs beside it are not to blame
        stack = "".join(traceback.format_tb(error.__traceback__))
        log("stock not looked at", logging.ERROR, sku=sku, error=type(error).__name__, stack=stack)
        return False
    return True


def _judge(watch: StockWatch, found: LowStock) -> None:
    if found.is_low == found.told:
        return
    if found.is_low:
        watch.teller.tell(f"Low stock: {found.sku}", text(found))
        log("low stock", sku=found.sku, available=found.available)
        watch.meter.put("LowStock", 1)
    set_told(watch.store, found.sku, told=found.is_low)


def text(found: LowStock) -> str:
    """What keepers are told."""
    left = "1 unit" if found.available == 1 else f"{found.available} units"
    return f"{found.title} ({found.sku}): {left} can be sold. You asked to be told at {found.threshold} or fewer."
