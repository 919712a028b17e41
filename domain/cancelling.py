"""Units of an order that are cancelled: what of it is left, what that takes off the total, and whether it ends. Pure."""

from collections.abc import Mapping

from domain.facts import Fact, Facts
from domain.lifecycle import EventType
from domain.line_shares import cancelled_value
from domain.order import Order, units_of
from domain.units import completion


def cancelled(order: Order, units: Mapping[str, int], **told: str) -> Facts:
    """The facts of cancelling these units: the order's end with the last of them, or its completion where all else arrived."""
    ordered, gone, _, delivered = units_of(order)
    gone += sum(units.values())
    value = sum(
        cancelled_value(line, order.counted(line.id).cancelled, units[line.id])
        for line in order.lines
        if line.id in units
    )
    data = {"units": dict(units), "value": value} | told
    if gone == ordered:
        shipping = order.totals.shipping + order.totals.shipping_tax
        return (Fact(EventType.ORDER_CANCELLED, data | {"value": value + shipping}),)
    facts = (Fact(EventType.ORDER_LINES_CANCELLED, data),)
    return facts + completion(order.status, due=ordered - gone, delivered=delivered)
