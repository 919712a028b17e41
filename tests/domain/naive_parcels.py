"""The rules of parcels written a second time: a parcel is a word and its units, a carrier is what it said so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from domain.actors import Actor
from domain.order import Fulfillment
from domain.parcels import CancelFulfillment, RecordTracking
from tests.domain.naive_money import Answer

if TYPE_CHECKING:
    from tests.domain.naive_model import NaiveOrder

Units = Mapping[str, int]
WORDS = ["LABEL_CREATED", "IN_TRANSIT", "OUT_FOR_DELIVERY", "FAILED", "DELIVERED", "RETURNED"]
HELD_AS = {
    "PENDING": "packed", "PACKED": "packed", "SHIPPED": "travelling", "FAILED": "travelling",
    "RETURNED": "travelling", "DELIVERED": "delivered", "CANCELLED": "open",
}  # fmt: skip
"""Where the units of a parcel are counted."""
GONE = {"SHIPPED", "FAILED", "RETURNED", "DELIVERED"}


@dataclass
class Carrier:
    """What was said of one parcel: the ids of all events, and the best of them."""

    ids: set[str] = field(default_factory=set)
    best: str | None = None
    best_at: datetime | None = None

    @classmethod
    def of(cls, parcel: Fulfillment) -> "Carrier":
        word = parcel.carrier_status and parcel.carrier_status.value
        return cls(set(parcel.tracked), word, parcel.carrier_status_at)

    def hears(self, command: RecordTracking) -> bool:
        """Note an event; whether it is further than every one before."""
        self.ids.add(command.event_id)
        word, at = command.status.value, command.occurred_at
        further = self.best is None or WORDS.index(word) > WORDS.index(self.best)
        if further or (word == self.best and self.best_at is not None and at > self.best_at):
            self.best, self.best_at = word, at
        return further


def why_not(books: "NaiveOrder", action: str) -> str | None:
    """The reason that stands against an action on parcels, the order's status apart."""
    states = [state for state, _ in books.parcels.values()]
    match action:
        case "CREATE_FULFILLMENT" if len(states) >= 1_000:
            return "TOO_MANY_PARCELS"
        case "CREATE_FULFILLMENT":
            return None if books.total("open") else "NOTHING_OPEN"
        case "PACK_FULFILLMENT":
            return None if "PENDING" in states else "NOTHING_TO_PACK"
        case "SHIP_FULFILLMENT" if not books.total("packed"):
            return "NO_PARCEL"
        case "SHIP_FULFILLMENT":
            return None if books.money.secures(books.worth()) else "NOT_PAID"
        case "DELIVER_FULFILLMENT":
            return None if "SHIPPED" in states or "FAILED" in states else "NOTHING_SHIPPED"
        case "CANCEL_FULFILLMENT":
            back = [state for state in states if state not in {"SHIPPED", "DELIVERED", "CANCELLED"}]
            return None if back else "NOTHING_TO_TAKE_BACK"
        case "RECORD_TRACKING":
            return None if any(state != "CANCELLED" for state in states) else "NO_PARCEL"
        case _:
            return None


def create(books: "NaiveOrder", wanted: Units | None, actor: Actor) -> Answer:
    reason = books.why_not("CREATE_FULFILLMENT", actor)
    if reason:
        return books.refuse(reason, actor)
    units, problem = books.taken(wanted)
    if problem:
        return problem
    for line_id, count in units.items():
        books.shift(line_id, "open", "packed", count)
    books.parcels[f"ful_{len(books.parcels) + 1:04d}"] = ("PENDING", dict(units))
    return ("done", "FULFILLMENT_CREATED")


def ship(books: "NaiveOrder", parcel_id: str, actor: Actor) -> Answer:
    state = books.state_of(parcel_id)
    if not state:
        return ("refused", "NotFound")
    if state in {"SHIPPED", "DELIVERED"}:
        return ("done",)
    reason = books.why_not("SHIP_FULFILLMENT", actor) or books.unless(state in {"PENDING", "PACKED"}, state)
    if reason:
        return books.refuse(reason, actor)
    books.bring(parcel_id, "SHIPPED")
    return ("done", "FULFILLMENT_SHIPPED")


