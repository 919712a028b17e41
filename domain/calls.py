"""What providers are to be called for: read off an order's intents that no answer is known of. Pure.

Each call carries a key made of the order, the operation and the intent's own number: sent again, it is done once.
"""

from domain.lifecycle import OrderStatus, PaymentStatus, RefundStatus
from domain.order import Order
from domain.payment import Payment, Refund
from domain.payment_report import PaymentReport, ProviderState, RefundReport, RefundState
from domain.recording import Operation, RecordPayment, RecordRefund, SystemCommand
from domain.values import value

_NOT_CHARGED = {OrderStatus.CANCELLED, OrderStatus.REJECTED, OrderStatus.EXPIRED}
"""Where no payment is begun any more."""


@value
class Call:
    """One call of a payment provider; `amount` in minor units, `key` its idempotency key.

    `method` is the payer's token, for authorising alone: it is not to be logged.
    """

    operation: Operation
    order_id: str
    payment_id: str
    provider: str
    reference: str
    amount: int
    currency: str
    key: str
    refund_id: str | None = None
    method: str = ""


def due(order: Order) -> tuple[Call, ...]:
    """Every call that is asked for and not known to be answered, payments first."""
    payments = tuple(call for payment in order.payments for call in _due(order, payment))
    refunds = tuple(
        _refund(order, refund)
        for refund in order.refunds
        if refund.status is RefundStatus.PENDING and not refund.reference
    )
    return payments + refunds


def answered(call: Call, report: PaymentReport | RefundReport) -> SystemCommand:
    """The command that records what a call was answered."""
    if isinstance(report, RefundReport):
        return RecordRefund(str(call.refund_id), report)
    return RecordPayment(call.payment_id, report, call.operation)


def refused(call: Call, code: str) -> SystemCommand:
    """The command that records that the provider did nothing, by its own word for why."""
    if call.operation is Operation.REFUND:
        report = RefundReport(call.key, "", RefundState.FAILED, call.amount, call.currency, code)
        return RecordRefund(str(call.refund_id), report)
    state = ProviderState.FAILED if call.operation is Operation.AUTHORIZE else ProviderState.PENDING
    told = PaymentReport("", state, call.currency, decline_code=code, retryable=False)
    return RecordPayment(call.payment_id, told, call.operation)


def _due(order: Order, payment: Payment) -> tuple[Call, ...]:
    if payment.status is PaymentStatus.CREATED:
        if order.status in _NOT_CHARGED:
            return ()
        return (_call(order, payment, Operation.AUTHORIZE, payment.amount, ""),)
    if payment.capturing:
        return (_call(order, payment, Operation.CAPTURE, payment.capturing, f".{payment.captures}"),)
    if payment.voiding:
        return (_call(order, payment, Operation.VOID, 0, f".{payment.voids}"),)
    return ()


def _call(order: Order, payment: Payment, operation: Operation, amount: int, try_: str) -> Call:
    kept = order.kept.get(payment.id)
    return Call(
        operation,
        order.id,
        payment.id,
        payment.provider,
        payment.reference,
        amount,
        payment.currency,
        key=f"{order.id}:{operation.value}:{payment.id.removeprefix('pay_')}{try_}",
        method=kept.method if kept and operation is Operation.AUTHORIZE else "",
    )


def _refund(order: Order, refund: Refund) -> Call:
    payment = order.payment(refund.payment_id)
    if payment is None:
        raise ValueError(f"{refund.id} pays back {refund.payment_id}, which {order.id} does not have")
    call = _call(order, payment, Operation.REFUND, refund.amount, "")
    return Call(
        call.operation, call.order_id, call.payment_id, call.provider, call.reference, call.amount,
        call.currency, refund.key, refund.id,
    )  # fmt: skip
