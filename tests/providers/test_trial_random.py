"""Random calls at the test provider: money never exceeds what was promised, and every order of webhooks agrees."""

from random import Random

import pytest

from domain.payment_report import ProviderState, RefundState
from providers.provider import ProviderRefusedError, ProviderUnreachableError, WebhookEvent
from providers.trial import Trial
from providers.trial_tokens import TOKENS
from tests.providers.trials import NOW, asked, events, trial

OPERATIONS = ("capture", "refund", "void", "confirm", "refuse", "settle")


def step(provider: Trial, reference: str, dice: Random) -> None:
    key, amount = f"k{dice.randrange(12)}", dice.randrange(-1, 700)
    match dice.choice(OPERATIONS):
        case "capture":
            provider.capture(reference, amount, "GBP", key)
        case "refund":
            provider.refund(reference, amount, "GBP", key)
        case "void":
            provider.void(reference, key)
        case "settle":
            provider.settle(reference, NOW)
        case answer:
            provider.confirm(reference, accept=answer == "confirm", now=NOW)


def check_money(provider: Trial, reference: str, before: tuple[int, int, int]) -> tuple[int, int, int]:
    report = provider.look(reference)
    amounts = (report.authorized, report.captured, report.refunded)
    assert 0 <= report.refunded <= report.captured <= report.authorized <= 1_000
    assert all(new >= old for new, old in zip(amounts, before, strict=True))
    return amounts


def folded(told: list[WebhookEvent]) -> tuple[ProviderState, int, int, int]:
    reports = [event.payment for event in told if event.payment]
    paid_back = {event.refund.reference: event.refund.amount for event in told
                 if event.refund and event.refund.state is RefundState.SUCCEEDED}  # fmt: skip
    state = max((report.state for report in reports), key=lambda each: each.rank)
    return (
        state,
        max(r.authorized for r in reports),
        max(r.captured for r in reports),
        sum(paid_back.values()),
    )


@pytest.mark.parametrize("token", [token.name for token in TOKENS if token.reachable])
def test_money_and_webhooks_agree_whatever_is_asked(token: str) -> None:
    done = 0
    for seed in range(25):
        dice, provider = Random(f"{token}{seed}"), trial()
        try:
            reference = provider.authorize(asked(token)).reference
        except ProviderUnreachableError:
            reference = provider.authorize(asked(token)).reference
        amounts = (0, 0, 0)
        for _ in range(20):
            try:
                step(provider, reference, dice)
                done += 1
            except (ProviderRefusedError, ProviderUnreachableError):
                pass
            amounts = check_money(provider, reference, amounts)
        told = events(provider, provider.deliveries(reference, NOW))
        dice.shuffle(told)
        assert folded(told) == (provider.look(reference).state, *amounts)
    assert done >= 25  # settling alone is never refused
