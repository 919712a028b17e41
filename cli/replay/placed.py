"""An order as placing answered it: new, or as an earlier run left it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cli.replay.api import ERRORS

LINES = "lines{id sku quantity cancelledQuantity shippedQuantity}"
PLACE = f"mutation Place($input:PlaceOrderInput!){{placeOrder(input:$input){{order{{id status placedAt}} {ERRORS}}}}}"
PLACE_WITH_LINES = PLACE.replace("placedAt", f"placedAt {LINES}")


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line: the units that have left, and those that are still reserved."""

    line_id: str
    sku: str
    shipped: int
    reserved: int


@dataclass(frozen=True, slots=True)
class Placed:
    """An order in the store, where it stood when placing was answered; its lines only where they were asked for."""

    order_id: str
    status: str
    placed_at: datetime
    lines: tuple[PlacedLine, ...] = ()


def placed(order: Mapping[str, Any]) -> Placed:
    """Read the order of a placing's answer."""
    lines = tuple(
        PlacedLine(
            line["id"],
            line["sku"],
            shipped=line["shippedQuantity"],
            reserved=line["quantity"] - line["cancelledQuantity"] - line["shippedQuantity"],
        )
        for line in order.get("lines", ())
    )
    return Placed(order["id"], order["status"], datetime.fromisoformat(order["placedAt"]), lines)
