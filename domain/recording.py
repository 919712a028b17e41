"""What our own consumers and answers of providers do to an order's money: reports are folded in, what is owed back is settled. Pure.

A report that changes nothing records nothing. None of these leads an order back from where it ended: a payment that
comes late is recorded, and `Settle` asks for it to be given or paid back.
"""

from datetime import datetime
from enum import Enum

from domain.facts import Fact, Facts
from domain.lifecycle import EventType, OrderStatus, PaymentStatus, RefundStatus
from domain.order import Order, PaymentTerms
from domain.paid import is_secured, owed, owes_void
from domain.paying import void_requested
from domain.payment import EVENT_OF, Payment, Refund, folded, mismatch, paid_back
from domain.payment_report import PaymentReport, ProviderState, RefundReport, RefundState
from domain.refunding import owed_back
from domain.refusals import InvalidInput, UserError, not_allowed, not_found
from domain.values import value

ATTEMPTS = 3
"""How often what is owed back is asked for by itself, of one payment; after that, staff decide."""


class Operation(Enum):
    """What a provider is called for."""

    AUTHORIZE = "authorize"
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"


@value
class RecordPayment:
    """Note what a provider reports of a payment; `answers` is the call that this answers, None where it came by itself."""

    payment_id: str
    report: PaymentReport
    answers: Operation | None = None


@value
class RecordRefund:
    """Note what a provider reports of a refund."""

    refund_id: str
    report: RefundReport


@value
class Settle:
    """Ask for what is owed back: money held for nothing is to be given back, money captured for nothing to be paid back."""


@value
class Expire:
    """End a prepaid order that was placed, and last tried to be paid, before this time, and is not paid."""

    before: datetime


@value
class HandOver:
    """Accept a prepaid order whose money is held, so that the warehouse may begin."""


SystemCommand = RecordPayment | RecordRefund | Settle | Expire | HandOver


def record(order: Order, command: SystemCommand) -> Facts | UserError:
    """Decide what is to be recorded: nothing where it is known already."""
    match command:
        case RecordPayment():
            return record_payment(order, command)
        case RecordRefund():
            return record_refund(order, command)
        case Settle():
            return settle(order)
        case Expire():
            return expire(order, command)
        case HandOver():
            return hand_over(order)


_STOPS = {ProviderState.FAILED, ProviderState.VOIDED}
_REFUND_STATUS = {
    RefundState.PENDING: RefundStatus.PENDING,
    RefundState.FAILED: RefundStatus.FAILED,
    RefundState.SUCCEEDED: RefundStatus.SUCCEEDED,
}
_RANKS = tuple(RefundStatus)
_LEAVES_ALONE = {
    PaymentStatus.CREATED,
    PaymentStatus.ACTION_REQUIRED,
    PaymentStatus.FAILED,
    PaymentStatus.VOIDED,
}
"""What does not keep an order from expiring: nobody has paid, and nobody but the payer is to act."""


def record_payment(order: Order, command: RecordPayment) -> Facts | UserError:
    """Fold a report into its payment. Refused, changing nothing, where it cannot be of that payment."""
    payment = order.payment(command.payment_id)
    if payment is None:
        return not_found("payment", "paymentId")
    wrong = mismatch(payment, command.report)
    if wrong:
        return _mismatched(wrong)
    after = folded(payment, command.report, paid_back(order.refunds, payment.id))
    url = command.report.action_url if after.status is PaymentStatus.ACTION_REQUIRED else None
    kept = order.kept.get(payment.id)
    asks_anew = url is not None and (kept is None or kept.action_url != url)
    told = after != payment or asks_anew
    facts = (Fact(EVENT_OF[after.status], told_of(after), {"actionUrl": url}),) if told else ()
    return facts + _ended(after, command)


