"""Stripe's webhooks: the library's own signing is accepted, its own reader and ours agree, and what each event says."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe

from domain.payment_report import PaymentReport, ProviderState, RefundReport, RefundState
from providers.bodies import MalformedError
from providers.provider import WebhookEvent
from providers.signatures import BadSignatureError, sign
from providers.stripe_webhooks import HEADER
from tests.providers.fake_stripe import FakeStripe
from tests.providers.stripes import SECRET, adapter, card, posted
from tests.providers.trials import NOW

PROVIDER = adapter(FakeStripe())


def read(kind: str, told: dict[str, Any]) -> WebhookEvent:
    headers, body = posted(kind, told)
    return PROVIDER.read_webhook(headers, body, NOW)


def captured() -> tuple[FakeStripe, str]:
    fake = FakeStripe()
    provider = adapter(fake)
    reference = provider.authorize(card()).reference
    provider.capture(reference, 1_000, "GBP", "ord_a:capture:1")
    provider.refund(reference, 300, "GBP", "ord_a:refund:1")
    return fake, reference


def test_a_payment_says_where_it_stands() -> None:
    fake, reference = captured()
    intent = fake._shown(fake.intents[reference], {})

    event = read("payment_intent.succeeded", intent)
    assert (event.order_id, event.payment_id, event.refund) == ("ord_a", "pay_0001", None)
    assert event.payment == PaymentReport(reference, ProviderState.CAPTURED, "GBP", 1_000, 1_000)


def test_a_refund_says_which_one_it_is() -> None:
    fake, _ = captured()
    (refund,) = fake.refunds.values()

    event = read("refund.updated", refund | {"status": "failed", "failure_reason": "declined"})
    assert event == WebhookEvent(
        "evt_refund.updated", "ord_a", None, None,
        RefundReport("ord_a:refund:1", refund["id"], RefundState.FAILED, 300, "GBP", "declined"),
    )  # fmt: skip


def test_a_refund_made_by_hand_at_stripe_is_seen_in_the_charge() -> None:
    fake, reference = captured()
    charge = fake.intents[reference]["charge"] | {"amount_refunded": 450}

    event = read("charge.refunded", charge)
    assert event.payment == PaymentReport(reference, ProviderState.CAPTURED, "GBP", 1_000, 1_000, 450)
    assert read("charge.captured", charge) == WebhookEvent("evt_charge.captured")


@pytest.mark.parametrize(
    ("kind", "told"),
    [("customer.created", {"object": "customer"}), ("payment_intent.created", {"object": "payment_intent", "metadata": {}})],
)  # fmt: skip
def test_an_event_that_is_not_of_an_order_says_nothing(kind: str, told: dict[str, Any]) -> None:
    assert read(kind, told) == WebhookEvent(f"evt_{kind}")


def test_an_amount_that_is_none_is_malformed() -> None:
    fake, reference = captured()
    with pytest.raises(MalformedError, match="amount_received"):
        read("payment_intent.succeeded", fake.intents[reference] | {"amount_received": "1000"})


@pytest.mark.parametrize("away", [timedelta(seconds=301), timedelta(seconds=-301)])
def test_an_event_of_another_time_is_refused_both_ways(away: timedelta) -> None:
    headers, body = posted("customer.created", {"object": "customer"}, at=NOW + away)
    with pytest.raises(BadSignatureError):
        PROVIDER.read_webhook(headers, body, NOW)


def test_the_library_accepts_what_we_sign_and_reads_what_we_read() -> None:
    """The library's reader has no clock to give, so this one test is at the real time."""
    now = datetime.now(UTC)
    fake, reference = captured()
    _, body = posted("payment_intent.succeeded", fake._shown(fake.intents[reference], {}))
    header = sign(body, now, (b"another", SECRET.encode()))

    event = stripe.Webhook.construct_event(body, header, SECRET)  # type: ignore[no-untyped-call]

    ours = PROVIDER.read_webhook({HEADER: header}, body, now)
    assert ours.payment is not None
    assert (event.id, event.data.object["id"]) == (ours.id, ours.payment.reference)


def test_a_body_is_read_as_it_was_signed() -> None:
    headers, body = posted("customer.created", {"object": "customer"})
    with pytest.raises(BadSignatureError):
        PROVIDER.read_webhook(headers, json.dumps(json.loads(body), indent=1).encode(), NOW)
