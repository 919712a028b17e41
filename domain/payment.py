"""Payments and refunds of an order as frozen values, and how a provider's reports fold into one. Amounts in minor units.

Reports may come in any order, any number of times: amounts take the maximum, states the highest rank, so that every
order of the same reports ends in one payment.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from domain.lifecycle import EventType, PaymentStatus, RefundStatus
from domain.payment_report import PaymentReport, ProviderState
from domain.values import value

_RANKS = tuple(PaymentStatus)
_STATUS_OF = {
    ProviderState.PENDING: PaymentStatus.PENDING,
    ProviderState.ACTION_REQUIRED: PaymentStatus.ACTION_REQUIRED,
    ProviderState.FAILED: PaymentStatus.FAILED,
    ProviderState.AUTHORIZED: PaymentStatus.AUTHORIZED,
    ProviderState.CAPTURED: PaymentStatus.AUTHORIZED,  # how much of it is captured, the amounts say
    ProviderState.VOIDED: PaymentStatus.VOIDED,
}
EVENT_OF = {
    PaymentStatus.PENDING: EventType.PAYMENT_PENDING,
    PaymentStatus.ACTION_REQUIRED: EventType.PAYMENT_ACTION_REQUIRED,
    PaymentStatus.FAILED: EventType.PAYMENT_FAILED,
    PaymentStatus.AUTHORIZED: EventType.PAYMENT_AUTHORIZED,
    PaymentStatus.VOIDED: EventType.PAYMENT_VOIDED,
    PaymentStatus.PARTIALLY_CAPTURED: EventType.PAYMENT_CAPTURED,
    PaymentStatus.CAPTURED: EventType.PAYMENT_CAPTURED,
}
"""What is recorded when a report leads a payment to a status."""


@value
class Payment:
    """One try to pay an order, at one provider.

    `refunded` is what was paid back, by our refunds or (`reported`) by the provider's word; `asked` is how much of it we asked
    to capture so far, in `captures` calls; `voiding` says that we asked to give it back, for the `voids`th time; `released`
    that the provider holds nothing of it any more. `reference` is the provider's id of it; "" until it answered.
    """

    id: str
    provider: str
    amount: int
    currency: str
    created_at: datetime
    status: PaymentStatus = PaymentStatus.CREATED
    authorized: int = 0
    captured: int = 0
    refunded: int = 0
    reported: int = 0
    asked: int = 0
    captures: int = 0
    voiding: bool = False
    voids: int = 0
    released: bool = False
    reference: str = ""
    decline_code: str | None = None
    retryable: bool = True

    @property
    def open(self) -> int:
        """What the provider holds for us and we have not captured."""
        held = (
            self.status in {PaymentStatus.AUTHORIZED, PaymentStatus.PARTIALLY_CAPTURED} and not self.released
        )
        return max(0, self.authorized - self.captured) if held else 0

    @property
    def capturing(self) -> int:
        """What we asked to capture and no answer is known of."""
        return max(0, self.asked - self.captured)


@value
class Kept:
    """What is kept of a payment beside the log: the payer's token, and where the payer confirms. Neither is told to anybody else."""

    method: str = ""
    action_url: str | None = None


@value
class RefundedLine:
    """Units of a line that a refund pays back, with their money."""

    line_id: str
    units: int
    amount: int


@value
class Refund:
    """Money that goes back of one payment: for units of lines, for shipping, or an amount for neither."""

    id: str
    payment_id: str
    amount: int
    key: str
    created_at: datetime
    status: RefundStatus = RefundStatus.PENDING
    lines: tuple[RefundedLine, ...] = ()
    shipping: int = 0
    reason: str | None = None
    reference: str = ""
    failure_code: str | None = None


def mismatch(payment: Payment, report: PaymentReport) -> str | None:
    """What a report says that cannot be said of this payment; None where it fits."""
    amounts = (report.authorized, report.captured, report.refunded)
    if report.currency != payment.currency:
        return "currency"
    if report.authorized not in {0, payment.amount} or not all(
        0 <= each <= payment.amount for each in amounts
    ):
        return "amount"
    if report.state is ProviderState.AUTHORIZED and not report.authorized:
        return "amount"
    if report.state is ProviderState.CAPTURED and not report.captured:
        return "amount"
    if payment.reference and report.reference and report.reference != payment.reference:
        return "reference"
    return None


def folded(payment: Payment, report: PaymentReport, paid_back: int) -> Payment:
    """The payment after a report; `paid_back` is what refunds of ours are known to have paid back of it."""
    reported = max(payment.reported, report.refunded)
    captured = max(payment.captured, report.captured, reported)
    authorized = max(payment.authorized, report.authorized, captured)
    released = payment.released or report.state is ProviderState.VOIDED
    status = _status(payment, report, captured, released)
    failed = status is PaymentStatus.FAILED
    told = failed and report.state is ProviderState.FAILED
    return replace(
        payment,
        status=status,
        authorized=authorized,
        captured=captured,
        refunded=max(reported, paid_back),
        reported=reported,
        asked=max(payment.asked, captured),
        voiding=payment.voiding and not released,
        released=released,
        reference=payment.reference or report.reference,
        decline_code=report.decline_code if told else payment.decline_code if failed else None,
        retryable=report.retryable if told else payment.retryable if failed else True,
    )


def _status(payment: Payment, report: PaymentReport, captured: int, released: bool) -> PaymentStatus:
    if captured:
        return PaymentStatus.CAPTURED if captured == payment.amount else PaymentStatus.PARTIALLY_CAPTURED
    if released:
        return PaymentStatus.VOIDED
    return max(payment.status, _STATUS_OF[report.state], key=_RANKS.index)


def paid_back(refunds: Iterable[Refund], payment_id: str) -> int:
    """What refunds of ours are known to have paid back of a payment."""
    return sum(
        each.amount
        for each in refunds
        if each.payment_id == payment_id and each.status is RefundStatus.SUCCEEDED
    )


def pending(refunds: Iterable[Refund], payment_id: str) -> int:
    """What is asked back of a payment and not known to have been paid."""
    return sum(
        each.amount
        for each in refunds
        if each.payment_id == payment_id and each.status is RefundStatus.PENDING
    )


def refundable(payment: Payment, refunds: Iterable[Refund]) -> int:
    """What can still be paid back of a payment."""
    return max(0, payment.captured - payment.refunded - pending(refunds, payment.id))
