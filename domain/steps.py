"""The steps of an order's workflow, as questions to the order: what a step is over with, if it is over. Pure.

The order's own machine is the state; the workflow only waits and asks. So an answer that comes twice, late or never
changes nothing but when the next question is asked.
"""

from enum import Enum

from domain.lifecycle import END_STATUSES, OrderStatus, PaymentStatus
from domain.order import Order
from domain.paid import is_secured


class Step(Enum):
    """What the workflow asks for: the `step` of its messages."""

    AUTHORIZE = "AUTHORIZE"
    WAIT_FOR_PAYMENT = "WAIT_FOR_PAYMENT"
    HAND_TO_WAREHOUSE = "HAND_TO_WAREHOUSE"
    WAIT_FOR_END = "WAIT_FOR_END"
    COMPENSATE = "COMPENSATE"


class Outcome(Enum):
    """What a step is over with, as the workflow's choice reads it."""

    DONE = "DONE"
    PAID = "PAID"
    TRY_AGAIN = "TRY_AGAIN"
    ENDED = "ENDED"


CALLS = frozenset({Step.AUTHORIZE, Step.COMPENSATE})
"""Steps that call a payment provider and are over with that; the others last until the order is so far."""


def outcome_of(order: Order, step: Step) -> Outcome | None:
    """What a step that lasts is over with on the order as it is; None where it goes on."""
    if order.status in END_STATUSES:
        return Outcome.ENDED
    match step:
        case Step.WAIT_FOR_PAYMENT:
            return _paid(order)
        case Step.HAND_TO_WAREHOUSE:
            return Outcome.DONE if _is_accepted(order) else None
        case _:
            return None


def _paid(order: Order) -> Outcome | None:
    if is_secured(order):
        return Outcome.PAID
    begun = any(payment.status is PaymentStatus.CREATED for payment in order.payments)
    return Outcome.TRY_AGAIN if begun else None


def _is_accepted(order: Order) -> bool:
    """Whether the warehouse may begin, or would but for a hold."""
    return OrderStatus.CONFIRMED in {order.status, order.held_from}
