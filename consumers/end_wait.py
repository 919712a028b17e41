"""Look again at the steps that wait for an order whenever something happened to it that may end them. Run twice, done once.

An event is a doorbell: the order is read as it is now.
"""

from collections.abc import Mapping
from typing import Any

from consumers.messages import Message, body_of, each_message
from consumers.waiting import Waiter, look
from storage.waits import waits_of
from wiring.declarations import FromBus, on
from wiring.tracing import Trace, following, new_trace

ENDING = (
    "PAYMENT_STARTED", "PAYMENT_AUTHORIZED", "PAYMENT_CAPTURED", "ORDER_CONFIRMED", "ORDER_RELEASED",
    "ORDER_LINES_CANCELLED", "ORDER_CANCELLED", "ORDER_REJECTED", "ORDER_EXPIRED", "ORDER_COMPLETED",
)  # fmt: skip
"""Events after which a step may be over: money is held or asked for, less is owed, staff decided, or the order ended."""


@on(
    FromBus(ENDING),
    concurrency=10,
    reads=("orders",),
    writes=("orders",),
    workflow=("SendTaskSuccess",),
)
def end_wait(event: Mapping[str, Any], waiter: Waiter) -> dict[str, Any]:
    """Look at what waits for the orders of these messages. Answers the messages that are to come again."""
    return each_message(event, lambda message: _look(message, waiter))


def _look(message: Message, waiter: Waiter) -> None:
    detail = body_of(message)["detail"]
    with following(Trace.read(detail["trace"]) if detail.get("trace") else new_trace()):
        for wait in waits_of(waiter.store, detail["orderId"]):
            look(waiter, wait)
