"""Note in a SKU's movements what orders took from its stock and gave back: changes by hand note themselves.

The identifier is the stream's own number of the change, so a record that comes twice is noted once.
"""

import logging
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domain.shop import read_shop
from domain.stock import ORDER, StockMovement
from domain.values import value
from storage.attributes import from_attributes
from storage.keys import COUNTERS_OF_STOCK
from storage.settings import open_tables
from storage.stock_movements import note_movement
from storage.store import Store
from wiring.declarations import TableStream, on
from wiring.logs import log
from wiring.tracing import following, new_trace

SHOP_FILE = Path(__file__).resolve().parent.parent / "shop.toml"

Record = Mapping[str, Any]


@value
class Notebook:
    """The catalogue, whose movements are noted."""

    store: Store

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> "Notebook":
        """The notebook of a function's environment."""
        return cls(open_tables(environment, read_shop(SHOP_FILE.read_text()).warehouse))


@on(
    TableStream("catalog", COUNTERS_OF_STOCK, event_names=("MODIFY",), parallelization=2),
    memory_mb=256,
    concurrency=10,
    writes=("catalog",),
)
def note_movements(event: Mapping[str, Any], notebook: Notebook) -> dict[str, Any]:
    """Note what these records say that orders moved. Answers the records that are to come again."""
    with following(new_trace()):
        failed = [
            each["dynamodb"]["SequenceNumber"] for each in event["Records"] if not _noted(notebook, each)
        ]
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


def moved_by_order(record: Record) -> StockMovement | None:
    """What an order moved; None of a change by hand, or of one that moved nothing."""
    change = record["dynamodb"]
    old, new = from_attributes(change["OldImage"]), from_attributes(change["NewImage"])
    delta, reserved = (new[name] - old[name] for name in ("available", "reserved"))
    if "lastOrder" not in new or not (delta or reserved):
        return None
    return StockMovement(
        sku=str(new["PK"]).removeprefix("K#"),
        at=datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC),
        reason=ORDER,
        delta=delta,
        reserved=reserved,
        order_id=new["lastOrder"],
    )


def _noted(notebook: Notebook, record: Record) -> bool:
    try:
        movement = moved_by_order(record)
        if movement:
            note_movement(notebook.store, movement, record["dynamodb"]["SequenceNumber"])
    except Exception as error:  # whatever it was, the records beside it are not to blame
        stack = "".join(traceback.format_tb(error.__traceback__))
        log("movement not noted", logging.ERROR, error=type(error).__name__, stack=stack)
        return False
    return True
