"""I2 over an order's payments and refunds: sums that agree, and no more paid back than was paid. Pure."""

from domain.audit import Finding, Findings, Rule, order_subject, unequal
from domain.order import Order
from domain.payment import Payment, paid_back, pending


def check_payments(order: Order) -> Findings:
    """0 <= refunded <= captured <= authorised <= amount for each payment; the order's counters are their sums."""
    subject = order_subject(order.id)
    for payment in order.payments:
        yield from _check_payment(order, payment)
    for refund in order.refunds:
        if order.payment(refund.payment_id) is None or refund.amount < 1:
            yield Finding(Rule.MONEY, subject, refund.id, "above 0, of a payment of the order", refund)
        parts = sum(line.amount for line in refund.lines) + refund.shipping
        if parts not in {0, refund.amount}:
            yield Finding(Rule.PARTS, subject, f"parts of {refund.id}", refund.amount, parts)
    yield from unequal(
        Rule.MONEY,
        subject,
        ("captured, by the payments", sum(each.captured for each in order.payments), order.totals.captured),
        ("refunded, by the payments", sum(each.refunded for each in order.payments), order.totals.refunded),
    )


def _check_payment(order: Order, payment: Payment) -> Findings:
    subject = order_subject(order.id)
    chain = [0, payment.refunded, payment.captured, payment.authorized, payment.amount]
    if chain != sorted(chain) or payment.currency != order.currency:
        rule = f"0 <= refunded <= captured <= authorised <= amount, in {order.currency}"
        yield Finding(Rule.MONEY, subject, payment.id, rule, f"{chain} in {payment.currency}")
    back = paid_back(order.refunds, payment.id)
    if payment.refunded != max(payment.reported, back):
        yield Finding(
            Rule.MONEY, subject, f"refunded of {payment.id}", max(payment.reported, back), payment.refunded
        )
    if pending(order.refunds, payment.id) + back > payment.captured:
        yield Finding(Rule.MONEY, subject, f"refunds of {payment.id}", f"at most {payment.captured}", back)
