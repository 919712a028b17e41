"""What happened to an order: the record that is timeline entry, source of the push and body on the bus at once."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from domain.actors import ActorKind, OwnerKind
from domain.ids import Id
from domain.lifecycle import EventType, OrderStatus
from domain.order import OrderFulfillmentStatus, OrderPaymentStatus, OrderReturnStatus
from domain.values import value


class Visibility(Enum):
    """Who may see an event: the owner and staff, or staff alone."""

    PUBLIC = "PUBLIC"
    STAFF = "STAFF"


VISIBILITY: dict[EventType, Visibility] = (
    dict.fromkeys(EventType, Visibility.PUBLIC)
    | {
        EventType.FULFILLMENT_CREATED: Visibility.STAFF,  # how the warehouse packs is nobody else's business
        EventType.FULFILLMENT_PACKED: Visibility.STAFF,
        EventType.FULFILLMENT_CANCELLED: Visibility.STAFF,  # units that had left are cancelled in an event of their own
        EventType.CAPTURE_REQUESTED: Visibility.STAFF,  # what we ask of a provider is ours; what comes of it is the payer's too
        EventType.CAPTURE_FAILED: Visibility.STAFF,
        EventType.VOID_REQUESTED: Visibility.STAFF,
        EventType.VOID_FAILED: Visibility.STAFF,
        EventType.REFUND_PENDING: Visibility.STAFF,
        EventType.ORDER_TOKEN_ISSUED: Visibility.STAFF,
        EventType.ORDER_TOKEN_REVOKED: Visibility.STAFF,
    }
)


@value
class Event:
    """One event of one order as it is stored: numbered without gaps, with the statuses after it.

    `previous_public` is the sequence of the public event before it, 0 if none. `data` holds no personal data.
    """

    order_id: str
    sequence: int
    previous_public: int
    type: EventType
    status: OrderStatus
    payment_status: OrderPaymentStatus
    fulfillment_status: OrderFulfillmentStatus
    return_status: OrderReturnStatus
    previous_status: OrderStatus | None
    occurred_at: datetime
    actor_kind: ActorKind
    actor_id: str
    owner_kind: OwnerKind
    owner_id: str
    owner_key: str
    data: Mapping[str, object]

    @property
    def visibility(self) -> Visibility:
        """Who may see it."""
        return VISIBILITY[self.type]


@value
class OrderEvent:
    """An event of an order as its owner may see it: flat, small, without free text.

    Apply it iff `previousSequence <= last < sequence`; drop it iff `sequence <= last`; else ask `orderEvents(after: last)`.
    """

    id: Id
    """The event's id: the order's and the sequence."""
    order_id: Id
    """The order that it happened to."""
    sequence: int
    """Its number in the order's log: from 1, without gaps."""
    previous_sequence: int
    """The sequence of the event before it that this audience may see; 0 if there is none."""
    version: int
    """The order's version after it: the same as `sequence`."""
    type: EventType
    """What happened."""
    status: OrderStatus
    """The order's status after it."""
    payment_status: OrderPaymentStatus
    """How far the order was paid after it."""
    fulfillment_status: OrderFulfillmentStatus
    """How far the order was shipped and delivered after it."""
    return_status: OrderReturnStatus
    """How far the order had come back after it."""
    previous_status: OrderStatus | None
    """The order's status before it; null for the first event."""
    occurred_at: datetime
    """When it happened: UTC, milliseconds."""
    actor_kind: ActorKind
    """The kind of caller who caused it."""
    summary_code: str
    """A stable code that a front end turns into words, such as `order_cancelled.by_customer`."""
    owner_key: str | None
    """What stands for the owner in subscription filters: a keyed digest, never the owner's id."""


@value
class StaffOrderEvent:
    """An event of an order as staff see it: every event, and who caused it."""

    id: Id
    """The event's id: the order's and the sequence."""
    order_id: Id
    """The order that it happened to."""
    sequence: int
    """Its number in the order's log: from 1, without gaps."""
    previous_sequence: int
    """The sequence of the event before it: staff see all, so one less than `sequence`."""
    version: int
    """The order's version after it: the same as `sequence`."""
    type: EventType
    """What happened."""
    status: OrderStatus
    """The order's status after it."""
    payment_status: OrderPaymentStatus
    """How far the order was paid after it."""
    fulfillment_status: OrderFulfillmentStatus
    """How far the order was shipped and delivered after it."""
    return_status: OrderReturnStatus
    """How far the order had come back after it."""
    previous_status: OrderStatus | None
    """The order's status before it; null for the first event."""
    occurred_at: datetime
    """When it happened: UTC, milliseconds."""
    actor_kind: ActorKind
    """The kind of caller who caused it."""
    summary_code: str
    """A stable code that a front end turns into words, such as `order_cancelled.by_customer`."""
    owner_key: str | None
    """What stands for the owner in subscription filters: a keyed digest, never the owner's id."""
    actor_id: str
    """The id of who caused it."""
    customer_id: Id | None
    """The customer that the order belongs to; null where it is a guest's."""
    visibility: Visibility
    """Who else may see it: the owner too, or staff alone."""


def summary_code(event: Event) -> str:
    """A stable code that a front end turns into words, such as `order_cancelled.by_customer`."""
    return f"{event.type.value.lower()}.by_{event.actor_kind.value.lower()}"


def public_view(event: Event, previous: int | None = None) -> OrderEvent:
    """The event as its owner may see it; `previous` numbers the one before it for another audience."""
    return OrderEvent(
        id=Id(f"{event.order_id}.{event.sequence}"),
        order_id=Id(event.order_id),
        sequence=event.sequence,
        previous_sequence=event.previous_public if previous is None else previous,
        version=event.sequence,
        type=event.type,
        status=event.status,
        payment_status=event.payment_status,
        fulfillment_status=event.fulfillment_status,
        return_status=event.return_status,
        previous_status=event.previous_status,
        occurred_at=event.occurred_at,
        actor_kind=event.actor_kind,
        summary_code=summary_code(event),
        owner_key=event.owner_key,
    )


def staff_view(event: Event) -> StaffOrderEvent:
    """The event as staff see it; staff see all, so the one before it is the one numbered before it."""
    return StaffOrderEvent(
        id=Id(f"{event.order_id}.{event.sequence}"),
        order_id=Id(event.order_id),
        sequence=event.sequence,
        previous_sequence=event.sequence - 1,
        version=event.sequence,
        type=event.type,
        status=event.status,
        payment_status=event.payment_status,
        fulfillment_status=event.fulfillment_status,
        return_status=event.return_status,
        previous_status=event.previous_status,
        occurred_at=event.occurred_at,
        actor_kind=event.actor_kind,
        summary_code=summary_code(event),
        owner_key=event.owner_key,
        actor_id=event.actor_id,
        customer_id=Id(event.owner_id) if event.owner_kind is OwnerKind.CUSTOMER else None,
        visibility=event.visibility,
    )
