"""The test provider: each token goes its way, calls can be repeated, and it refuses what real ones refuse."""

from dataclasses import replace

import pytest

from domain.payment_report import PaymentReport, ProviderState, RefundState
from providers.provider import ProviderRefusedError, ProviderUnreachableError
from providers.trial import Trial
from providers.trial_tokens import TOKENS
from tests.providers.trials import NOW, MemoryLedger, asked, authorized, trial

S = ProviderState


def state_after_settling(provider: Trial, reference: str) -> PaymentReport:
    provider.settle(reference, NOW)
    return provider.look(reference)


def refusal(call: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(ProviderRefusedError) as refused:
        call(*args, **kwargs)  # type: ignore[operator]
    return refused.value.code


@pytest.mark.parametrize(
    ("method", "at_once", "in_the_end", "code", "retryable"),
    [
        ("test_approved", S.AUTHORIZED, S.AUTHORIZED, None, True),
        ("test_insufficient_funds", S.FAILED, S.FAILED, "insufficient_funds", True),
        ("test_stolen_card", S.FAILED, S.FAILED, "stolen_card", False),
        ("test_action", S.ACTION_REQUIRED, S.AUTHORIZED, None, True),
        ("test_action_refused", S.ACTION_REQUIRED, S.FAILED, "authentication_failed", True),
        ("test_action_unanswered", S.ACTION_REQUIRED, S.ACTION_REQUIRED, None, True),
        ("test_pending", S.PENDING, S.AUTHORIZED, None, True),
        ("test_pending_declined", S.PENDING, S.FAILED, "declined_late", True),
        ("test_pending_unanswered", S.PENDING, S.PENDING, None, True),
        ("anything else", S.FAILED, S.FAILED, "unknown_method", False),
        ("", S.FAILED, S.FAILED, "unknown_method", False),
    ],
)  # fmt: skip
def test_a_payment_goes_as_its_token_says(
    method: str, at_once: ProviderState, in_the_end: ProviderState, code: str | None, retryable: bool
) -> None:
    provider = trial()
    first = provider.authorize(asked(method))
    last = state_after_settling(provider, first.reference)

    assert (first.state, last.state, last.decline_code, last.retryable) == (
        at_once,
        in_the_end,
        code,
        retryable,
    )
    assert first.authorized == (1_000 if at_once is S.AUTHORIZED else 0)
    assert last.authorized == (1_000 if in_the_end is S.AUTHORIZED else 0)


@pytest.mark.parametrize(
    "token", [token for token in TOKENS if token.reachable], ids=lambda token: token.name
)
def test_the_same_key_is_answered_the_same_whatever_happened_since(token: object) -> None:
    provider, wanted = trial(), asked(getattr(token, "name"))  # noqa: B009
    try:
        first = provider.authorize(wanted)
    except ProviderUnreachableError:
        first = provider.authorize(wanted)
    provider.settle(first.reference, NOW)

    assert provider.authorize(wanted) == first


@pytest.mark.parametrize(
    "change", [{"amount": 999}, {"currency": "EUR"}, {"method": "test_pending"}, {"payment_id": "pay_9"}]
)
def test_another_request_under_the_same_key_is_an_error(change: dict[str, object]) -> None:
    provider = trial()
    provider.authorize(asked())

    assert refusal(provider.authorize, replace(asked(), **change)) == "idempotency_key_reused"  # type: ignore[arg-type]


def test_another_capture_under_the_same_key_is_an_error() -> None:
    provider = trial()
    reference = authorized(provider)
    provider.capture(reference, 400, "GBP", "ord_a:capture:1")

    assert refusal(provider.capture, reference, 401, "GBP", "ord_a:capture:1") == "idempotency_key_reused"
    assert refusal(provider.void, reference, "ord_a:capture:1") == "idempotency_key_reused"


def test_two_keys_are_two_payments() -> None:
    provider = trial()

    assert provider.authorize(asked(number=1)).reference != provider.authorize(asked(number=2)).reference


def test_what_is_captured_in_parts_is_never_more_than_was_authorised() -> None:
    provider = trial()
    reference = authorized(provider)

    assert provider.capture(reference, 400, "GBP", "k1").captured == 400
    assert provider.capture(reference, 600, "GBP", "k2").captured == 1_000
    assert refusal(provider.capture, reference, 1, "GBP", "k3") == "amount_too_large"
    assert provider.look(reference).captured == 1_000


@pytest.mark.parametrize("amount", [0, -1, 1_001])
def test_an_amount_that_cannot_be_captured_is_refused(amount: int) -> None:
    provider = trial()

    assert refusal(provider.capture, authorized(provider), amount, "GBP", "k") == "amount_too_large"


def test_a_repeated_capture_takes_the_money_once() -> None:
    provider = trial()
    reference = authorized(provider)
    first = provider.capture(reference, 400, "GBP", "k1")
    provider.capture(reference, 500, "GBP", "k2")

    assert provider.capture(reference, 400, "GBP", "k1") == first
    assert provider.look(reference).captured == 900


def test_a_void_gives_back_the_rest_and_ends_captures() -> None:
    provider = trial()
    reference = authorized(provider)
    provider.capture(reference, 400, "GBP", "k1")
    voided = provider.void(reference, "k2")

    assert (voided.state, voided.authorized, voided.captured) == (S.VOIDED, 1_000, 400)
    assert refusal(provider.capture, reference, 1, "GBP", "k3") == "not_authorized"
    assert provider.void(reference, "k2") == voided
    assert refusal(provider.void, reference, "k4") == "nothing_to_void"


def test_what_was_captured_before_a_void_can_be_refunded() -> None:
    provider = trial()
    reference = authorized(provider)
    provider.capture(reference, 400, "GBP", "k1")
    provider.void(reference, "k2")

    assert provider.refund(reference, 400, "GBP", "k3").state is RefundState.SUCCEEDED
    assert provider.look(reference).refunded == 400


@pytest.mark.parametrize("method", ["test_insufficient_funds", "test_stolen_card"])
def test_a_failed_payment_holds_nothing_to_void_or_capture(method: str) -> None:
    provider = trial()
    reference = authorized(provider, method)

    assert refusal(provider.void, reference, "k1") == "nothing_to_void"
    assert refusal(provider.capture, reference, 1, "GBP", "k2") == "not_authorized"


def test_a_payment_captured_whole_cannot_be_voided() -> None:
    provider = trial()
    reference = authorized(provider)
    provider.capture(reference, 1_000, "GBP", "k1")

    assert refusal(provider.void, reference, "k2") == "nothing_to_void"


def test_refunds_in_parts_are_never_more_than_was_captured() -> None:
    provider = trial()
    reference = authorized(provider)
    provider.capture(reference, 700, "GBP", "k1")

    assert provider.refund(reference, 300, "GBP", "r1").amount == 300
    assert provider.refund(reference, 400, "GBP", "r2").amount == 400
    assert refusal(provider.refund, reference, 1, "GBP", "r3") == "amount_too_large"
    assert provider.look(reference).refunded == 700


@pytest.mark.parametrize(
    ("method", "state", "code", "refunded"),
    [("test_refund_pending", RefundState.SUCCEEDED, None, 300), ("test_refund_fails", RefundState.FAILED, "account_closed", 0)],
)  # fmt: skip
def test_a_pending_refund_ends_as_its_token_says(
    method: str, state: RefundState, code: str | None, refunded: int
) -> None:
    provider = trial()
    reference = authorized(provider, method)
    provider.capture(reference, 1_000, "GBP", "k1")
    first = provider.refund(reference, 300, "GBP", "r1")
    assert first.state is RefundState.PENDING
    assert refusal(provider.refund, reference, 701, "GBP", "r2") == "amount_too_large"

    provider.settle(reference, NOW)

    ended = provider.look_refund(first.reference)
    assert (ended.key, ended.state, ended.failure_code) == ("r1", state, code)
    assert provider.look(reference).refunded == refunded
    assert provider.refund(reference, 300, "GBP", "r1") == first


def test_a_failed_refund_can_be_asked_for_again() -> None:
    provider = trial()
    reference = authorized(provider, "test_refund_fails")
    provider.capture(reference, 1_000, "GBP", "k1")
    provider.refund(reference, 1_000, "GBP", "r1")
    provider.settle(reference, NOW)

    assert provider.refund(reference, 1_000, "GBP", "r2").state is RefundState.PENDING


def test_operations_that_a_token_refuses_leave_no_trace() -> None:
    provider = trial()
    first, second = (
        authorized(provider, "test_capture_refused"),
        provider.authorize(asked("test_refund_refused", number=2)),
    )
    provider.capture(second.reference, 10, "GBP", "k1")

    assert refusal(provider.capture, first, 10, "GBP", "k2") == "authorization_expired"
    assert refusal(provider.refund, second.reference, 10, "GBP", "k3") == "refund_refused"
    assert provider.look(first).captured == provider.look(second.reference).refunded == 0


def test_an_unreachable_provider_has_done_nothing() -> None:
    ledger = MemoryLedger()
    provider = replace(trial(), ledger=ledger)
    for _ in range(2):
        with pytest.raises(ProviderUnreachableError):
            provider.authorize(asked("test_unreachable"))

    assert ledger.kept == {}


def test_an_authorisation_whose_answer_was_lost_is_found_by_its_key() -> None:
    provider = trial()
    with pytest.raises(ProviderUnreachableError):
        provider.authorize(asked("test_answer_lost"))

    report = provider.authorize(asked("test_answer_lost"))
    assert (report.state, provider.look(report.reference).authorized) == (S.AUTHORIZED, 1_000)


@pytest.mark.parametrize("operation", ["capture", "void", "refund"])
def test_a_call_whose_answer_was_lost_was_done_once(operation: str) -> None:
    provider = trial()
    reference = authorized(provider, f"test_{operation}_answer_lost")
    if operation == "refund":
        provider.capture(reference, 500, "GBP", "k0")
    call = getattr(provider, operation)
    given = (reference, "k1") if operation == "void" else (reference, 500, "GBP", "k1")

    with pytest.raises(ProviderUnreachableError):
        call(*given)
    done = provider.look(reference)
    call(*given)

    assert provider.look(reference) == done
    assert done != replace(done, state=S.AUTHORIZED, captured=0, refunded=0)


def test_calls_in_another_currency_or_for_no_payment_are_refused() -> None:
    provider = trial()
    reference = authorized(provider)

    assert refusal(provider.capture, reference, 1, "EUR", "k") == "currency_mismatch"
    assert refusal(provider.capture, "trial_none", 1, "GBP", "k") == "no_such_payment"
    assert refusal(provider.look, "trial_none") == "no_such_payment"
    assert refusal(provider.look_refund, f"{reference}_r1") == "no_such_refund"


@pytest.mark.parametrize(("amount", "currency"), [(0, "GBP"), (-1, "GBP"), (1, "XXX")])
def test_an_amount_that_is_none_is_refused(amount: int, currency: str) -> None:
    assert refusal(trial().authorize, asked(amount=amount, currency=currency)) == "invalid_amount"


def test_a_ledger_that_does_not_answer_is_an_unknown_outcome() -> None:
    class Dead(MemoryLedger):
        def get(self, reference: str) -> tuple[int, str] | None:
            raise ConnectionError("no answer")

        def put(self, reference: str, version: int, text: str) -> bool:
            raise ConnectionError("no answer")

    provider = replace(trial(), ledger=Dead())
    for call in (lambda: provider.authorize(asked()), lambda: provider.look("trial_x")):
        with pytest.raises(ProviderUnreachableError, match="no answer"):
            call()


def test_a_step_that_another_call_overtakes_is_done_on_what_stands_then() -> None:
    class Overtaking(MemoryLedger):
        """Another capture comes between the first read and its write."""

        def put(self, reference: str, version: int, text: str) -> bool:
            if version == 2 and "k1" in text:
                plain = replace(provider, ledger=replace_of(self))
                plain.capture(reference, 300, "GBP", "k0")
            return super().put(reference, version, text)

    def replace_of(ledger: MemoryLedger) -> MemoryLedger:
        return MemoryLedger(ledger.kept)

    provider = replace(trial(), ledger=Overtaking())
    reference = authorized(provider)

    assert provider.capture(reference, 700, "GBP", "k1").captured == 1_000
