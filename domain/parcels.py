"""What may be done to an order's parcels, decided: packed, handed over, followed on their way, arrived, taken back. Pure.

Units of a parcel that never leaves are open again: they never left the shelf. Units of a parcel whose delivery failed, or
that its carrier brought back, are *cancelled* with it: they left the stock and the order's books as shipped, so what is
owed falls by their worth, and what was paid for them goes back by itself. Were they open again instead, the order would
have to reserve stock that may not be there. So I1 holds (`shipped` falls by what `cancelled` rises by), and I3 (the order
reserves as much as before; with `restock` what is on hand and available rises by the units, else nothing moves).
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from domain.actors import OrderAction
from domain.cancelling import cancelled
from domain.facts import Fact, Facts
from domain.lifecycle import (
    LEFT,
    WAITING,
    CarrierStatus,
    EventType,
    FulfillmentStatus,
    next_fulfillment_status,
    next_status,
)
from domain.order import Fulfillment, Order, units_of
from domain.paid import is_secured
from domain.refusals import UserError, invalid, not_allowed, not_found
from domain.units import completion, units_problem
from domain.values import value

MAX_PARCELS = 1_000
"""Of one order: packing and taking back without end stops here."""
MAX_TRACKED = 50
"""Carrier's events of one parcel that are remembered; after that, only one that changes where it stands is recorded."""


@value
class CreateFulfillment:
    """Put units by line, or everything that is open (`units` None), into a parcel."""

    units: Mapping[str, int] | None = None


@value
class PackFulfillment:
    """Note that a parcel is packed and waits for its carrier."""

    fulfillment_id: str


@value
class ShipFulfillment:
    """Hand a parcel to the carrier."""

    fulfillment_id: str
    carrier: str | None = None
    tracking: str | None = None


@value
class DeliverFulfillment:
    """Note that a parcel arrived."""

    fulfillment_id: str


@value
class CancelFulfillment:
    """Take a parcel back; `restock` says whether units that had left go back to stock, and is not looked at for others."""

    fulfillment_id: str
    restock: bool | None = None


@value
class RecordTracking:
    """Note what a carrier says of a parcel; `event_id` is the carrier's own, and makes it happen once."""

    fulfillment_id: str
    status: CarrierStatus
    occurred_at: datetime
    event_id: str


OnParcel = PackFulfillment | ShipFulfillment | DeliverFulfillment | CancelFulfillment | RecordTracking
ParcelCommand = CreateFulfillment | OnParcel

EFFECTS = {
    CarrierStatus.FAILED: EventType.FULFILLMENT_FAILED,
    CarrierStatus.DELIVERED: EventType.FULFILLMENT_DELIVERED,
    CarrierStatus.RETURNED: EventType.FULFILLMENT_RETURNED,
}
"""What a carrier's word does to the parcel, where the parcel's and the order's tables allow it."""

_RECALLABLE = frozenset({FulfillmentStatus.FAILED, FulfillmentStatus.RETURNED}) | WAITING
_TRAVELLING = frozenset({FulfillmentStatus.SHIPPED, FulfillmentStatus.FAILED})


def closed(order: Order, action: OrderAction) -> str | None:
    """Why no parcel of the order allows this action now; None where one does, or where it is not about parcels."""
    statuses = {parcel.status for parcel in order.fulfillments}
    match action:
        case OrderAction.CREATE_FULFILLMENT if len(order.fulfillments) >= MAX_PARCELS:
            return "TOO_MANY_PARCELS"
        case OrderAction.CREATE_FULFILLMENT:
            return None if order.open_units() else "NOTHING_OPEN"
        case OrderAction.PACK_FULFILLMENT:
            return None if FulfillmentStatus.PENDING in statuses else "NOTHING_TO_PACK"
        case OrderAction.SHIP_FULFILLMENT if not statuses & WAITING:
            return "NO_PARCEL"
        case OrderAction.SHIP_FULFILLMENT:
            return None if is_secured(order) else "NOT_PAID"
        case OrderAction.DELIVER_FULFILLMENT:
            return None if statuses & _TRAVELLING else "NOTHING_SHIPPED"
        case OrderAction.CANCEL_FULFILLMENT:
            return None if statuses & _RECALLABLE else "NOTHING_TO_TAKE_BACK"
        case OrderAction.RECORD_TRACKING:
            return None if statuses - {FulfillmentStatus.CANCELLED} else "NO_PARCEL"
        case _:
            return None


_DONE_IN: dict[type, frozenset[FulfillmentStatus]] = {
    PackFulfillment: LEFT | {FulfillmentStatus.PACKED},
    ShipFulfillment: frozenset({FulfillmentStatus.SHIPPED, FulfillmentStatus.DELIVERED}),
    DeliverFulfillment: frozenset({FulfillmentStatus.DELIVERED}),
    CancelFulfillment: frozenset({FulfillmentStatus.CANCELLED}),
    RecordTracking: frozenset({FulfillmentStatus.CANCELLED}),  # nobody waits for it any more
}
"""Where a parcel stands when nothing is left to do."""


