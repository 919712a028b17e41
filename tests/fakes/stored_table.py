"""One table in memory: its items in order, its indexes, and its stream. Nothing here refuses anything."""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from storage.tables import Index, Table

from .attribute_values import Item
from .key_rules import KEYS, Key
from .stream_records import StreamRecord, stream_record

Entry = tuple[str, str, str]
"""Where an item stands in a partition: its sort key there, then its table key (PK, SK)."""


@dataclass(slots=True)
class Partitions:
    """Items by partition, each partition in the order of sort keys: the table itself, or an index of it."""

    views: dict[Key, tuple[str, Entry, Item]] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)

    def place(self, key: Key, partition: str, sort: str, view: Item) -> None:
        """Store what is seen of an item, in place of what was."""
        entry = (sort, *key)
        old = self.views.get(key)
        if old is None or old[:2] != (partition, entry):
            self.drop(key)
            insort(self.entries.setdefault(partition, []), entry)
        self.views[key] = (partition, entry, view)

    def drop(self, key: Key) -> None:
        """Forget an item, if it is here."""
        old = self.views.pop(key, None)
        if old is None:
            return
        partition, entry, _ = old
        entries = self.entries[partition]
        del entries[bisect_left(entries, entry)]
        if not entries:
            del self.entries[partition]

    def view(self, entry: Entry) -> Item:
        """What is seen of the item at this place."""
        return self.views[entry[1:]][2]


@dataclass(slots=True)
class StoredTable:
    """A table with its indexes. `delay` is how many seconds of `clock` an index lags behind."""

    schema: Table
    name: str
    clock: Callable[[], float]
    delay: Callable[[], float]
    base: Partitions = field(default_factory=Partitions)
    stream: list[StreamRecord] = field(default_factory=list)
    _indexes: dict[str, Partitions] = field(default_factory=dict)
    _pending: deque[tuple[float, Key, Item | None]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._indexes = {index.name: Partitions() for index in self.schema.indexes}

    def get(self, key: Key) -> Item | None:
        """The item as it is stored; it is not to be changed."""
        found = self.base.views.get(key)
        return found[2] if found else None

    def write(self, key: Key, new: Item | None, *, by_service: bool = False) -> None:
        """Put an item or, with None, delete it. A write that changes nothing leaves no record in the stream."""
        old = self.get(key)
        if old == new:
            return
        if new is None:
            self.base.drop(key)
        else:
            self.base.place(key, *key, new)
        self.stream.append(
            stream_record(self.name, len(self.stream), self.clock(), old, new, by_service=by_service)
        )
        self._pending.append((self.clock() + self.delay(), key, new))

    def items(self) -> Iterator[Item]:
        """Every item, by key."""
        for key in sorted(self.base.views):
            yield self.base.views[key][2]

    def index(self, name: str) -> Index | None:
        """The declaration of an index, or None."""
        return next((index for index in self.schema.indexes if index.name == name), None)

    def indexed(self, name: str) -> Partitions:
        """An index as a reader sees it now."""
        while self._pending and self._pending[0][0] <= self.clock():
            _, key, item = self._pending.popleft()
            for index in self.schema.indexes:
                self._show(index, key, item)
        return self._indexes[name]

    def _show(self, index: Index, key: Key, item: Item | None) -> None:
        view = view_of(index, item)
        if view is None:
            self._indexes[index.name].drop(key)
        else:
            self._indexes[index.name].place(key, view[index.partition]["S"], view[index.sort]["S"], view)


def view_of(index: Index, item: Item | None) -> Item | None:
    """What an index holds of an item; None for an item without both of its keys (a sparse index)."""
    if item is None or index.partition not in item or index.sort not in item:
        return None
    return {name: item[name] for name in projected(index) if name in item}


def projected(index: Index) -> tuple[str, ...]:
    """The attributes that an index holds: both keys, and what it projects."""
    return tuple(dict.fromkeys((*KEYS, index.partition, index.sort, *index.projects)))
