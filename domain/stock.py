"""Stock of one SKU, and what a decision about an order moves. `onHand = available + reserved`, always."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import Enum
from typing import cast

from domain.commands import Fact
from domain.lifecycle import EventType
from domain.order import Line, Order
from domain.refusals import InsufficientStock, ShortLine, UserError, invalid
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
    """Units of one SKU in the warehouse; `received` is cumulative; `version` counts the changes made by hand."""

    sku: str
    available: int = 0
    reserved: int = 0
    received: int = 0
    version: int = 0

    @property
    def on_hand(self) -> int:
        """Units in the warehouse."""
        return self.available + self.reserved


@value
class Move:
    """What one SKU's counters change by."""

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


def reserved_by(lines: Iterable[Line]) -> dict[str, int]:
    """Units by SKU that placing these lines reserves; a SKU may stand in several lines."""
    return _by_sku(lines, {line.id: line.quantity for line in lines})


def moves(order: Order, facts: Iterable[Fact]) -> dict[str, Move]:
    """What the facts, about to be applied to `order`, move in stock: cancelling and rejecting release, shipping consumes."""
    total: dict[str, Move] = {}
    for fact in facts:
        for sku, move in _moves_of(order, fact).items():
            before = total.get(sku, Move())
            total[sku] = Move(before.available + move.available, before.reserved + move.reserved)
    return total


def _moves_of(order: Order, fact: Fact) -> dict[str, Move]:
    match fact.type:
        case EventType.ORDER_CANCELLED | EventType.ORDER_LINES_CANCELLED | EventType.ORDER_REJECTED:
            units = _by_sku(order.lines, cast(Mapping[str, int], fact.data["units"]))
            return {sku: Move(available=count, reserved=-count) for sku, count in units.items()}
        case EventType.FULFILLMENT_SHIPPED:
            parcel = order.fulfillment(cast(str, fact.data["fulfillmentId"]))
            units = _by_sku(order.lines, parcel.units if parcel else {})
            return {sku: Move(reserved=-count) for sku, count in units.items()}
        case _:
            return {}


def _by_sku(lines: Iterable[Line], units: Mapping[str, int]) -> dict[str, int]:
    total: dict[str, int] = {}
    for line in lines:
        if line.id in units:
            total[line.sku] = total.get(line.sku, 0) + units[line.id]
    return total
