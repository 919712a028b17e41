"""A shop that writes to its customers: what its desk sends, and messages as the bus hands them on."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from consumers.mailing import Mail
from consumers.occasions import WRITTEN
from consumers.send_mail import Desk, send_mail
from resolvers.confirm_order import ConfirmOrderInput, confirm_order
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.deliver_fulfillment import DeliverFulfillmentInput, deliver_fulfillment
from resolvers.place_order import place_order
from resolvers.shapes.inputs import ContactInput
from resolvers.shapes.orders import Order
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from storage.order_reads import load_order
from storage.store import Store
from tests.shopkeeping import ADA, ADMIN, FIRST_PARCEL, NOW, SHOP, basket, context, do, done

SECRET = context().secret
ADDRESS = "ada@example.com"
CONTACT = ContactInput(ADDRESS, "Ada <Example>", "+44 20 7946 0001")


@dataclass
class Office:
    """A desk over a store whose mails are kept. `send` may be replaced by one that fails."""

    store: Store
    now: datetime = NOW
    sent: list[Mail] = field(default_factory=list)
    send: Callable[[Mail], None] | None = None

    def desk(self) -> Desk:
        """The desk as it is now."""
        return Desk(self.store, SHOP, self.send or self.sent.append, lambda: SECRET, "test", self.now)

    def told(self, *sequences: int, order_id: str) -> list[str]:
        """The messages that are to come again, of these events of an order."""
        answer: dict[str, Any] = send_mail({"Records": messages(order_id, *sequences)}, self.desk())
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    def told_all(self, order_id: str) -> list[Mail]:
        """What is sent when every event of an order that the rule lets pass is told once."""
        before = len(self.sent)
        assert self.told(*sequences(self.store, order_id), order_id=order_id) == []
        return self.sent[before:]


def sequences(store: Store, order_id: str) -> list[int]:
    """The events of an order that are written of."""
    loaded = load_order(store, order_id, history=True)
    assert loaded is not None
    return [event.sequence for event in loaded.events if event.type in WRITTEN]


def messages(order_id: str, *sequences: int) -> list[dict[str, Any]]:
    """Events on the bus as SQS hands them to the consumer."""
    return [
        {
            "messageId": str(sequence),
            "body": json.dumps({"detail": {"format": 1, "orderId": order_id, "sequence": sequence}}),
            "attributes": {"ApproximateReceiveCount": "1"},
        }
        for sequence in sequences
    ]


def ordered(store: Store, *lines: tuple[str, int], **given: Any) -> Order:
    """Ada's order, with an address to write to."""
    wanted = basket(*lines or (("LANTERN", 2), ("BELL", 1)), contact=CONTACT, **given)
    return done(place_order(wanted, context(ADA, store)))


def sent_on(store: Store, order: Order) -> None:
    """The order goes its way, in one parcel, to its end."""
    for command, given in (
        (confirm_order, ConfirmOrderInput(order.id)),
        (create_fulfillment, CreateFulfillmentInput(order.id)),
        (ship_fulfillment, ShipFulfillmentInput(order.id, FIRST_PARCEL, "Royal Mail", "RM 1/2")),
        (deliver_fulfillment, DeliverFulfillmentInput(order.id, FIRST_PARCEL)),
    ):
        done(do(command, given, ADMIN, store))
