"""A paid order, handed to the warehouse: the workflow does it within seconds, the sweep where no workflow did."""

from datetime import datetime

from domain.recording import HandOver
from storage.deciding import Outcome, carry_out
from storage.store import Store


def hand_over(store: Store, order_id: str, now: datetime) -> Outcome:
    """Confirm the order if it is prepaid and secured; nothing happens to any other. Once in an order's life. Raises Refused."""
    return carry_out(store, order_id, HandOver(), now, key=f"{order_id}:HAND_OVER")
