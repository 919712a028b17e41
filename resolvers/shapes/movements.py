"""What the API shows of movements of stock."""

from datetime import datetime
from enum import Enum

from domain.values import value


class StockMovementReason(Enum):
    """Why stock moved: a reason of a change by hand, ORDER, or RESPREAD (over how many counters it is spread; no units moved)."""

    RECEIVED = "RECEIVED"
    RETURNED = "RETURNED"
    FOUND = "FOUND"
    DAMAGED = "DAMAGED"
    LOST = "LOST"
    CORRECTED = "CORRECTED"
    RESPREAD = "RESPREAD"
    ORDER = "ORDER"


@value
class StockMovement:
    """One movement of a SKU's stock."""

    at: datetime
    """When: UTC."""
    reason: StockMovementReason
    """Why."""
    delta: int
    """By how many the units changed that can be sold."""
    reserved: int
    """By how many the units changed that placed orders wait for."""
    on_hand: int | None = None
    """Units in the warehouse after it; null where an order moved them."""
    order_id: str | None = None
    """Which order moved them, where one did."""
    actor_id: str | None = None
    """Who moved them, where it was by hand."""
