"""Units asked for, against those of an order's lines that are open."""

from collections.abc import Mapping

from domain.order import Order
from domain.refusals import QuantityExceeded, UserError, invalid, not_found


def units_problem(order: Order, units: Mapping[str, int], open_units: Mapping[str, int]) -> UserError | None:
    """Why these units cannot be taken from what is open."""
    known = {line.id for line in order.lines}
    if not units:
        return invalid("Name at least one line.", "input", "lines")
    for position, (line_id, wanted) in enumerate(units.items()):
        path = ("input", "lines", str(position))
        if line_id not in known:
            return not_found("line", *path)
        if wanted < 1:
            return invalid("Name at least one unit of a line.", *path)
        maximum = open_units.get(line_id, 0)
        if wanted > maximum:
            message = f"Line {line_id} has {maximum} units open."
            return QuantityExceeded("QUANTITY_EXCEEDED", message, path, line_id, maximum)
    return None
