"""Take in what payment providers and carriers post: signature, inbox, queue, and only then a yes.

Nothing is believed, written or sent before the signature over the very bytes is found right. What fails after that is
raised, which is the caller's 500: it comes again, and finds what was begun.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from consumers.http import Call, answer, headers_of, parameter, raw_body
from consumers.sending import Sender
from consumers.told import CARRIER, Told, told
from domain.shop import read_shop
from domain.values import value
from providers.bodies import MalformedError
from providers.carriers import CarrierEvent, read_carrier_event
from providers.choosing import Means, webhook_reader, webhook_secret
from providers.provider import WebhookEvent
from providers.signatures import LARGEST_BODY, BadSignatureError
from storage import inbox
from storage.settings import Settings, dynamodb, open_store, read_payment_secret, read_secret
from storage.store import Store
from storage.trial_ledger import TrialLedger
from wiring.declarations import HttpRoute, on
from wiring.logs import log
from wiring.tracing import following, trace_of

SHOP_FILE = Path(__file__).resolve().parent.parent / "shop.toml"

Reader = Callable[[Mapping[str, str], bytes, datetime], WebhookEvent | CarrierEvent]
"""Reads a request. Raises BadSignatureError and MalformedError."""


@value
class Doorkeeper:
    """Who may post here (`known`), how their requests are read, and where events go."""

    store: Store
    sender: Sender
    known: frozenset[str]
    reader: Callable[[str], Reader]
    now: datetime | None = None

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> "Doorkeeper":
        """The doorkeeper of a function's environment."""
        settings = Settings.read(environment)
        store = open_store(settings, dynamodb(settings), read_shop(SHOP_FILE.read_text()).warehouse)
        means = Means(
            ledger=TrialLedger(store),
            server_secret=cache(lambda: read_secret(settings)),
            payment_secret=lambda: read_payment_secret(settings),
            trial_allowed=settings.stage != "prod",
        )
        known = {CARRIER} | ({"test"} if means.trial_allowed else set())
        known |= {"stripe"} if settings.payment_secret_id else set()
        return cls(store, Sender.open(environment), frozenset(known), cache(partial(reader_of, means)))

    def clock(self) -> datetime:
        """The time of this call."""
        now = self.now or datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


def reader_of(means: Means, name: str) -> Reader:
    """How this sender's requests are read. Raises ProviderSettingsError and SettingsError."""
    if name != CARRIER:
        return webhook_reader(name, means)
    secret = webhook_secret(means.server_secret(), CARRIER)
    return lambda headers, body, now: read_carrier_event(headers, body, (secret,), now)


@on(
    HttpRoute("POST /webhooks/{provider}"),
    timeout_seconds=10,
    concurrency=20,
    writes=("orders",),
    sends_to=("payment-events",),
    secret=True,
    payments=True,
)
def receive_webhook(call: Call, keeper: Doorkeeper) -> dict[str, Any]:
    """Answer 200 once an event is in the queue, or known to be recorded; 400, 404 and 413 with nothing written."""
    provider = parameter(call, "provider")
    if provider not in keeper.known:
        return answer(404)
    trace, now = trace_of(headers_of(call), {}), keeper.clock()
    with following(trace):
        try:
            body = raw_body(call)
            if len(body) > LARGEST_BODY:
                return answer(413)
            event = keeper.reader(provider)(headers_of(call), body, now)
        except (BadSignatureError, MalformedError, ValueError) as error:
            log("webhook refused", consumer="receive_webhook", error=type(error).__name__)
            return answer(400)
        return _take(told(provider, event, now, trace.text), keeper)


def _take(came: Told, keeper: Doorkeeper) -> dict[str, Any]:
    """Into the inbox, then the queue. One whose id said something else before is set aside, for people to look at."""
    if came.says_nothing:
        return answer(200)
    first = inbox.take(keeper.store, came.entry)
    same = first.digest == came.entry.digest
    if not (same and first.done_at):
        came.send(keeper.sender, came.group if same else came.aside)
    log("webhook taken", consumer="receive_webhook", outcome="same" if same else "other body")
    return answer(200)
