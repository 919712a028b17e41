"""What carriers tell of parcels: our own documented format, signed like every webhook (`providers.signatures`).

    {"id": "c-81", "carrier": "Royal Mail", "tracking": "RM1234", "status": "DELIVERED",
     "occurredAt": "2026-11-26T09:30:00Z"}

A carrier's own format differs from every other one; who connects one writes its five fields from it and signs them.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.lifecycle import CarrierStatus
from domain.values import value
from providers.bodies import member, moment, read_object, text
from providers.provider import Webhook
from providers.signatures import HEADER, sign, verify

_WORDS = r"[^\x00-\x1f\x7f\ud800-\udfff]{1,64}"


@value
class CarrierEvent:
    """One event of one parcel. `id` is the carrier's own: a second delivery has the same."""

    id: str
    carrier: str
    tracking: str
    status: CarrierStatus
    occurred_at: datetime


def read_carrier_event(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes], now: datetime
) -> CarrierEvent:
    """The event that a carrier posted. Raises BadSignatureError, MalformedError."""
    verify(headers, body, secrets, now)
    return carrier_event_of(read_object(body))


def write_carrier_event(event: CarrierEvent, secrets: Sequence[bytes], now: datetime) -> Webhook:
    """The request that tells an event, sent now."""
    body = json.dumps(carrier_fields(event), separators=(",", ":")).encode()
    return Webhook({"Content-Type": "application/json", HEADER: sign(body, now, secrets)}, body)


def carrier_event_of(data: Mapping[str, Any]) -> CarrierEvent:
    """The event of these fields. Raises MalformedError."""
    return CarrierEvent(
        id=text(data, "id"),
        carrier=text(data, "carrier", _WORDS),
        tracking=text(data, "tracking", _WORDS),
        status=member(data, "status", CarrierStatus),
        occurred_at=moment(data, "occurredAt"),
    )


def carrier_fields(event: CarrierEvent) -> dict[str, str]:
    """The fields of an event, for a body of JSON."""
    return {
        "id": event.id,
        "carrier": event.carrier,
        "tracking": event.tracking,
        "status": event.status.value,
        "occurredAt": event.occurred_at.isoformat(timespec="milliseconds"),
    }
