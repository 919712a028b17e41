"""Stock of one SKU, and what a decision about an order moves. `onHand = available + reserved`, always."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import cast

from domain.facts import Fact
from domain.lifecycle import LEFT, EventType
from domain.order import Fulfillment, Line, Order
from domain.refusals import InsufficientStock, ShortLine, UserError, invalid
from domain.sharding import Allocation, shard_name, sku_of, sliced
from domain.values import value

CHUNK_SKUS = 25
"""How many SKUs' counters move in one chunk, where a command moves more than one transaction holds."""

MAX_UNITS = 1_000_000_000
"""Of one SKU in the warehouse: what a GraphQL Int and a typing error allow."""


class StockReason(Enum):
    """Why stock was changed by hand. RECEIVED adds to the cumulative `received`."""

    RECEIVED = "RECEIVED"
    RETURNED = "RETURNED"
    FOUND = "FOUND"
    DAMAGED = "DAMAGED"
    LOST = "LOST"
    CORRECTED = "CORRECTED"


@value
class Stock:
    """Units of one SKU in the warehouse; `received` is cumulative; `version` counts the changes made by hand.

    `shards` is over how many counters they are spread: more than 1 for a hot SKU.
    """

    sku: str
    available: int = 0
    reserved: int = 0
    received: int = 0
    version: int = 0
    shards: int = 1

    @property
    def on_hand(self) -> int:
        """Units in the warehouse."""
        return self.available + self.reserved


ORDER = "ORDER"
"""The reason of a movement that an order made."""


@value
class StockMovement:
    """What came to a SKU's stock or left it: `delta` of what can be sold, `reserved` of what orders wait for.

    `reason` is a StockReason, RESPREAD or ORDER; `on_hand` is what lay in the warehouse then, where it is known.
    """

    sku: str
    at: datetime
    reason: str
    delta: int
    reserved: int = 0
    on_hand: int | None = None
    order_id: str | None = None
    actor_id: str | None = None


@value
class LowStock:
    """A SKU whose keepers want to be told: units that can be sold, at how many they are told, and whether they were."""

    sku: str
    title: str
    available: int
    threshold: int
    told: bool = False

    @property
    def is_low(self) -> bool:
        """Whether so few are left."""
        return self.available <= self.threshold


RELEASING = frozenset(
    {
        EventType.ORDER_CANCELLED,
        EventType.ORDER_LINES_CANCELLED,
        EventType.ORDER_REJECTED,
        EventType.ORDER_EXPIRED,
    }
)
"""Events whose units can be sold again."""


@value
class Move:
    """What the counters of a SKU, or of one of its shards, change by."""

    available: int = 0
    reserved: int = 0

    @property
    def on_hand(self) -> int:
        """The change of what lies in the warehouse."""
        return self.available + self.reserved


def adjusted(stock: Stock, delta: int, reason: StockReason) -> Stock | UserError:
    """The stock after adding `delta` units (below 0: taking); refused where less than that is available."""
    if delta == 0:
        return invalid("An adjustment of 0 units changes nothing.", "input", "delta")
    if reason is StockReason.RECEIVED and delta < 0:
        return invalid("What is received is above 0: take units with another reason.", "input", "delta")
    if stock.available + delta < 0:
        line = ShortLine(stock.sku, -delta, stock.available)
        return InsufficientStock(
            "INSUFFICIENT_STOCK", f"{stock.sku} has {stock.available} available.", ("input", "delta"), (line,)
        )
    if stock.on_hand + delta > MAX_UNITS:
        return invalid(f"A SKU has at most {MAX_UNITS} units.", "input", "delta")
    received = stock.received + (delta if reason is StockReason.RECEIVED else 0)
    return replace(stock, available=stock.available + delta, received=received, version=stock.version + 1)


def counted(stock: Stock, on_hand: int) -> Stock | UserError:
    """The stock after a count found `on_hand` units; refused below what orders have reserved."""
    if on_hand < stock.reserved:
        return invalid(
            f"{stock.reserved} units are reserved by orders: cancel those first.", "input", "onHand"
        )
    return replace(stock, available=on_hand - stock.reserved, version=stock.version + 1)


def respread(stock: Stock, shards: int) -> Stock:
    """The same stock over this many shards."""
    return replace(stock, shards=shards, version=stock.version + 1)


