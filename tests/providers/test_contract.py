"""One story at every provider, told in the same words: what the rest of the house may rely on."""

from collections.abc import Callable

import pytest

from domain.payment_report import ProviderState, RefundState
from providers.provider import Provider, ProviderRefusedError
from tests.providers.fake_stripe import FakeStripe
from tests.providers.stripes import adapter
from tests.providers.trials import asked, trial

S = ProviderState
MAKERS: dict[str, tuple[Callable[[], Provider], str, str, str]] = {
    "test": (trial, "test_approved", "test_stolen_card", "test_action"),
    "stripe": (
        lambda: adapter(FakeStripe(multicapture=True)),
        "pm_card_visa", "pm_card_chargeDeclinedStolenCard", "pm_card_authenticationRequired",
    ),
}  # fmt: skip


@pytest.fixture(params=MAKERS)
def made(request: pytest.FixtureRequest) -> tuple[Provider, str, str, str]:
    make, approved, stolen, action = MAKERS[request.param]
    return make(), approved, stolen, action


@pytest.mark.parametrize(
    ("amount", "part", "paid_back", "currency"),
    [(12_340, 4_999, 1, "GBP"), (5_000, 1_999, 1_999, "JPY"), (12_340, 4_990, 10, "KWD"), (50, 20, 7, "ISK")],
)
def test_captures_and_refunds_in_parts(
    made: tuple[Provider, str, str, str], amount: int, part: int, paid_back: int, currency: str
) -> None:
    provider, approved, _, _ = made
    held = provider.authorize(asked(approved, amount, currency))
    taken = provider.capture(held.reference, part, currency, "ord_a:capture:1")
    refund = provider.refund(held.reference, paid_back, currency, "ord_a:refund:1")
    ended = provider.void(held.reference, "ord_a:void:1")

    assert (held.state, held.authorized, held.captured, held.currency) == (S.AUTHORIZED, amount, 0, currency)
    assert (taken.state, taken.authorized, taken.captured) == (S.CAPTURED, amount, part)
    assert (refund.state, refund.amount, refund.key) == (RefundState.SUCCEEDED, paid_back, "ord_a:refund:1")
    assert (ended.state, ended.captured, ended.refunded) == (S.VOIDED, part, paid_back)
    assert provider.look(held.reference) == ended
    assert provider.look_refund(refund.reference) == refund


def test_repeated_calls_are_answered_as_the_first(made: tuple[Provider, str, str, str]) -> None:
    provider, approved, _, _ = made
    reference = provider.authorize(asked(approved)).reference
    calls = [
        lambda: provider.authorize(asked(approved)),
        lambda: provider.capture(reference, 400, "GBP", "k1"),
        lambda: provider.refund(reference, 100, "GBP", "k2"),
        lambda: provider.void(reference, "k3"),
    ]
    first = [call() for call in calls]

    assert [call() for call in calls] == first


def test_a_stolen_card_is_an_answer(made: tuple[Provider, str, str, str]) -> None:
    provider, _, stolen, _ = made
    report = provider.authorize(asked(stolen))

    assert (report.state, report.decline_code, report.retryable) == (S.FAILED, "stolen_card", False)
    assert provider.look(report.reference).state is S.FAILED


def test_an_action_has_a_url_and_can_be_given_up(made: tuple[Provider, str, str, str]) -> None:
    provider, _, _, action = made
    report = provider.authorize(asked(action))

    assert report.state is S.ACTION_REQUIRED
    assert str(report.action_url).startswith("https://")
    assert provider.void(report.reference, "k1").state is S.VOIDED


def test_more_than_there_is_is_refused_and_changes_nothing(made: tuple[Provider, str, str, str]) -> None:
    provider, approved, _, _ = made
    reference = provider.authorize(asked(approved)).reference
    with pytest.raises(ProviderRefusedError):
        provider.capture(reference, 1_001, "GBP", "k1")
    provider.capture(reference, 1_000, "GBP", "k2")
    with pytest.raises(ProviderRefusedError):
        provider.refund(reference, 1_001, "GBP", "k3")

    report = provider.look(reference)
    assert (report.captured, report.refunded) == (1_000, 0)
