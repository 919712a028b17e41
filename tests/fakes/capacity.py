"""Sizes of items, and the capacity units that reads and writes of them cost.

Sources: Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats", "DynamoDB read and write operations" and
"Provisioned throughput considerations for global secondary indexes".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .attribute_values import Item, Value, number

WRITE_UNIT, READ_UNIT = 1024, 4096
CONTAINER_BYTES, MEMBER_BYTES = 3, 1


def item_size(item: Mapping[str, Value]) -> int:
    """The bytes of an item: each name in UTF-8 and its value."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: Mapping[str, Any]) -> int:
    """The bytes of a value. A number takes a byte for two digits, one more, and one for a minus sign."""
    ((kind, raw),) = value.items()
    if kind == "S":
        return len(raw.encode())
    if kind == "N":
        return _number_size(raw)
    if kind == "B":
        return len(raw)
    if kind == "L":
        return CONTAINER_BYTES + sum(MEMBER_BYTES + value_size(each) for each in raw)
    if kind == "M":
        return CONTAINER_BYTES + sum(MEMBER_BYTES for _ in raw) + item_size(raw)
    if kind in {"SS", "NS", "BS"}:
        return sum(value_size({kind[0]: each}) for each in raw)
    return 1


def write_units(old: Item | None, new: Item | None) -> int:
    """Units of one write of a table: the larger image, at least one."""
    return units(max(item_size(old or {}), item_size(new or {})), WRITE_UNIT)


def index_units(old: Item | None, new: Item | None, keys: tuple[str, str]) -> int:
    """Units that a write costs an index, from its views of the item: nothing unless the view changes.

    A change of the index's key is a delete and a put.
    """
    if old == new:
        return 0
    if old and new and any(old[key] != new[key] for key in keys):
        return write_units(old, None) + write_units(None, new)
    return write_units(old, new)


def units(size: int, of: int) -> int:
    """How many units of `of` bytes a size takes, at least one."""
    return max(1, -(-size // of))


@dataclass(slots=True)
class Meter:
    """What one request has cost one table and its indexes. `kind` is "Read" or "Write"."""

    table: str
    kind: str
    transactional: bool = False
    base: float = 0.0
    indexes: dict[str, float] = field(default_factory=dict)

    def add_index(self, name: str, cost: float) -> None:
        """Charge an index; a charge of nothing leaves no trace."""
        if cost:
            self.indexes[name] = self.indexes.get(name, 0.0) + cost

    def report(self, mode: str | None) -> dict[str, Any] | None:
        """The ConsumedCapacity of an answer, or None where none was asked for."""
        if mode not in {"TOTAL", "INDEXES"}:
            return None
        total = self.base + sum(self.indexes.values())
        answer: dict[str, Any] = {"TableName": self.table, "CapacityUnits": total}
        if self.transactional:
            answer[f"{self.kind}CapacityUnits"] = total
        if mode == "INDEXES":
            answer["Table"] = {"CapacityUnits": self.base}
            if self.indexes:
                answer["GlobalSecondaryIndexes"] = {
                    name: {"CapacityUnits": cost} for name, cost in self.indexes.items()
                }
        return answer


def _number_size(text: str) -> int:
    value = number(text)
    if not value:
        return 1
    return -(-len(value.as_tuple().digits) // 2) + 1 + value.is_signed()