def reserved_by(lines: Iterable[Line]) -> dict[str, int]:
    """Units by shard that placing these lines reserves; a SKU may stand in several lines."""
    total: dict[str, int] = {}
    for line in lines:
        _add(total, taken_of(line, 0, line.quantity))
    return total


def taken_of(line: Line, start: int, count: int) -> dict[str, int]:
    """Units by shard of `count` of a line's units, after the first `start`: they are used up in the order of allocation."""
    if not line.allocation:
        return {line.sku: count}
    total: dict[str, int] = {}
    for part, units in sliced(line.allocation, start, count):
        _add(total, {shard_name(line.sku, part): units})
    return total


def allocated(lines: Iterable[Line], plan: Mapping[str, Allocation]) -> tuple[Line, ...]:
    """The lines with where their units are taken, by SKU; SKUs that the plan does not name have one shard."""
    used: dict[str, int] = {}
    found: list[Line] = []
    for line in lines:
        if line.sku in plan:
            start = used.get(line.sku, 0)
            used[line.sku] = start + line.quantity
            found.append(replace(line, allocation=sliced(plan[line.sku], start, line.quantity)))
        else:
            found.append(line)
    return tuple(found)


def moves(order: Order, facts: Iterable[Fact]) -> dict[str, Move]:
    """What the facts, about to be applied to `order`, move in stock by shard; counters that stay as they are left out.

    Cancelling, rejecting and expiring release, shipping consumes, and a parcel that had left and is taken back reserves
    its units again (which are cancelled in the next fact), of those that came back where it is restocked.
    """
    total: dict[str, Move] = {}
    gone = {
        line.id: counted.cancelled + counted.shipped
        for line in order.lines
        for counted in (order.counted(line.id),)
    }
    for fact in facts:
        for shard, move in _moves_of(order, fact, gone):
            before = total.get(shard, Move())
            total[shard] = Move(before.available + move.available, before.reserved + move.reserved)
    return {shard: move for shard, move in total.items() if move != Move()}


def by_sku(moves: Mapping[str, Move]) -> dict[str, Move]:
    """Moves of shards, summed up by SKU."""
    total: dict[str, Move] = {}
    for shard, move in moves.items():
        before = total.get(sku_of(shard), Move())
        total[sku_of(shard)] = Move(before.available + move.available, before.reserved + move.reserved)
    return total


def _moves_of(order: Order, fact: Fact, gone: dict[str, int]) -> Iterator[tuple[str, Move]]:
    match fact.type:
        case event if event in RELEASING:
            units = cast(Mapping[str, int], fact.data["units"])
            for shard, count in _by_shard(order.lines, units, gone).items():
                yield shard, Move(count, -count)
        case EventType.FULFILLMENT_SHIPPED:
            for shard, count in _by_shard(order.lines, _parcel(order, fact).units, gone).items():
                yield shard, Move(0, -count)
        case EventType.FULFILLMENT_CANCELLED if _parcel(order, fact).status in LEFT:
            yield from _taken_back(order.lines, _parcel(order, fact), gone, bool(fact.data["restock"]))
        case _:
            return


def _parcel(order: Order, fact: Fact) -> Fulfillment:
    parcel = order.fulfillment(cast(str, fact.data["fulfillmentId"]))
    if parcel is None:
        raise ValueError(f"{fact.type.value} names a parcel that the order does not have")
    return parcel


def _taken_back(
    lines: Iterable[Line], parcel: Fulfillment, gone: dict[str, int], restock: bool
) -> Iterator[tuple[str, Move]]:
    """Units are open and reserved again; where they came back, they add to the shards that this parcel was taken of."""
    for line in (each for each in lines if each.id in parcel.units):
        count = parcel.units[line.id]
        gone[line.id] -= count
        for shard, units in taken_of(line, gone[line.id], count).items():
            yield shard, Move(-units, units)
        if restock:
            for shard, units in taken_of(line, parcel.taken_from.get(line.id, 0), count).items():
                yield shard, Move(units, 0)


def _by_shard(lines: Iterable[Line], units: Mapping[str, int], gone: dict[str, int]) -> dict[str, int]:
    """Units by shard of these units by line; `gone` are those used up before, to which these are added."""
    total: dict[str, int] = {}
    for line in lines:
        if line.id in units:
            _add(total, taken_of(line, gone[line.id], units[line.id]))
            gone[line.id] += units[line.id]
    return total


def _add(total: dict[str, int], units: Mapping[str, int]) -> None:
    for shard, count in units.items():
        total[shard] = total.get(shard, 0) + count
