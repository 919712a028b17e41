"""What stock must hold by the orders: the units that each order has reserved, and a SKU's counters put right. Pure.

Reserved are the open units of placed orders (ordered - cancelled - shipped; none in an end state), the chunks that an
order being placed holds, and the chunks of decided movements that the counters do not show yet.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from domain.audit import Finding, Findings, Rule
from domain.lifecycle import END_STATUSES
from domain.order import Order
from domain.stock import CHUNK_SKUS, Move, taken_of
from domain.values import value


@value
class Level:
    """The counters of a SKU's shard as they stand in the store, whether they add up or not; `sku` is the shard's name."""

    sku: str
    on_hand: int
    available: int
    reserved: int
    version: int


@value
class Movement:
    """A decided command whose stock effect follows in chunks: its moves by shard, and the chunks in effect already."""

    moves: Mapping[str, Move]
    applied: frozenset[int] = frozenset()
    done: bool = False

    def outstanding(self) -> dict[str, int]:
        """What the counters' `reserved` is still to change by, by shard."""
        if self.done:
            return {}
        return {
            sku: self.moves[sku].reserved
            for position, sku in enumerate(sorted(self.moves))
            if position // CHUNK_SKUS not in self.applied
        }


def reserved_units(
    order: Order | None, held: Iterable[Mapping[str, int]] = (), movements: Iterable[Movement] = ()
) -> dict[str, int]:
    """Units by shard that one order has reserved; `order` None is one that is not placed, of which only chunks are `held`."""
    total: dict[str, int] = {}
    if order is not None and order.status not in END_STATUSES:
        for line in order.lines:
            counted = order.counted(line.id)
            gone = counted.cancelled + counted.shipped
            for shard, count in taken_of(line, gone, line.quantity - gone).items():
                _add(total, shard, count)
    for units in held:
        for sku, count in units.items():
            _add(total, sku, count)
    for movement in movements:
        for sku, change in movement.outstanding().items():
            _add(total, sku, -change)
    return {sku: count for sku, count in total.items() if count}


def check_level(sku: str, level: Level | None, reserved: int) -> Findings:
    """I3: nothing below 0, onHand = available + reserved, and `reserved` is what the orders have reserved."""
    subject = f"SKU {sku}"
    if level is None:
        if reserved:
            yield Finding(
                Rule.STOCK, subject, "counters", f"{reserved} units reserved by orders", "no counters"
            )
        return
    for name in ("on_hand", "available", "reserved"):
        if getattr(level, name) < 0:
            yield Finding(Rule.STOCK, subject, name, "0 or more", getattr(level, name))
    if level.on_hand != level.available + level.reserved:
        found = f"{level.on_hand} with {level.available} + {level.reserved}"
        yield Finding(Rule.STOCK, subject, "onHand", "available + reserved", found)
    if level.reserved != reserved:
        yield Finding(Rule.STOCK, subject, "units reserved, by the orders", reserved, level.reserved)


def recounted(level: Level, reserved: int) -> Level | None:
    """The counters with what orders have reserved; None where fewer units than that are on hand: count the shelf first."""
    if reserved > level.on_hand or reserved < 0:
        return None
    return replace(level, reserved=reserved, available=level.on_hand - reserved, version=level.version + 1)


def _add(total: dict[str, int], sku: str, count: int) -> None:
    total[sku] = total.get(sku, 0) + count
