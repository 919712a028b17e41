"""One payment at the test provider: what was asked, the steps since, and where it stands after each of them. Pure.

The steps are all that is kept. Where the payment stands, what a call was answered and what each webhook says follow
from them, so that a repeated call and a repeated webhook say what the first one said.
"""

from dataclasses import replace
from enum import Enum

from domain.payment_report import PaymentReport, ProviderState, RefundReport, RefundState
from domain.values import value
from providers.provider import Authorization, ProviderRefusedError
from providers.trial_tokens import Operation, Token, token_of

WAITING = frozenset({ProviderState.PENDING, ProviderState.ACTION_REQUIRED})


class Deed(Enum):
    """What can happen to a payment after it was authorised: by our calls, by its owner or bank, by itself."""

    CAPTURE = "CAPTURE"
    VOID = "VOID"
    REFUND = "REFUND"
    APPROVE = "APPROVE"
    REFUSE = "REFUSE"
    REFUND_SUCCEED = "REFUND_SUCCEED"
    REFUND_FAIL = "REFUND_FAIL"


@value
class Step:
    """One thing that happened. `key` is the idempotency key; that of a refund's end is the refund's own."""

    deed: Deed
    key: str
    amount: int = 0
    currency: str = ""


@value
class Account:
    """Where a payment stands. `refunds` are in the order in which they were asked for."""

    reference: str
    asked: Authorization
    state: ProviderState
    authorized: int = 0
    captured: int = 0
    refunds: tuple[RefundReport, ...] = ()

    @property
    def token(self) -> Token:
        """How it goes."""
        return token_of(self.asked.method)

    def refunded(self, *, promised: bool = False) -> int:
        """What was paid back; with `promised` also what is on its way."""
        counted = {RefundState.SUCCEEDED, RefundState.PENDING} if promised else {RefundState.SUCCEEDED}
        return sum(refund.amount for refund in self.refunds if refund.state in counted)

    def report(self, confirm_url: str) -> PaymentReport:
        """What the provider says of it; `{reference}` in the URL is put in."""
        failed, asks = self.state is ProviderState.FAILED, self.state is ProviderState.ACTION_REQUIRED
        return PaymentReport(
            reference=self.reference,
            state=self.state,
            currency=self.asked.currency,
            authorized=self.authorized,
            captured=self.captured,
            refunded=self.refunded(),
            action_url=confirm_url.replace("{reference}", self.reference) if asks else None,
            decline_code=self.token.decline_code if failed else None,
            retryable=self.token.retryable if failed else True,
        )


def opened(asked: Authorization, reference: str) -> Account:
    """A payment as authorising leaves it."""
    state = token_of(asked.method).opens
    held = asked.amount if state is ProviderState.AUTHORIZED else 0
    return Account(reference, asked, state, held)


def after(account: Account, step: Step) -> Account:
    """The payment after one more step. Raises ProviderRefusedError where it cannot happen."""
    return _STEPS[step.deed](account, step)


def _capture(account: Account, step: Step) -> Account:
    _same_currency(account, step)
    if account.token.refused is Operation.CAPTURE:
        raise ProviderRefusedError("authorization_expired", "the hold on the money has ended")
    if account.state not in {ProviderState.AUTHORIZED, ProviderState.CAPTURED}:
        raise ProviderRefusedError("not_authorized", f"the payment is {account.state.value}")
    if not 0 < step.amount <= account.authorized - account.captured:
        raise ProviderRefusedError(
            "amount_too_large", f"{account.authorized - account.captured} can be taken"
        )
    return replace(account, state=ProviderState.CAPTURED, captured=account.captured + step.amount)


def _void(account: Account, _step: Step) -> Account:
    held = account.authorized - account.captured
    if account.state in {ProviderState.FAILED, ProviderState.VOIDED} or (
        not held and account.state not in WAITING
    ):
        raise ProviderRefusedError("nothing_to_void", f"the payment is {account.state.value}")
    return replace(account, state=ProviderState.VOIDED)


def _refund(account: Account, step: Step) -> Account:
    _same_currency(account, step)
    if account.token.refused is Operation.REFUND:
        raise ProviderRefusedError("refund_refused", "this card takes no refunds")
    left = account.captured - account.refunded(promised=True)
    if not 0 < step.amount <= left:
        raise ProviderRefusedError("amount_too_large", f"{left} can be paid back")
    reference = f"{account.reference}_r{len(account.refunds) + 1}"
    refund = RefundReport(
        step.key, reference, account.token.refund_opens, step.amount, account.asked.currency
    )
    return replace(account, refunds=(*account.refunds, refund))


def _approve(account: Account, _step: Step) -> Account:
    _waiting(account)
    return replace(account, state=ProviderState.AUTHORIZED, authorized=account.asked.amount)


def _refuse(account: Account, _step: Step) -> Account:
    _waiting(account)
    return replace(account, state=ProviderState.FAILED)


def _refund_succeed(account: Account, step: Step) -> Account:
    return _refund_end(account, step, RefundState.SUCCEEDED, None)


def _refund_fail(account: Account, step: Step) -> Account:
    return _refund_end(account, step, RefundState.FAILED, "account_closed")


def _refund_end(account: Account, step: Step, state: RefundState, code: str | None) -> Account:
    refunds = tuple(
        replace(refund, state=state, failure_code=code) if f"{refund.key}:end" == step.key else refund
        for refund in account.refunds
    )
    return replace(account, refunds=refunds)


def _same_currency(account: Account, step: Step) -> None:
    if step.currency != account.asked.currency:
        raise ProviderRefusedError("currency_mismatch", f"the payment is in {account.asked.currency}")


def _waiting(account: Account) -> None:
    if account.state not in WAITING:
        raise ProviderRefusedError("not_waiting", f"the payment is {account.state.value}")


_STEPS = {
    Deed.CAPTURE: _capture,
    Deed.VOID: _void,
    Deed.REFUND: _refund,
    Deed.APPROVE: _approve,
    Deed.REFUSE: _refuse,
    Deed.REFUND_SUCCEED: _refund_succeed,
    Deed.REFUND_FAIL: _refund_fail,
}
