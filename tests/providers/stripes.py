"""The Stripe adapter over the stand-in for Stripe, and events as Stripe posts them."""

import json
from datetime import datetime
from typing import Any

import stripe

from providers.provider import Authorization
from providers.stripe_payments import StripePayments
from providers.stripe_webhooks import HEADER
from tests.providers.fake_stripe import FakeStripe
from tests.providers.trials import NOW, asked

SECRET = "whsec_of-these-tests-only"


def adapter(fake: FakeStripe) -> StripePayments:
    client = stripe.StripeClient("sk_test_none", http_client=fake, max_network_retries=0)
    return StripePayments(client, (SECRET.encode(), b"whsec_another"), fake.multicapture)


def card(
    method: str = "pm_card_visa", amount: int = 1_000, currency: str = "GBP", number: int = 1
) -> Authorization:
    return asked(method, amount, currency, number)


def posted(kind: str, told: dict[str, Any], at: datetime = NOW) -> tuple[dict[str, str], bytes]:
    """An event signed by the library's own words on how Stripe signs."""
    event = {
        "id": f"evt_{kind}",
        "object": "event",
        "type": kind,
        "data": {"object": told},
        "api_version": "x",
    }
    body = json.dumps(event)
    header = stripe.WebhookSignature.generate_signature_header(body, SECRET, int(at.timestamp()))
    return {HEADER.lower(): header}, body.encode()
