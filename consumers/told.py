"""What somebody outside told us, as it waits in the queue `payment-events`: one event of a payment, a refund or a parcel.

The body is our own, not the sender's: only a signed request that was understood becomes one.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from consumers.sending import Sender
from domain.values import value
from providers.carriers import CarrierEvent, carrier_event_of, carrier_fields
from providers.event_fields import event_fields, event_of
from providers.provider import WebhookEvent
from storage.inbox import Entry
from storage.moments import read_moment
from storage.tracking import named, plain

QUEUE = "payment-events"
CARRIER = "carrier"
ASIDE = "aside-"
"""The groups of messages that hold nobody back: what cannot be recorded waits there until it is a dead letter."""


@value
class Told:
    """One event: who sent it (`test`, `stripe`, `carrier`), what it says, and when it came.

    `digest` is of what we understood, not of the bytes: Stripe counts the deliveries that wait in a body of its own, so
    the same event comes in other bytes. It travels along: another release may understand more.
    """

    sender: str
    event: WebhookEvent | CarrierEvent
    came_at: datetime
    trace: str
    digest: str

    @property
    def says_nothing(self) -> bool:
        """Whether it is of something that we do not keep."""
        event = self.event
        return isinstance(event, WebhookEvent) and event.payment is None and event.refund is None

    @property
    def entry(self) -> Entry:
        """What the inbox notes of it."""
        return Entry(self._from, self.event.id, self.digest, self.came_at)

    @property
    def group(self) -> str:
        """What its order is kept within: the events of one order, of one payment where no order is named, of one parcel."""
        event = self.event
        if isinstance(event, CarrierEvent):
            return "parcel-" + _short(named(event.carrier), plain(event.tracking))
        reports = [each.reference for each in (event.payment, event.refund) if each]
        return event.order_id or (reports[0] if reports else event.id)

    @property
    def aside(self) -> str:
        """A group of its own."""
        return ASIDE + _short(*self._once)

    def send(self, sender: Sender, group: str) -> None:
        """Put it into the queue; the same again within five minutes is dropped there. Raises what boto3 raises."""
        body = {
            "format": 1, "from": self.sender, "cameAt": self.came_at.isoformat(timespec="milliseconds"),
            "trace": self.trace, "digest": self.digest, "event": _fields(self.event),
        }  # fmt: skip
        sender.send_in_order(QUEUE, body, group=group, once=_short(*self._once, group))

    @property
    def _from(self) -> str:
        """Every carrier numbers its events by itself."""
        event = self.event
        return f"{CARRIER} {named(event.carrier)}" if isinstance(event, CarrierEvent) else self.sender

    @property
    def _once(self) -> tuple[str, ...]:
        return self._from, self.event.id, self.digest


def told(sender: str, event: WebhookEvent | CarrierEvent, came_at: datetime, trace: str) -> Told:
    """What came just now."""
    said = json.dumps(_fields(event), sort_keys=True, separators=(",", ":")).encode()
    return Told(sender, event, came_at, trace, hashlib.sha256(said).hexdigest())


def read_told(body: Mapping[str, Any]) -> Told:
    """The event of a message. Raises KeyError, ValueError and MalformedError for what `Told.send` did not send."""
    event = carrier_event_of(body["event"]) if body["from"] == CARRIER else event_of(body["event"])
    return Told(body["from"], event, read_moment(body["cameAt"]), body["trace"], body["digest"])


def _fields(event: WebhookEvent | CarrierEvent) -> dict[str, Any]:
    return carrier_fields(event) if isinstance(event, CarrierEvent) else event_fields(event)


def _short(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