def answered(order: Order, command: ParcelCommand) -> Facts | UserError | None:
    """What a command comes to whatever the order's status: there is no such parcel, or it is done. None otherwise."""
    if isinstance(command, CreateFulfillment):
        return None
    parcel = order.fulfillment(command.fulfillment_id)
    if parcel is None:
        return not_found("fulfillment", "input", "fulfillmentId")
    if isinstance(command, RecordTracking) and _is_known(parcel, command):
        return ()
    return () if parcel.status in _DONE_IN[type(command)] else None


def handle(order: Order, command: ParcelCommand) -> Facts | UserError:
    """Decide what happens to a parcel; `answered` and `closed` have said before that there is something to do."""
    if isinstance(command, CreateFulfillment):
        return _create(order, command)
    parcel = order.fulfillment(command.fulfillment_id)
    if parcel is None:
        return not_found("fulfillment", "input", "fulfillmentId")
    match command:
        case PackFulfillment():
            return _leads(parcel, EventType.FULFILLMENT_PACKED)
        case ShipFulfillment():
            travels = {"carrier": command.carrier, "tracking": command.tracking}
            told = {name: given for name, given in travels.items() if given}
            return _leads(parcel, EventType.FULFILLMENT_SHIPPED, **told)
        case DeliverFulfillment():
            return _deliver(order, parcel)
        case CancelFulfillment():
            return _cancel(order, parcel, command)
        case RecordTracking():
            return _track(order, parcel, command)


def _create(order: Order, command: CreateFulfillment) -> Facts | UserError:
    open_units = order.open_units()
    units = open_units if command.units is None else command.units
    problem = units_problem(order, units, open_units)
    if problem:
        return problem
    data = {"fulfillmentId": f"ful_{len(order.fulfillments) + 1:04d}", "units": dict(units)}
    return (Fact(EventType.FULFILLMENT_CREATED, data),)


def _leads(parcel: Fulfillment, event: EventType, **told: object) -> Facts | UserError:
    """The event, where the parcel's table lists it."""
    if next_fulfillment_status(parcel.status, event) is None:
        return _refused(parcel)
    return (Fact(event, {"fulfillmentId": parcel.id} | told),)


def _refused(parcel: Fulfillment) -> UserError:
    reason = "NOT_SHIPPED" if parcel.status in WAITING else f"PARCEL_{parcel.status.value}"
    return not_allowed(reason, f"{parcel.id} does not allow it now: {reason}.")


def _deliver(order: Order, parcel: Fulfillment) -> Facts | UserError:
    facts = _leads(parcel, EventType.FULFILLMENT_DELIVERED)
    if isinstance(facts, UserError):
        return facts
    ordered, gone, _, delivered = units_of(order)
    delivered += sum(parcel.units.values())
    return facts + completion(order.status, due=ordered - gone, delivered=delivered)


def _cancel(order: Order, parcel: Fulfillment, command: CancelFulfillment) -> Facts | UserError:
    if parcel.status not in LEFT:
        return _leads(parcel, EventType.FULFILLMENT_CANCELLED)
    if parcel.status in _RECALLABLE and command.restock is None:
        return invalid(
            "Say whether the units of a parcel that had left go back to stock.", "input", "restock"
        )
    facts = _leads(parcel, EventType.FULFILLMENT_CANCELLED, restock=command.restock)
    return facts if isinstance(facts, UserError) else facts + cancelled(order, parcel.units)


def _is_known(parcel: Fulfillment, command: RecordTracking) -> bool:
    """Whether a carrier's event was recorded already, or is one of too many that change nothing."""
    if command.event_id in parcel.tracked:
        return True
    return len(parcel.tracked) >= MAX_TRACKED and not parcel.is_news(command.status, command.occurred_at)


def _track(order: Order, parcel: Fulfillment, command: RecordTracking) -> Facts | UserError:
    """Record a carrier's word; what that does follows it."""
    if parcel.status in WAITING and command.status is not CarrierStatus.LABEL_CREATED:
        return _refused(parcel)
    data = {
        "fulfillmentId": parcel.id,
        "carrierStatus": command.status.value,
        "carrierAt": command.occurred_at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "eventId": command.event_id,
    }
    return (Fact(EventType.FULFILLMENT_TRACKED, data), *_effect(order, parcel, command.status))


def _effect(order: Order, parcel: Fulfillment, status: CarrierStatus) -> Facts:
    """What the carrier's word does. The parcel's table leads onwards in rank only, so what comes late does nothing."""
    event = EFFECTS.get(status)
    if (
        event is None
        or next_status(order.status, event) is None
        or next_fulfillment_status(parcel.status, event) is None
    ):
        return ()
    facts = _deliver(order, parcel) if event is EventType.FULFILLMENT_DELIVERED else _leads(parcel, event)
    return () if isinstance(facts, UserError) else facts