def deliver(books: "NaiveOrder", parcel_id: str, actor: Actor) -> Answer:
    state = books.state_of(parcel_id)
    if not state:
        return ("refused", "NotFound")
    if state == "DELIVERED":
        return ("done",)
    reason = books.why_not("DELIVER_FULFILLMENT", actor) or books.unless(
        state in {"SHIPPED", "FAILED"}, state
    )
    if reason:
        return books.refuse(reason, actor)
    books.bring(parcel_id, "DELIVERED")
    return books.finish("FULFILLMENT_DELIVERED")


def pack(books: "NaiveOrder", parcel_id: str, actor: Actor) -> Answer:
    state = books.state_of(parcel_id)
    if state == "":
        return ("refused", "NotFound")
    if state == "PACKED" or state in GONE:
        return ("done",)
    reason = books.why_not("PACK_FULFILLMENT", actor) or books.unless(state == "PENDING", state)
    if reason:
        return books.refuse(reason, actor)
    books.bring(parcel_id, "PACKED")
    return ("done", "FULFILLMENT_PACKED")


def take_back(books: "NaiveOrder", command: CancelFulfillment, actor: Actor) -> Answer:
    state = books.state_of(command.fulfillment_id)
    if state == "":
        return ("refused", "NotFound")
    if state == "CANCELLED":
        return ("done",)
    reason = books.why_not("CANCEL_FULFILLMENT", actor) or books.unless(
        state not in {"SHIPPED", "DELIVERED"}, state
    )
    if reason:
        return books.refuse(reason, actor)
    if state in GONE and command.restock is None:
        return ("refused", "InvalidInput")
    books.bring(command.fulfillment_id, "CANCELLED")
    if state not in GONE:
        return ("done", "FULFILLMENT_CANCELLED")
    return books.lose(books.parcels[command.fulfillment_id][1], "FULFILLMENT_CANCELLED")


def track(books: "NaiveOrder", command: RecordTracking, actor: Actor) -> Answer:
    parcel_id, word = command.fulfillment_id, command.status.value
    state = books.state_of(parcel_id)
    if state == "":
        return ("refused", "NotFound")
    carrier = books.carriers.setdefault(parcel_id, Carrier())
    if state == "CANCELLED" or command.event_id in carrier.ids or _is_noise(carrier, command):
        return ("done",)
    reason = books.why_not("RECORD_TRACKING", actor)
    if reason is None and state in {"PENDING", "PACKED"} and word != "LABEL_CREATED":
        reason = "NOT_SHIPPED"
    if reason:
        return books.refuse(reason, actor)
    if not carrier.hears(command):
        return ("done", "FULFILLMENT_TRACKED")
    if word == "FAILED" and state == "SHIPPED" and books.status != "COMPLETED":
        books.bring(parcel_id, "FAILED")
        return ("done", "FULFILLMENT_TRACKED", "FULFILLMENT_FAILED")
    if word == "DELIVERED" and state in {"SHIPPED", "FAILED"}:
        books.bring(parcel_id, "DELIVERED")
        return books.finish("FULFILLMENT_TRACKED", "FULFILLMENT_DELIVERED")
    if word == "RETURNED" and state in {"SHIPPED", "FAILED", "DELIVERED"} and books.status != "COMPLETED":
        books.bring(parcel_id, "RETURNED")
        return ("done", "FULFILLMENT_TRACKED", "FULFILLMENT_RETURNED")
    return ("done", "FULFILLMENT_TRACKED")


def _is_noise(carrier: Carrier, command: RecordTracking) -> bool:
    """Too much was said already, and this is nothing new."""
    if len(carrier.ids) < 50 or carrier.best is None or carrier.best_at is None:
        return False
    known = (WORDS.index(carrier.best), carrier.best_at)
    return (WORDS.index(command.status.value), command.occurred_at) <= known
