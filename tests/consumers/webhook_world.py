"""A shop that webhooks come to: its route, its ordered queue in memory, and its clerk; and senders with right secrets."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from consumers.receive_webhook import Doorkeeper, reader_of, receive_webhook
from consumers.record_webhook import Clerk, record_webhook
from consumers.sending import Sender
from domain.lifecycle import CarrierStatus
from providers.carriers import CarrierEvent, write_carrier_event
from providers.choosing import Means, open_trial, webhook_secret
from providers.provider import Webhook, WebhookEvent
from providers.trial import Trial
from providers.trial_books import Ledger
from providers.trial_webhooks import write_webhook
from storage.store import Store
from tests.providers.trials import MemoryLedger
from tests.shopkeeping import NOW, fake, stocked

SERVER_SECRET = b"the server's secret of these tests"
KNOWN = frozenset({"test", "carrier"})


@dataclass
class Line:
    """An ordered queue: what came under an id that it has seen is dropped, as SQS does for five minutes."""

    waiting: list[dict[str, Any]] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)
    sends: int = 0

    def put(self, queue: str, message: Mapping[str, str]) -> None:
        assert queue == "payment-events"
        self.sends += 1
        once = message["MessageGroupId"], message["MessageDeduplicationId"]
        if once not in self.seen:
            self.seen.add(once)
            group = {"MessageGroupId": once[0], "ApproximateReceiveCount": "1"}
            self.waiting.append(
                {"messageId": f"m{len(self.seen)}", "body": message["MessageBody"], "attributes": group}
            )

    def forget(self) -> None:
        """Five minutes pass."""
        self.seen.clear()


@dataclass
class World:
    """`put` is what a sender puts with; tests put something in its way."""

    store: Store = field(default_factory=lambda: stocked("LANTERN", units=1_000_000))
    line: Line = field(default_factory=Line)
    ledger: Ledger = field(default_factory=MemoryLedger)
    now: datetime = NOW
    put: Callable[[str, Mapping[str, str]], None] | None = None

    @property
    def means(self) -> Means:
        return Means(self.ledger, lambda: SERVER_SECRET, str, "https://pay.example/{reference}")

    @property
    def trial(self) -> Trial:
        return open_trial(self.means)

    @property
    def sender(self) -> Sender:
        return Sender(self.put or self.line.put)

    def call(self, provider: str, webhook: Webhook) -> dict[str, Any]:
        """What the route answers."""
        keeper = Doorkeeper(
            self.store, self.sender, KNOWN, lambda name: reader_of(self.means, name), self.now
        )
        return receive_webhook(request(provider, webhook), keeper)

    def post(self, provider: str, *webhooks: Webhook) -> None:
        """Post what must be taken."""
        for each in webhooks:
            assert self.call(provider, each) == {
                "statusCode": 200,
                "headers": {"content-type": "text/plain"},
                "body": "",
            }

    def work(self) -> list[str]:
        """Let the clerk work through the queue once, a message at a time; the bodies of what failed stay in it."""
        failed: list[dict[str, Any]] = []
        while self.line.waiting:
            message = self.line.waiting[0]
            answer = record_webhook({"Records": [message]}, Clerk(self.store, self.sender, self.now))
            self.line.waiting.remove(message)
            if answer["batchItemFailures"]:
                failed.append(message)
        self.line.waiting = failed
        return [each["attributes"]["MessageGroupId"] for each in failed]

    def inbox(self) -> list[dict[str, Any]]:
        """The inbox's items."""
        return [item for item in fake(self.store).items("orders") if item["PK"]["S"].startswith("IN#")]


def request(provider: str, webhook: Webhook) -> dict[str, Any]:
    """The call as API Gateway hands it on: names in small letters, several headers of one name joined by a comma."""
    headers: dict[str, str] = {}
    for name, each in webhook.headers.items():
        headers[name.lower()] = f"{headers[name.lower()]},{each}" if name.lower() in headers else each
    try:
        body: dict[str, Any] = {"body": webhook.body.decode(), "isBase64Encoded": False}
    except UnicodeDecodeError:
        body = {"body": base64.b64encode(webhook.body).decode(), "isBase64Encoded": True}
    return {"version": "2.0", "headers": headers, "pathParameters": {"provider": provider}, **body}


def told(event: WebhookEvent, at: datetime = NOW) -> Webhook:
    """A payment's event, rightly signed."""
    return write_webhook(event, (webhook_secret(SERVER_SECRET, "test"),), at)


def seen(
    status: CarrierStatus, minutes: int, *, number: str = "T1", carrier: str = "Bell Post", id: str = ""
) -> Webhook:
    """A carrier's event of a parcel, rightly signed."""
    event = CarrierEvent(
        id or f"bell-{status.value}-{minutes}", carrier, number, status, NOW + timedelta(minutes=minutes)
    )
    return write_carrier_event(event, (webhook_secret(SERVER_SECRET, "carrier"),), NOW)
