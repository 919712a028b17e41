"""The two publishing mutations: no data source, IAM alone. Two, so that staff's facts never pass customers' channel."""

from dataclasses import asdict
from datetime import datetime

from domain.actors import ActorKind
from domain.events import OrderEvent, StaffOrderEvent, Visibility
from domain.ids import Id
from domain.lifecycle import EventType, OrderStatus
from domain.order import OrderFulfillmentStatus, OrderPaymentStatus, OrderReturnStatus
from domain.values import value
from wiring.access import SYSTEM
from wiring.declarations import Source, field


@value
class OrderEventInput:
    """An event for the order's owner, as it is published."""

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
    occurred_at: datetime
    """When it happened: UTC, milliseconds."""
    actor_kind: ActorKind
    """The kind of caller who caused it."""
    summary_code: str
    """A stable code that a front end turns into words, such as `order_cancelled.by_customer`."""
    owner_key: str
    """What stands for the owner in subscription filters: a keyed digest, never the owner's id."""
    previous_status: OrderStatus | None = None
    """The order's status before it; null for the first event."""


@value
class StaffOrderEventInput:
    """An event for staff, as it is published."""

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
    occurred_at: datetime
    """When it happened: UTC, milliseconds."""
    actor_kind: ActorKind
    """The kind of caller who caused it."""
    summary_code: str
    """A stable code that a front end turns into words, such as `order_cancelled.by_customer`."""
    owner_key: str
    """What stands for the owner in subscription filters: a keyed digest, never the owner's id."""
    actor_id: str
    """The id of who caused it."""
    visibility: Visibility
    """Who else may see it: the owner too, or staff alone."""
    previous_status: OrderStatus | None = None
    """The order's status before it; null for the first event."""
    customer_id: Id | None = None
    """The customer that the order belongs to; null where it is a guest's."""


@field("Mutation.publishOrderEvent", access=SYSTEM, source=Source.NONE)
def publish_order_event(input: OrderEventInput) -> OrderEvent:
    """Push an event to the order's owner. Answers its input."""
    return OrderEvent(**asdict(input))


@field("Mutation.publishStaffOrderEvent", access=SYSTEM, source=Source.NONE)
def publish_staff_order_event(input: StaffOrderEventInput) -> StaffOrderEvent:
    """Push an event to staff. Answers its input."""
    return StaffOrderEvent(**asdict(input))
