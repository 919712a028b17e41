"""Record what providers and carriers told: each event as a command on its order, done once however often it comes.

Reports are cumulative and ranked, so their order does not matter. An order that is not there yet is waited for, for an
hour; what its order refuses is set aside, so that it holds back nobody, and becomes a dead letter.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from consumers.messages import Message, body_of, each_message
from consumers.sending import Sender
from consumers.told import ASIDE, Told, read_told
from domain.order import Order
from domain.parcels import RecordTracking
from domain.recording import RecordPayment, RecordRefund, Settle
from domain.refusals import Busy, InvalidInput, Refused, UnknownOutcome, not_found
from domain.shop import read_shop
from domain.values import value
from providers.carriers import CarrierEvent
from providers.provider import WebhookEvent
from storage import inbox
from storage.deciding import carry_out
from storage.order_reads import load_order
from storage.settings import open_tables
from storage.store import Store
from storage.tracking import find_parcels
from wiring.declarations import Queue, on
from wiring.logs import log
from wiring.tracing import Trace, following

SHOP_FILE = Path(__file__).resolve().parent.parent / "shop.toml"

TRIES = 20
"""At 30 s a call a message is hidden for 180 s (`wiring.sources.VISIBILITY`): an hour until it is a dead letter."""


class UnknownOrderError(Exception):
    """There is no such order or parcel: not yet, or it is not ours."""


class OtherBodyError(Exception):
    """The sender used the id of this event before, and said something else."""


class SetAsideError(Exception):
    """Its order refuses this event, again; the message names the refusal's code."""


@value
class Clerk:
    """The orders, the queue, and the time."""

    store: Store
    sender: Sender
    now: datetime | None = None

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> "Clerk":
        """The clerk of a function's environment."""
        store = open_tables(environment, read_shop(SHOP_FILE.read_text()).warehouse)
        return cls(store, Sender.open(environment))

    def clock(self) -> datetime:
        """The time of this message."""
        now = self.now or datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


@on(
    Queue("payment-events", fifo=True, max_receives=TRIES),
    concurrency=10,
    reads=("orders",),
    writes=("orders",),
    sends_to=("payment-events",),
)
def record_webhook(event: Mapping[str, Any], clerk: Clerk) -> dict[str, Any]:
    """Record the events of these messages. Answers the messages that are to come again."""
    return each_message(event, lambda message: _record(message, clerk))


def _record(message: Message, clerk: Clerk) -> None:
    told = read_told(body_of(message))
    trace, entry = Trace.read(told.trace), told.entry
    with following(trace):
        known = inbox.look(clerk.store, entry.sender, entry.event_id) or entry
        if known.digest != entry.digest:
            raise OtherBodyError(entry.digest)
        if known.done_at:
            return
        try:
            carry(told, replace(clerk.store, trace=trace.text), clerk.clock())
        except Refused as refused:
            _put_aside(told, message, refused, clerk.sender)
        else:
            inbox.finish(clerk.store, replace(known, done_at=clerk.clock()))


def _put_aside(told: Told, message: Message, refused: Refused, sender: Sender) -> None:
    """Raise what may pass, and what was set aside before; anything else goes where it holds back nobody."""
    why = refused.refusals[0]
    if isinstance(why, Busy | UnknownOutcome):
        raise refused
    if message["attributes"]["MessageGroupId"].startswith(ASIDE):
        raise SetAsideError(why.code) from refused
    told.send(sender, told.aside)
    log("webhook set aside", consumer="record_webhook", error=why.code)


def carry(told: Told, store: Store, now: datetime) -> None:
    """Do what an event comes to. Raises UnknownOrderError, Refused."""
    if isinstance(told.event, CarrierEvent):
        _track(told.event, store, now)
    else:
        _report(told.sender, told.event, store, now)


def _track(event: CarrierEvent, store: Store, now: datetime) -> None:
    parcels = find_parcels(store, event.carrier, event.tracking)
    if not parcels:
        raise UnknownOrderError("no parcel has this number")
    for parcel in parcels:
        command = RecordTracking(parcel.fulfillment_id, event.status, event.occurred_at, event.id)
        carry_out(store, parcel.order_id, command, now)


def _report(provider: str, event: WebhookEvent, store: Store, now: datetime) -> None:
    """Record the report, then ask back what is owed for it: money that came too late does not stay."""
    loaded = load_order(store, event.order_id) if event.order_id else None
    if loaded is None:
        raise UnknownOrderError("no order has this id")
    carry_out(store, loaded.order.id, command_of(loaded.order, provider, event), now)
    carry_out(store, loaded.order.id, Settle(), now)


def command_of(order: Order, provider: str, event: WebhookEvent) -> RecordPayment | RecordRefund:
    """The command that records an event of this provider on its order. Raises Refused where it names nothing of it."""
    if event.refund:
        key, reference = event.refund.key, event.refund.reference
        for refund in order.refunds:
            if refund.key == key or (reference and refund.reference == reference):
                _same_provider(order, refund.payment_id, provider)
                return RecordRefund(refund.id, event.refund)
    elif event.payment:
        for payment in order.payments:
            if payment.id == event.payment_id or (
                event.payment_id is None and payment.reference == event.payment.reference
            ):
                _same_provider(order, payment.id, provider)
                return RecordPayment(payment.id, event.payment)
    raise Refused(not_found("payment", "event"))


def _same_provider(order: Order, payment_id: str, provider: str) -> None:
    """A provider speaks of its own payments alone: the test provider's secret moves no money of another's."""
    payment = order.payment(payment_id)
    if payment is None or payment.provider != provider:
        message = "This provider did not take the payment that it reports on: nothing was changed."
        raise Refused(InvalidInput("REPORT_MISMATCH", message, ("report", "provider")))
