"""The two publishing mutations: no data source, IAM alone. Two, so that staff's facts never pass customers' channel."""

from dataclasses import asdict, dataclass
from datetime import datetime

from domain.actors import ActorKind
from domain.events import OrderEvent, StaffOrderEvent, Visibility
from domain.ids import Id
from domain.lifecycle import EventType, OrderStatus
from domain.order import OrderFulfillmentStatus, OrderPaymentStatus, OrderReturnStatus
from wiring.access import SYSTEM
from wiring.declarations import Source, field


@dataclass(frozen=True, slots=True)
class OrderEventInput:
    """An event for the order's owner, as it is published."""

    id: Id
    order_id: Id
    sequence: int
    previous_sequence: int
    version: int
    type: EventType
    status: OrderStatus
    payment_status: OrderPaymentStatus
    fulfillment_status: OrderFulfillmentStatus
    return_status: OrderReturnStatus
    occurred_at: datetime
    actor_kind: ActorKind
    summary_code: str
    owner_key: str
    previous_status: OrderStatus | None = None


@dataclass(frozen=True, slots=True)
class StaffOrderEventInput:
    """An event for staff, as it is published."""

    id: Id
    order_id: Id
    sequence: int
    previous_sequence: int
    version: int
    type: EventType
    status: OrderStatus
    payment_status: OrderPaymentStatus
    fulfillment_status: OrderFulfillmentStatus
    return_status: OrderReturnStatus
    occurred_at: datetime
    actor_kind: ActorKind
    summary_code: str
    owner_key: str
    actor_id: str
    visibility: Visibility
    previous_status: OrderStatus | None = None
    customer_id: Id | None = None


@field("Mutation.publishOrderEvent", access=SYSTEM, source=Source.NONE)
def publish_order_event(input: OrderEventInput) -> OrderEvent:
    """Push an event to the order's owner. Answers its input."""
    return OrderEvent(**asdict(input))


@field("Mutation.publishStaffOrderEvent", access=SYSTEM, source=Source.NONE)
def publish_staff_order_event(input: StaffOrderEventInput) -> StaffOrderEvent:
    """Push an event to staff. Answers its input."""
    return StaffOrderEvent(**asdict(input))
