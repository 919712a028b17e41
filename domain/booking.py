"""Facts about money, booked on the order: the fold that the log must agree with. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from domain.facts import Fact
from domain.lifecycle import (
    PAYMENT_TRANSITIONS,
    REFUND_TRANSITIONS,
    EventType,
    PaymentStatus,
    RefundStatus,
)
from domain.order import Order
from domain.payment import Kept, Payment, Refund, RefundedLine, paid_back


def booked(order: Order, fact: Fact, at: datetime) -> Order:
    """The order after one fact about money. Raises ValueError for one that cannot follow."""
    data = cast(Mapping[str, Any], fact.data)
    if fact.type is EventType.PAYMENT_STARTED:
        payment = Payment(data["paymentId"], data["provider"], data["amount"], order.currency, created_at=at)
        order = replace(order, payments=(*order.payments, payment))
        return _keeping(order, payment.id, Kept(fact.kept.get("method") or ""))
    if fact.type is EventType.REFUND_REQUESTED:
        return replace(order, refunds=(*order.refunds, _new_refund(order, data, at)))
    if "refundId" in data:
        return _refunded(order, fact, data)
    payment = _changed(_payment(order, fact), fact, data)
    order = _keeping(_with(order, payment), payment.id, _kept(order, payment.id, fact))
    return _summed(order)


def _changed(payment: Payment, fact: Fact, data: Mapping[str, Any]) -> Payment:
    match fact.type:
        case EventType.CAPTURE_REQUESTED:
            return replace(payment, asked=payment.captured + data["amount"], captures=payment.captures + 1)
        case EventType.CAPTURE_FAILED:
            return replace(payment, asked=payment.captured)
        case EventType.VOID_REQUESTED:
            return replace(payment, voiding=True, voids=payment.voids + 1)
        case EventType.VOID_FAILED:
            return replace(payment, voiding=False)
        case _:
            return _reported(payment, fact, data)


def _reported(payment: Payment, fact: Fact, data: Mapping[str, Any]) -> Payment:
    status = PaymentStatus(data["status"])
    if status not in PAYMENT_TRANSITIONS[payment.status].get(fact.type, ()):
        raise ValueError(f"{fact.type.value} cannot follow on a payment that is {payment.status.value}")
    return replace(
        payment,
        status=status,
        authorized=data["authorized"],
        captured=data["captured"],
        refunded=data["refunded"],
        reported=data["reported"],
        released=data["released"],
        reference=data["reference"],
        asked=max(payment.asked, data["captured"]),
        voiding=payment.voiding and not data["released"],
        decline_code=data.get("declineCode"),
        retryable=data.get("retryable", True),
    )


def _new_refund(order: Order, data: Mapping[str, Any], at: datetime) -> Refund:
    return Refund(
        id=data["refundId"],
        payment_id=data["paymentId"],
        amount=data["amount"],
        key=f"{order.id}:refund:{data['refundId'].removeprefix('ref_')}",
        created_at=at,
        lines=tuple(RefundedLine(*line) for line in data.get("lines", ())),
        shipping=data.get("shipping", 0),
        reason=data.get("reason"),
    )


def _refunded(order: Order, fact: Fact, data: Mapping[str, Any]) -> Order:
    refund, payment = order.refund(data["refundId"]), _payment(order, fact)
    if refund is None:
        raise ValueError(f"{fact.type.value} names a refund that the order does not have")
    status = REFUND_TRANSITIONS[refund.status].get(fact.type)
    if status is None:
        raise ValueError(f"{fact.type.value} cannot follow on a refund that is {refund.status.value}")
    code = data.get("failureCode") if status is RefundStatus.FAILED else None
    after = replace(refund, status=status, reference=data["reference"], failure_code=code)
    refunds = tuple(after if each.id == after.id else each for each in order.refunds)
    back = max(payment.reported, paid_back(refunds, payment.id))
    return _summed(_with(replace(order, refunds=refunds), replace(payment, refunded=back)))


def _payment(order: Order, fact: Fact) -> Payment:
    payment = order.payment(cast(str, fact.data["paymentId"]))
    if payment is None:
        raise ValueError(f"{fact.type.value} names a payment that the order does not have")
    return payment


def _with(order: Order, payment: Payment) -> Order:
    payments = tuple(payment if each.id == payment.id else each for each in order.payments)
    return replace(order, payments=payments)


def _summed(order: Order) -> Order:
    """The order's own counters are the sums of its payments'."""
    captured = sum(payment.captured for payment in order.payments)
    refunded = sum(payment.refunded for payment in order.payments)
    return replace(order, totals=replace(order.totals, captured=captured, refunded=refunded))


def _kept(order: Order, payment_id: str, fact: Fact) -> Kept:
    before = order.kept.get(payment_id, Kept())
    return replace(before, action_url=fact.kept["actionUrl"]) if "actionUrl" in fact.kept else before


def _keeping(order: Order, payment_id: str, kept: Kept) -> Order:
    return replace(order, kept={**order.kept, payment_id: kept})
