"""How far an order is paid, derived from its payments: its axis, what secures a shipment, and what is owed back. Pure."""

from domain.lifecycle import PaymentStatus
from domain.order import Order, OrderPaymentStatus, PaymentTerms
from domain.payment import Payment, pending

_WAITING = {PaymentStatus.CREATED, PaymentStatus.PENDING}
_AT_PROVIDER = {PaymentStatus.PENDING, PaymentStatus.ACTION_REQUIRED}


def owed(order: Order) -> int:
    """What the order is worth now: as placed, less what was cancelled."""
    return order.totals.total - order.totals.cancelled


def payment_status(order: Order) -> OrderPaymentStatus:
    """Derive how far the order is paid, over all its payments: money that moved counts first, then the best try."""
    captured, refunded = order.totals.captured, order.totals.refunded
    if not captured:
        return _tried(order.payments)
    if refunded:
        return OrderPaymentStatus.REFUNDED if refunded == captured else OrderPaymentStatus.PARTIALLY_REFUNDED
    return OrderPaymentStatus.PAID if captured >= owed(order) else OrderPaymentStatus.PARTIALLY_PAID


def _tried(payments: tuple[Payment, ...]) -> OrderPaymentStatus:
    """Where tries stand that captured nothing: the one that is furthest; of those that came to nothing, the last."""
    statuses = [payment.status for payment in payments]
    if PaymentStatus.AUTHORIZED in statuses:
        return OrderPaymentStatus.AUTHORIZED
    if PaymentStatus.ACTION_REQUIRED in statuses:
        return OrderPaymentStatus.ACTION_REQUIRED
    if _WAITING & set(statuses):
        return OrderPaymentStatus.PENDING
    return OrderPaymentStatus(statuses[-1].value) if statuses else OrderPaymentStatus.UNPAID


def uncaptured(order: Order) -> int:
    """What is still to be captured of what the order is worth."""
    return max(0, owed(order) - order.totals.captured)


def is_secured(order: Order) -> bool:
    """Whether a parcel may leave: on account, or authorised or paid for all that is owed, and not paid back whole."""
    if order.terms is PaymentTerms.ON_ACCOUNT or not owed(order):
        return True
    held = sum(payment.open for payment in order.payments)
    return held >= uncaptured(order) and payment_status(order) is not OrderPaymentStatus.REFUNDED


def owes_refund(order: Order) -> int:
    """What was captured and is not owed any more, less what is on its way back: the balance below 0."""
    on_its_way = sum(pending(order.refunds, payment.id) for payment in order.payments)
    return max(0, order.totals.captured - order.totals.refunded - on_its_way - owed(order))


def owes_void(order: Order) -> tuple[Payment, ...]:
    """Payments that hold, or may yet come to hold, money that nothing is owed for: to be given back.

    The oldest are needed first. One that the provider never answered cannot be given back: it is, once it answers.
    """
    needed, surplus = uncaptured(order), []
    for payment in (each for each in order.payments if each.open):
        if needed <= 0:
            surplus.append(payment)
        needed -= payment.open
    if needed <= 0:
        surplus += [each for each in order.payments if each.status in _AT_PROVIDER and each.reference]
    return tuple(each for each in surplus if not each.voiding and not each.capturing)
