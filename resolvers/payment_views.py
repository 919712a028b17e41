"""From an order's money to what the API shows of it to this caller."""

from collections.abc import Iterable
from datetime import datetime

from domain.booking import booked
from domain.facts import Fact
from domain.ids import Id
from domain.lifecycle import EventType
from domain.money import Money, money
from domain.order import Order as DomainOrder
from domain.order import Totals
from domain.payment import Refund as DomainRefund
from resolvers.context import Context
from resolvers.shapes.payments import Payment, Refund, RefundLine, RefundPreview
from resolvers.shapes.totals import OrderTotals


def totals_view(totals: Totals, currency: str) -> OrderTotals:
    """Totals as money."""

    def amount(minor: int) -> Money:
        return money(minor, currency)

    return OrderTotals(
        subtotal=amount(totals.subtotal),
        discount=amount(totals.discount),
        shipping=amount(totals.shipping),
        tax=amount(totals.tax),
        total=amount(totals.total),
        cancelled=amount(totals.cancelled),
        captured=amount(totals.captured),
        refunded=amount(totals.refunded),
        balance=amount(totals.balance),
    )


def payments_view(order: DomainOrder, context: Context) -> tuple[Payment, ...]:
    """The order's payments as this caller may see them: where to confirm is its owner's alone."""
    currency, staff = order.currency, context.is_staff
    return tuple(
        Payment(
            id=Id(payment.id),
            status=payment.status,
            amount=money(payment.amount, currency),
            authorized=money(payment.authorized, currency),
            captured=money(payment.captured, currency),
            refunded=money(payment.refunded, currency),
            created_at=payment.created_at,
            next_action_url=None if staff else order.kept[payment.id].action_url,
            decline_code=payment.decline_code,
            retryable=payment.retryable,
            provider=payment.provider if staff else None,
            reference=(payment.reference or None) if staff else None,
        )
        for payment in order.payments
    )


def refunds_view(order: DomainOrder, refunds: Iterable[DomainRefund]) -> tuple[Refund, ...]:
    """Refunds of the order."""
    currency = order.currency
    return tuple(
        Refund(
            id=Id(refund.id),
            payment_id=Id(refund.payment_id),
            status=refund.status,
            amount=money(refund.amount, currency),
            lines=tuple(
                RefundLine(Id(line.line_id), line.units, money(line.amount, currency))
                for line in refund.lines
            ),
            shipping=money(refund.shipping, currency),
            reason=refund.reason,
            created_at=refund.created_at,
        )
        for refund in refunds
    )


def refund_preview_view(before: DomainOrder, after: DomainOrder, now: datetime) -> RefundPreview:
    """What a refund changes: the refunds that are asked for between the two, and the money once they have succeeded."""
    asked = after.refunds[len(before.refunds) :]
    paid = after
    for refund in asked:
        data = {"refundId": refund.id, "paymentId": refund.payment_id, "reference": ""}
        paid = booked(paid, Fact(EventType.REFUND_SUCCEEDED, data), now)
    return RefundPreview(
        version=before.version,
        amount=money(sum(refund.amount for refund in asked), before.currency),
        refunds=refunds_view(after, asked),
        totals=totals_view(paid.totals, before.currency),
    )