def told_of(payment: Payment) -> dict[str, object]:
    """All that a report can change of a payment, for the log."""
    data: dict[str, object] = {
        "paymentId": payment.id,
        "status": payment.status.value,
        "authorized": payment.authorized,
        "captured": payment.captured,
        "refunded": payment.refunded,
        "reported": payment.reported,
        "released": payment.released,
        "reference": payment.reference,
    }
    if payment.status is PaymentStatus.FAILED:
        data |= {"declineCode": payment.decline_code, "retryable": payment.retryable}
    return data


def _ended(payment: Payment, command: RecordPayment) -> Facts:
    """What was asked of a payment and is answered with no."""
    report, data = command.report, {"paymentId": payment.id, "declineCode": command.report.decline_code}
    stopped = report.decline_code is not None or report.state in _STOPS
    if command.answers is Operation.CAPTURE and payment.capturing and stopped:
        return (Fact(EventType.CAPTURE_FAILED, data | {"retryable": report.retryable}),)
    if command.answers is Operation.VOID and payment.voiding:
        return (Fact(EventType.VOID_FAILED, data | {"retryable": report.retryable}),)
    return ()


def record_refund(order: Order, command: RecordRefund) -> Facts | UserError:
    """Fold a report into its refund: one of a lower rank changes nothing."""
    refund, report = order.refund(command.refund_id), command.report
    if refund is None:
        return not_found("refund", "refundId")
    if report.currency != order.currency:
        return _mismatched("currency")
    if report.amount != refund.amount:
        return _mismatched("amount")
    if refund.reference and report.reference and refund.reference != report.reference:
        return _mismatched("reference")
    status = max(refund.status, _REFUND_STATUS[report.state], key=_RANKS.index)
    reference = refund.reference or report.reference
    if status is refund.status and reference == refund.reference:
        return ()
    return (_refund_fact(refund, status, reference, report.failure_code),)


def _refund_fact(refund: Refund, status: RefundStatus, reference: str, code: str | None) -> Fact:
    data: dict[str, object] = {"refundId": refund.id, "paymentId": refund.payment_id, "amount": refund.amount}
    data["reference"] = reference
    if status is RefundStatus.FAILED:
        return Fact(EventType.REFUND_FAILED, data | {"failureCode": code})
    if status is RefundStatus.SUCCEEDED:
        return Fact(EventType.REFUND_SUCCEEDED, data)
    return Fact(EventType.REFUND_PENDING, data)


def settle(order: Order) -> Facts:
    """Ask for what is owed back, where it was not asked for too often before."""
    voids = tuple(void_requested(payment) for payment in owes_void(order) if payment.voids < ATTEMPTS)
    return voids + owed_back(order, ATTEMPTS)


def expire(order: Order, command: Expire) -> Facts | UserError:
    """End an order that nobody paid in time: its stock goes back, and nothing is owed for it."""
    if order.status is OrderStatus.EXPIRED:
        return ()
    reason = _why_not_expire(order, command.before)
    if reason:
        return not_allowed(reason, f"The order does not expire: {reason}.")
    data = {"units": order.open_units(), "value": owed(order)}
    return (Fact(EventType.ORDER_EXPIRED, data),)


def _why_not_expire(order: Order, before: datetime) -> str | None:
    if order.status is not OrderStatus.PLACED:
        return f"ORDER_{order.status.value}"
    if order.terms is not PaymentTerms.PREPAID or not owed(order):
        return "NOTHING_DUE"
    if any(payment.status not in _LEAVES_ALONE for payment in order.payments):
        return "PAID"
    last = max([order.placed_at, *(payment.created_at for payment in order.payments)])
    return None if last < before else "NOT_YET"


def hand_over(order: Order) -> Facts:
    """Confirm the order where it is prepaid and secured; any other is left to staff, and nothing is recorded."""
    waits = order.status is OrderStatus.PLACED and order.terms is PaymentTerms.PREPAID
    return (Fact(EventType.ORDER_CONFIRMED, {}),) if waits and is_secured(order) else ()


def _mismatched(what: str) -> UserError:
    message = f"The report's {what} is not the one of what it reports: nothing was changed."
    return InvalidInput("REPORT_MISMATCH", message, ("report", what))
