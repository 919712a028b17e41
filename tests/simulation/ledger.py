"""What the table's streams tell, checked write by write: the cheap half of the invariants, and a mirror for the rest."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.events import Event, Visibility
from storage.attributes import Item, from_attributes
from storage.keys import shard_of
from storage.order_items import events_of
from tests.fakes.dynamodb import FakeDynamoDB

from .faults import Violated

PHASES = {
    (None, "PLACED"), (None, "RESERVING"), ("RESERVING", "PLACED"), ("RESERVING", "ABORTING"),
    ("ABORTING", "ABORTED"), ("ABORTED", "RESERVING"), ("PLACED", "PLACED"),
}  # fmt: skip
"""From which phase to which an order's head may go in one write."""


@dataclass(slots=True)
class Mirrored:
    """An order as the stream told it so far."""

    phase: str | None = None
    version: int = 0
    owner_id: str = ""
    events: list[Event] = field(default_factory=list)
    public: list[int] = field(default_factory=list)
    base_of: dict[int, int] = field(default_factory=dict)

    def visible(self, *, staff: bool) -> list[int]:
        """The sequences that this audience may see, in order."""
        return [event.sequence for event in self.events] if staff else self.public


@dataclass(slots=True)
class Ledger:
    """Reads both streams as they grow. `dirty` are partitions of orders that changed since somebody looked."""

    fake: FakeDynamoDB
    orders: defaultdict[str, Mirrored] = field(default_factory=lambda: defaultdict(Mirrored))
    dirty: set[str] = field(default_factory=set)
    log_records: list[Mapping[str, Any]] = field(default_factory=list)
    prices: dict[str, int] = field(default_factory=dict)
    skus: dict[str, str] = field(default_factory=dict)
    shards: set[str] = field(default_factory=set)
    generations: dict[str, int] = field(default_factory=dict)
    split: set[str] = field(default_factory=set)
    stock_changes: dict[tuple[str, int], int] = field(default_factory=dict)
    stock_commands: dict[tuple[str, int], int] = field(default_factory=dict)
    tags: defaultdict[str, set[tuple[str, int]]] = field(default_factory=lambda: defaultdict(set))
    _read: dict[str, int] = field(default_factory=lambda: {"orders": 0, "catalog": 0})

    def read(self) -> None:
        """Look at every record since the last time. Raises Violated."""
        for table, look in (("orders", self._order_record), ("catalog", self._catalog_record)):
            stream = self.fake._database.table(table).stream
            for record in stream[self._read[table] :]:
                change = record["dynamodb"]
                key = change["Keys"]["PK"]["S"], change["Keys"]["SK"]["S"]
                old, new = change.get("OldImage"), change.get("NewImage")
                look(
                    record, key, from_attributes(old) if old else None, from_attributes(new) if new else None
                )
            self._read[table] = len(stream)

    def _order_record(
        self, record: Mapping[str, Any], key: tuple[str, str], old: Item | None, new: Item | None
    ) -> None:
        partition, sort = key
        if not partition.startswith("O#"):
            require(old is None or partition.startswith("AUDIT#"), f"{partition} was written twice")
            return
        order_id = partition[2:]
        self.dirty.add(order_id)
        if sort == "A":
            self._head(order_id, old or {}, new or {})
        elif sort.startswith("Z#"):
            require(old is None and new is not None, f"{order_id}: log entry {sort} was changed")
            self._log_entry(order_id, new or {})
            self.log_records.append(record)
        elif sort.startswith("V#"):
            self._marker(order_id, sort, old, new)
        elif sort.startswith("K#"):
            require(old is None, f"{order_id}: command record {sort} was changed")
        elif sort == "B#00" and new is not None:
            self._snapshot(order_id, new)

    def _head(self, order_id: str, old: Item, new: Item) -> None:
        mirrored = self.orders[order_id]
        step = old.get("phase"), new.get("phase")
        require(step in PHASES, f"{order_id}: phase went from {step[0]} to {step[1]}")
        require(step[0] != "PLACED" or new["version"] > old["version"], f"{order_id}: version went back")
        mirrored.phase, mirrored.owner_id = new["phase"], new["ownerId"]
        mirrored.version = new["version"]

    def _log_entry(self, order_id: str, entry: Item) -> None:
        mirrored, events = self.orders[order_id], events_of(entry)
        base = mirrored.events[-1].sequence if mirrored.events else 0
        mirrored.base_of[events[-1].sequence] = base
        for event in events:
            last = mirrored.events[-1].sequence if mirrored.events else 0
            seen = mirrored.public[-1] if mirrored.public else 0
            require(event.sequence == last + 1, f"{order_id}: event {event.sequence} after {last}")
            require(
                event.previous_public == seen,
                f"{order_id}.{event.sequence}: previous is {event.previous_public}",
            )
            mirrored.events.append(event)
            if event.visibility is Visibility.PUBLIC:
                mirrored.public.append(event.sequence)
            for name in ("reason", "holdReason", "tracking"):
                if name in event.data:
                    self._tagged(str(event.data[name]), order_id, event.sequence)

    def _tagged(self, tag: str, order_id: str, sequence: int) -> None:
        self.tags[tag].add((order_id, sequence))
        require(len(self.tags[tag]) == 1, f"the command {tag} was done twice: {sorted(self.tags[tag])}")

    def _marker(self, order_id: str, sort: str, old: Item | None, new: Item | None) -> None:
        step = (old or {}).get("state"), (new or {}).get("state")
        allowed = (
            {(None, "TAKEN")}
            if sort.startswith("V#W")
            else {(None, "HELD"), ("HELD", "RELEASED"), ("RELEASED", None)}
        )
        require(step in allowed, f"{order_id}: marker {sort} went from {step[0]} to {step[1]}")

    def _snapshot(self, order_id: str, new: Item) -> None:
        note = new.get("personal", {}).get("note")
        if note:
            self._tagged(note, order_id, 0)
        if any(len(row) > 9 and len(row[9]) > 1 for row in json.loads(new["lines"])):
            self.split.add(order_id)
        if self.orders[order_id].phase == "PLACED":
            for _, sku, _, _, price, agreed, *_ in json.loads(new["lines"]):
                require(
                    bool(agreed) or price == self.prices[sku], f"{order_id}: {sku} placed at an old price"
                )

    def _catalog_record(
        self, _: Mapping[str, Any], key: tuple[str, str], old: Item | None, new: Item | None
    ) -> None:
        partition, sort = key
        if partition.startswith("M#") and new is not None:
            version = int(sort.rpartition("#")[2])
            change = partition[2:], version
            require(old is None and change not in self.stock_changes, f"stock change {change} was made twice")
            self.stock_changes[change] = new["delta"]
        elif partition.startswith("K#") and new is not None:
            self._sku_record(partition[2:], sort, old, new)
            if sort.startswith("W#"):
                self.shards.add(shard_of({"PK": partition, "SK": sort}))

    def _sku_record(self, sku: str, sort: str, old: Item | None, new: Item) -> None:
        if sort == "A":
            self.prices[sku] = new["price"]
            self.skus[sku] = new["productId"]
            before, now = self.generations.get(sku, 0), new.get("generation", 0)
            require(now in {before, before + 1}, f"{sku}: spread {now} after {before}")
            self.generations[sku] = now
        elif sort.startswith("C#"):
            require(old is None, f"{sku}: command record {sort} was changed")
            self.stock_commands[sku, new["version"]] = 1
        elif sort.startswith("W#"):
            counts = new["available"], new["reserved"], new["onHand"]
            require(min(counts) >= 0, f"{sku}: oversold, {counts}")
            require(
                counts[2] == counts[0] + counts[1], f"{sku}: onHand is not available + reserved, {counts}"
            )


def require(holds: bool, otherwise: str) -> None:
    """Raise Violated unless it holds."""
    if not holds:
        raise Violated(otherwise)
