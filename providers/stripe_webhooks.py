"""Stripe's webhooks, read without its library: a function that only takes them in starts without it, and needs no key."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from providers.bodies import read_object
from providers.provider import WebhookEvent
from providers.signatures import verify
from providers.stripe_reports import event_report

HEADER = "Stripe-Signature"


def read_stripe_webhook(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes], now: datetime
) -> WebhookEvent:
    """The event that Stripe posted; it signs as `providers.signatures` does. Raises BadSignatureError, MalformedError."""
    verify(headers, body, secrets, now, header=HEADER)
    return event_report(read_object(body))
