"""The test provider's webhooks: what each says, that any order of them says the same, and how tokens deliver them."""

from datetime import timedelta
from itertools import permutations

import pytest

from domain.payment_report import PaymentReport, ProviderState, RefundReport, RefundState
from providers.bodies import MalformedError
from providers.provider import ProviderRefusedError, Webhook, WebhookEvent
from providers.signatures import HEADER, BadSignatureError, sign
from providers.trial_webhooks import read_webhook, write_webhook
from tests.providers.trials import NOW, SECRETS, asked, authorized, events, trial


def story(method: str) -> tuple[WebhookEvent, ...]:
    """Every event of a payment captured in two parts and refunded once."""
    provider = trial()
    reference = authorized(provider, method)
    provider.settle(reference, NOW)
    provider.capture(reference, 400, "GBP", "k1")
    provider.capture(reference, 600, "GBP", "k2")
    provider.refund(reference, 300, "GBP", "r1")
    provider.settle(reference, NOW)
    return tuple(events(provider, provider.deliveries(reference, NOW)))


def fold(told: tuple[WebhookEvent, ...]) -> tuple[ProviderState, int, int]:
    """The rule of every receiver: the largest amounts, the state of the highest rank."""
    reports = [event.payment for event in told if event.payment]
    state = max((report.state for report in reports), key=lambda state: state.rank)
    return state, max(r.authorized for r in reports), max(r.captured for r in reports)


def test_each_event_says_where_the_payment_stood_then() -> None:
    told = story("test_action")
    payments = [(event.payment.state.value, event.payment.captured) for event in told if event.payment]
    refunds = [(event.refund.key, event.refund.state.value) for event in told if event.refund]

    assert payments == [("ACTION_REQUIRED", 0), ("AUTHORIZED", 0), ("CAPTURED", 400), ("CAPTURED", 1_000)]
    assert refunds == [("r1", "SUCCEEDED")]
    assert {(event.order_id, event.payment_id) for event in told} == {("ord_a", "pay_0001")}
    assert len({event.id for event in told}) == len(told)


def test_a_pending_refund_is_told_twice_under_two_ids() -> None:
    refunds = [event for event in story("test_refund_fails") if event.refund]

    assert [event.refund.state for event in refunds if event.refund] == [
        RefundState.PENDING,
        RefundState.FAILED,
    ]
    assert len({event.id for event in refunds}) == 2


def test_every_order_of_the_events_ends_in_the_same_state() -> None:
    told = story("test_pending")

    assert len(told) == 5
    assert {fold(order) for order in permutations(told)} == {(ProviderState.CAPTURED, 1_000, 1_000)}


def test_the_owner_confirms_or_refuses_once() -> None:
    provider = trial()
    report = provider.authorize(asked("test_action_unanswered"))
    assert report.action_url == f"https://shop.example.com/confirm/{report.reference}"

    (told,) = events(provider, provider.confirm(report.reference, accept=True, now=NOW))

    assert told.payment is not None
    assert (told.payment.state, told.payment.action_url) == (ProviderState.AUTHORIZED, None)
    assert events(provider, provider.confirm(report.reference, accept=True, now=NOW)) == [told]
    with pytest.raises(ProviderRefusedError, match="idempotency_key_reused"):
        provider.confirm(report.reference, accept=False, now=NOW)
    assert provider.settle(report.reference, NOW) == ()


def test_an_owner_who_refuses_ends_the_payment() -> None:
    provider = trial()
    (told,) = events(provider, provider.confirm(authorized(provider, "test_action"), accept=False, now=NOW))

    assert told.payment is not None
    assert (told.payment.state, told.payment.decline_code) == (ProviderState.FAILED, "authentication_failed")


@pytest.mark.parametrize("method", ["test_action", "test_pending"])
def test_a_payment_that_waits_can_be_voided_and_is_not_revived(method: str) -> None:
    provider = trial()
    reference = authorized(provider, method)
    assert provider.void(reference, "k1").state is ProviderState.VOIDED

    with pytest.raises(ProviderRefusedError, match="not_waiting"):
        provider.confirm(reference, accept=True, now=NOW)
    assert provider.settle(reference, NOW) == ()
    assert provider.look(reference).authorized == 0


def test_a_token_delivers_every_webhook_twice() -> None:
    ids = [event.id.rpartition("_")[2] for event in story("test_webhooks_twice")]

    assert ids == ["0", "0", "1", "1", "2", "2", "3", "3"]


def test_a_token_delivers_webhooks_the_last_one_first() -> None:
    ids = [event.id.rpartition("_")[2] for event in story("test_webhooks_reversed")]

    assert ids == ["3", "2", "1", "0"]


def test_a_second_delivery_has_the_same_body_under_a_new_time() -> None:
    provider = trial()
    reference = authorized(provider)
    (first,), (second,) = (
        provider.deliveries(reference, NOW),
        provider.deliveries(reference, NOW + timedelta(hours=1)),
    )

    assert first.body == second.body
    assert first.headers != second.headers
    with pytest.raises(BadSignatureError):
        provider.read_webhook(first.headers, first.body, NOW + timedelta(hours=1))


EVENTS = [
    WebhookEvent("evt_1"),
    WebhookEvent("evt_2", "ord_a", "pay_0001", PaymentReport("t", ProviderState.FAILED, "JPY", 0, 0, 0, None, "lost", False)),
    WebhookEvent("evt_3", "ord_a", "pay_0001", PaymentReport("t", ProviderState.VOIDED, "KWD", 9, 8, 7, "https://x/y", None)),
    WebhookEvent("evt_4", "ord_a", None, None, RefundReport("k", "t_r1", RefundState.FAILED, 5, "GBP", "account_closed")),
]  # fmt: skip


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.id)
def test_what_is_written_is_read(event: WebhookEvent) -> None:
    sent = write_webhook(event, SECRETS, NOW)

    assert read_webhook(sent.headers, sent.body, SECRETS[1:], NOW) == event


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        (b'"captured":8', b'"captured":"8"', "captured"),
        (b'"VOIDED"', b'"GONE"', "state"),
        (b'"KWD"', b'"kwd"', "currency"),
        (b'"retryable":true', b'"retryable":null', "retryable"),
        (b'"id":"evt_3"', b'"id":""', "id"),
        (b'"refund":null', b'"refund":[]', "refund"),
    ],
)
def test_a_signed_body_that_says_nothing_we_understand_names_the_field(
    right: bytes, wrong: bytes, words: str
) -> None:
    body = write_webhook(EVENTS[2], SECRETS, NOW).body
    assert right in body
    sent = signed_again(body.replace(right, wrong))

    with pytest.raises(MalformedError, match=words):
        read_webhook(sent.headers, sent.body, SECRETS, NOW)


def test_an_unsigned_body_is_not_even_parsed() -> None:
    with pytest.raises(BadSignatureError):
        read_webhook({}, b"{", SECRETS, NOW)


def signed_again(body: bytes) -> Webhook:
    return Webhook({HEADER: sign(body, NOW, SECRETS)}, body)
