"""The test provider's webhooks: one event as JSON (`providers.event_fields`), signed, and read again."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from providers.bodies import read_object
from providers.event_fields import event_fields, event_of
from providers.provider import Webhook, WebhookEvent
from providers.signatures import HEADER, sign, verify


def write_webhook(event: WebhookEvent, secrets: Sequence[bytes], now: datetime) -> Webhook:
    """The request that tells an event, sent now. Sent again it has the same body under another time."""
    body = json.dumps(event_fields(event), separators=(",", ":")).encode()
    return Webhook({"Content-Type": "application/json", HEADER: sign(body, now, secrets)}, body)


def read_webhook(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes], now: datetime
) -> WebhookEvent:
    """The event that a request tells. Raises BadSignatureError, MalformedError."""
    verify(headers, body, secrets, now)
    return event_of(read_object(body))
