"""The meter: what work costs in DynamoDB's capacity units, by whole requests, and how many requests it takes.

Units are those of the in-memory table's own rules over whole items, as AWS documents them; no AWS was asked.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

from storage.store import Store
from tests.shopkeeping import fake

WRITES = {"transact_write_items", "put_item", "update_item", "delete_item"}


@dataclass(frozen=True, slots=True)
class Cost:
    """Read units, write units of tables and of indexes, and round trips."""

    read: float
    table: float
    index: float
    trips: int


class Metered:
    """A client that asks each call for its capacity, and adds it up by kind."""

    def __init__(self, store: Store) -> None:
        self.inner = fake(store)
        self.read: Counter[str] = Counter()
        self.written: Counter[str] = Counter()
        self.trips = 0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:
            self.trips += 1
            answer = getattr(self.inner, name)(**request, ReturnConsumedCapacity="INDEXES")
            found = answer.get("ConsumedCapacity", [])
            into = self.written if name in WRITES else self.read
            for each in found if isinstance(found, list) else [found]:
                into["table"] += each["Table"]["CapacityUnits"]
                into["index"] += sum(
                    i["CapacityUnits"] for i in each.get("GlobalSecondaryIndexes", {}).values()
                )
            return answer

        return call


def cost_of(store: Store, work: Callable[[Store], object]) -> Cost:
    """What this work costs when it is done once."""
    meter = Metered(store)
    work(replace(store, client=cast(Any, meter)))
    return Cost(sum(meter.read.values()), meter.written["table"], meter.written["index"], meter.trips)
