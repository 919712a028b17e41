"""Who speaks from outside to this machine's server, with the secrets that they would sign with: the test provider, a carrier."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from cli.state import state_dir
from domain.lifecycle import CarrierStatus
from domain.order import Fulfillment, Order
from domain.payment import Payment
from domain.payment_report import PaymentReport, ProviderState
from domain.shop import read_shop
from local.aws.clients import make_client
from local.aws.record import read_record
from local.confirming import confirm_url
from local.identity import kept_identity
from providers.carriers import CarrierEvent, write_carrier_event
from providers.choosing import Means, open_trial, webhook_secret
from providers.provider import Webhook, WebhookEvent
from providers.trial_webhooks import write_webhook
from resolvers.app import SHOP_FILE
from storage import keys
from storage.order_reads import find_order_id, load_order
from storage.store import Store
from storage.trial_ledger import TrialLedger

NAMELESS = "Any Carrier"


class SayError(Exception):
    """What was asked for cannot be told; the message says why."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What they know: the orders (to find what is told of) and the server secret; `forged` signs with another one."""

    port: int
    store: Store
    secret: bytes = field(repr=False)
    forged: bool = False

    def payment(
        self, order: str, payment_id: str | None, how: str | None, at: datetime
    ) -> tuple[Webhook, ...]:
        """What the test provider tells of a payment: `approve`, `decline`, `all`, or what waits comes to its end.

        A forger says that it is paid; the provider knows nothing of that. Raises SayError, ProviderRefusedError.
        """
        found = self.order(order)
        payment = _payment(found, payment_id)
        if self.forged:
            return (write_webhook(_claim(found, payment), (self._signing,), at),)
        trial = open_trial(Means(TrialLedger(self.store), lambda: self.secret, str, confirm_url(self.port)))
        match how:
            case "all":
                return trial.deliveries(payment.reference, at)
            case "approve" | "decline":
                return trial.confirm(payment.reference, accept=how == "approve", now=at)
            case _:
                return trial.settle(payment.reference, at)

    def carrier(
        self,
        order: str,
        parcel_id: str | None,
        status: CarrierStatus,
        happened: datetime,
        id: str | None,
        at: datetime,
    ) -> Webhook:
        """A carrier's word on a parcel. Raises SayError."""
        found = self.order(order)
        parcel = _parcel(found, parcel_id)
        own = id or f"{found.id}-{parcel.id}-{status.value}-{happened:%Y%m%dT%H%M%S%f}"
        event = CarrierEvent(own, parcel.carrier or NAMELESS, str(parcel.tracking), status, happened)
        return write_carrier_event(event, (webhook_secret(self._signing, "carrier"),), at)

    @property
    def _signing(self) -> bytes:
        return secrets.token_bytes(32) if self.forged else self.secret

    def order(self, named: str) -> Order:
        """The order of an id or a number. Raises SayError."""
        order_id = named if named.startswith("ord_") else find_order_id(self.store, keys.number(named))
        loaded = load_order(self.store, order_id) if order_id else None
        if loaded is None:
            raise SayError(f"There is no order {named}.")
        return loaded.order


def open_outside(port: int) -> Outside | None:
    """Those of this checkout's running server, if one runs."""
    record = read_record(state_dir())
    if record is None or record.clean:
        return None
    client, shop = make_client("dynamodb", record.endpoint), read_shop(SHOP_FILE.read_text())
    secret = kept_identity(state_dir()).secret.encode()
    return Outside(port, Store(client, "orders", "catalog", shop.warehouse), secret)


def _payment(order: Order, payment_id: str | None) -> Payment:
    known = [each for each in order.payments if payment_id in {None, each.id}]
    if not known:
        raise SayError(f"Order {order.number} has no payment{f' {payment_id}' if payment_id else ''}.")
    if known[-1].provider != "test" or not known[-1].reference:
        raise SayError(f"The test provider knows nothing of {known[-1].id}.")
    return known[-1]


def _claim(order: Order, payment: Payment) -> WebhookEvent:
    """What somebody would say who wants the goods and does not want to pay."""
    report = PaymentReport(
        payment.reference,
        ProviderState.CAPTURED,
        payment.currency,
        authorized=payment.amount,
        captured=payment.amount,
    )
    return WebhookEvent(f"evt_{secrets.token_hex(8)}", order.id, payment.id, report)


def _parcel(order: Order, parcel_id: str | None) -> Fulfillment:
    left = [each for each in order.fulfillments if each.tracking and parcel_id in {None, each.id}]
    if not left:
        raise SayError(
            f"No parcel of {order.number} travels under a number: ship one with carrier and tracking."
        )
    return left[-1]
