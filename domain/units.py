"""Units named by line, checked against how many of each there are to take; and when no unit is left to wait for."""

from collections.abc import Mapping

from domain.facts import Fact, Facts
from domain.lifecycle import EventType, OrderStatus
from domain.order import Order
from domain.refusals import QuantityExceeded, UserError, invalid, not_found


def units_problem(
    order: Order, units: Mapping[str, int], available: Mapping[str, int], state: str = "open"
) -> UserError | None:
    """Why these units cannot be taken from what is available; `state` is what those units are called."""
    known = {line.id for line in order.lines}
    if not units:
        return invalid("Name at least one line.", "input", "lines")
    for position, (line_id, wanted) in enumerate(units.items()):
        path = ("input", "lines", str(position))
        if line_id not in known:
            return not_found("line", *path)
        if wanted < 1:
            return invalid("Name at least one unit of a line.", *path)
        maximum = available.get(line_id, 0)
        if wanted > maximum:
            message = f"Line {line_id} has {maximum} units {state}."
            return QuantityExceeded("QUANTITY_EXCEEDED", message, path, line_id, maximum)
    return None


def completion(status: OrderStatus | None, due: int, delivered: int) -> Facts:
    """The order is complete in the write after which no unit is open and at least one is delivered; not while held."""
    complete = status is OrderStatus.CONFIRMED and delivered == due > 0
    return (Fact(EventType.ORDER_COMPLETED, {}),) if complete else ()
