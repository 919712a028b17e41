"""The figures of a store, order by order and SKU by SKU, whether expected or read back, and their totals."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrderFigures:
    """One order: lines, units and pence as placed, what of it was cancelled (positive), what was delivered."""

    lines: int
    units: int
    pence: int
    cancelled_units: int
    cancelled_pence: int
    delivered_units: int

    def figures(self) -> dict[str, int]:
        """Each figure under the name that a sentence gives it."""
        return {
            "lines": self.lines,
            "units": self.units,
            "subtotal in pence": self.pence,
            "cancelled units": self.cancelled_units,
            "cancelled amount in pence": self.cancelled_pence,
            "delivered units": self.delivered_units,
        }


@dataclass(frozen=True, slots=True)
class StockFigures:
    """One SKU: units ever received, on hand now, reserved now."""

    received: int
    on_hand: int
    reserved: int

    def figures(self) -> dict[str, int]:
        """Each figure under the name that a sentence gives it."""
        return {"received": self.received, "on hand": self.on_hand, "reserved": self.reserved}


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over a whole store; amounts in pence."""

    placed: int
    cancelled: int
    delivered: int
    lines: int
    units: int
    pence: int
    cancelled_units: int
    cancelled_pence: int
    delivered_units: int
    received: int
    on_hand: int
    reserved: int


@dataclass(frozen=True, slots=True)
class Books:
    """Orders by invoice number, stock by SKU."""

    orders: Mapping[str, OrderFigures]
    stock: Mapping[str, StockFigures]

    def totals(self) -> Totals:
        """Sum up. An order counts as cancelled when it is so wholly, as delivered when all the rest is."""
        orders, stock = self.orders.values(), self.stock.values()
        return Totals(
            placed=len(orders),
            cancelled=sum(order.cancelled_units == order.units for order in orders),
            delivered=sum(order.delivered_units > 0 and _is_done(order) for order in orders),
            lines=sum(order.lines for order in orders),
            units=sum(order.units for order in orders),
            pence=sum(order.pence for order in orders),
            cancelled_units=sum(order.cancelled_units for order in orders),
            cancelled_pence=sum(order.cancelled_pence for order in orders),
            delivered_units=sum(order.delivered_units for order in orders),
            received=sum(one.received for one in stock),
            on_hand=sum(one.on_hand for one in stock),
            reserved=sum(one.reserved for one in stock),
        )


def _is_done(order: OrderFigures) -> bool:
    return order.delivered_units + order.cancelled_units == order.units
