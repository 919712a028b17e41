"""Asking for money, decided: a payment begins, a capture or the giving back of what is held is asked for. Pure.

What is asked for is a fact before any provider is called: a crash in between leaves it to be seen and done. What became
of it is another command (`domain.recording`).
"""

from domain.actors import OrderAction
from domain.facts import Fact, Facts
from domain.lifecycle import EventType, PaymentStatus
from domain.order import Order
from domain.paid import owed, uncaptured
from domain.payment import Payment, refundable
from domain.refunding import RefundOrder, refund
from domain.refusals import UserError, invalid, not_allowed, not_found
from domain.values import value

MAX_METHOD = 200
"""Characters of a provider's token."""
MAX_PAYMENTS = 20
"""Tries to pay one order: a card tester's script ends here."""


@value
class StartPayment:
    """Begin to pay what is owed, by a provider's token for a means of payment."""

    method: str
    provider: str


@value
class Capture:
    """Take what is held (minor units): so much of it, or all that is owed (None)."""

    amount: int | None = None


@value
class Void:
    """Give back what a payment holds and what was not captured of it."""

    payment_id: str


MoneyCommand = StartPayment | Capture | Void | RefundOrder


def ask(order: Order, command: MoneyCommand) -> Facts | UserError:
    """Decide what is asked of the order's payments; `closed` has said before that the action is open."""
    match command:
        case StartPayment():
            return start(order, command)
        case Capture():
            return capture(order, command)
        case Void():
            return void(order, command)
        case RefundOrder():
            return refund(order, command)


_UNDER_WAY = {PaymentStatus.CREATED, PaymentStatus.PENDING}
_VOIDABLE = {PaymentStatus.PENDING, PaymentStatus.ACTION_REQUIRED}


def closed(order: Order, action: OrderAction) -> str | None:
    """Why the order's money does not allow this action now; None where it does, or where it is not about money."""
    match action:
        case OrderAction.RETRY_PAYMENT:
            return _why_not_pay(order)
        case OrderAction.CAPTURE_PAYMENT:
            return None if capturable(order) else "NOTHING_TO_CAPTURE"
        case OrderAction.VOID_PAYMENT:
            return None if any(map(_is_voidable, order.payments)) else "NOTHING_TO_VOID"
        case OrderAction.REFUND:
            most = sum(refundable(payment, order.refunds) for payment in order.payments)
            return None if most else "NOTHING_TO_REFUND"
        case _:
            return None


def capturable(order: Order) -> int:
    """What can be captured now: what is held, up to what is still owed."""
    free = sum(payment.open for payment in order.payments if _is_free(payment))
    asked = sum(payment.capturing for payment in order.payments)
    return max(0, min(free, uncaptured(order) - asked))


def start(order: Order, command: StartPayment) -> Facts:
    """Begin a payment of all that is owed and neither captured nor held."""
    held = sum(payment.open for payment in order.payments)
    data = {
        "paymentId": f"pay_{len(order.payments) + 1:04d}",
        "provider": command.provider,
        "amount": uncaptured(order) - held,
    }
    return (Fact(EventType.PAYMENT_STARTED, data, {"method": command.method}),)


def capture(order: Order, command: Capture) -> Facts | UserError:
    """Ask to capture over the payments that hold money, oldest first."""
    most = capturable(order)
    left = most if command.amount is None else command.amount
    if not 0 < left <= most:
        return invalid(f"Between 1 and {most} minor units can be captured now.", "input", "amount")
    facts = []
    for payment in filter(_is_free, order.payments):
        part = min(left, payment.open)
        if part:
            facts.append(Fact(EventType.CAPTURE_REQUESTED, {"paymentId": payment.id, "amount": part}))
        left -= part
    return tuple(facts)


def void(order: Order, command: Void) -> Facts | UserError:
    """Ask to give back what a payment holds."""
    payment = order.payment(command.payment_id)
    if payment is None:
        return not_found("payment", "input", "paymentId")
    if payment.voiding or payment.status is PaymentStatus.VOIDED:
        return ()
    if not _is_voidable(payment):
        return not_allowed("NOTHING_TO_VOID", f"The provider holds nothing of {payment.id} to give back.")
    return (void_requested(payment),)


def void_requested(payment: Payment) -> Fact:
    """The fact that a payment is asked to be given back."""
    return Fact(EventType.VOID_REQUESTED, {"paymentId": payment.id})


def is_asked_for(order: Order, command: Void) -> bool:
    """Whether `void` answers by itself: there is no such payment, or it is given back, or asked to be."""
    payment = order.payment(command.payment_id)
    return payment is None or payment.voiding or payment.status is PaymentStatus.VOIDED


def _why_not_pay(order: Order) -> str | None:
    if any(payment.status in _UNDER_WAY for payment in order.payments):
        return "PAYMENT_UNDER_WAY"
    if len(order.payments) >= MAX_PAYMENTS:
        return "TOO_MANY_PAYMENTS"
    held = sum(payment.open for payment in order.payments)
    if not owed(order) or uncaptured(order) <= held:
        return "NOTHING_OWED"
    return None


def _is_free(payment: Payment) -> bool:
    """Whether nothing is asked of a payment that its provider has not answered."""
    return not payment.voiding and not payment.capturing


def _is_voidable(payment: Payment) -> bool:
    waits = payment.status in _VOIDABLE and bool(payment.reference)
    return _is_free(payment) and (bool(payment.open) or waits)
