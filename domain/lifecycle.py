"""The order's and the fulfillment's lifecycles: one table each, and everything that touches a transition.

Rules: `status` moves only by this table; what the table does not list is refused and changes nothing; a command that
would lead to the state the order is in already succeeds and writes nothing; end states have no way out. The other axes
(`fulfillmentStatus`, `paymentStatus`, `returnStatus`) are derived from facts and never set.
"""

from enum import Enum


class OrderStatus(Enum):
    """Where an order stands as a whole."""

    PLACED = "PLACED"
    CONFIRMED = "CONFIRMED"
    ON_HOLD = "ON_HOLD"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"


class FulfillmentStatus(Enum):
    """Where one parcel stands."""

    PENDING = "PENDING"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"


class EventType(Enum):
    """What happened to an order: a past participle."""

    ORDER_PLACED = "ORDER_PLACED"
    ORDER_CONFIRMED = "ORDER_CONFIRMED"
    ORDER_REJECTED = "ORDER_REJECTED"
    ORDER_HELD = "ORDER_HELD"
    ORDER_RELEASED = "ORDER_RELEASED"
    ORDER_LINES_CANCELLED = "ORDER_LINES_CANCELLED"
    ORDER_CANCELLED = "ORDER_CANCELLED"
    ORDER_COMPLETED = "ORDER_COMPLETED"
    FULFILLMENT_CREATED = "FULFILLMENT_CREATED"
    FULFILLMENT_SHIPPED = "FULFILLMENT_SHIPPED"
    FULFILLMENT_DELIVERED = "FULFILLMENT_DELIVERED"


TRANSITIONS: dict[OrderStatus, dict[EventType, tuple[OrderStatus, ...]]] = {
    OrderStatus.PLACED: {
        EventType.ORDER_CONFIRMED: (OrderStatus.CONFIRMED,),
        EventType.ORDER_REJECTED: (OrderStatus.REJECTED,),
        EventType.ORDER_HELD: (OrderStatus.ON_HOLD,),
        EventType.ORDER_LINES_CANCELLED: (OrderStatus.PLACED,),
        EventType.ORDER_CANCELLED: (OrderStatus.CANCELLED,),
    },
    OrderStatus.CONFIRMED: {
        EventType.ORDER_HELD: (OrderStatus.ON_HOLD,),
        EventType.ORDER_LINES_CANCELLED: (OrderStatus.CONFIRMED,),
        EventType.ORDER_CANCELLED: (OrderStatus.CANCELLED,),  # the last open unit cancelled, nothing shipped
        EventType.FULFILLMENT_CREATED: (OrderStatus.CONFIRMED,),
        EventType.FULFILLMENT_SHIPPED: (OrderStatus.CONFIRMED,),
        EventType.FULFILLMENT_DELIVERED: (OrderStatus.CONFIRMED,),
        EventType.ORDER_COMPLETED: (OrderStatus.COMPLETED,),  # no unit open, at least one delivered
    },
    OrderStatus.ON_HOLD: {  # nothing is packed or shipped; what is on its way may arrive, and the hold stays
        EventType.ORDER_RELEASED: (OrderStatus.PLACED, OrderStatus.CONFIRMED),  # the one it was held from
        EventType.ORDER_LINES_CANCELLED: (OrderStatus.ON_HOLD,),
        EventType.ORDER_CANCELLED: (OrderStatus.CANCELLED,),
        EventType.FULFILLMENT_DELIVERED: (OrderStatus.ON_HOLD,),
    },
    OrderStatus.COMPLETED: {},
    OrderStatus.CANCELLED: {},
    OrderStatus.REJECTED: {},
    OrderStatus.EXPIRED: {},  # a state of the contract that no command of this version leads to yet
}
"""By status: the events that may follow, and where each leads. One that leads to several goes back to one of them."""

FULFILLMENT_TRANSITIONS: dict[FulfillmentStatus, dict[EventType, FulfillmentStatus]] = {
    FulfillmentStatus.PENDING: {EventType.FULFILLMENT_SHIPPED: FulfillmentStatus.SHIPPED},
    FulfillmentStatus.SHIPPED: {EventType.FULFILLMENT_DELIVERED: FulfillmentStatus.DELIVERED},
    FulfillmentStatus.DELIVERED: {},
    FulfillmentStatus.CANCELLED: {},
}

OPEN_STATUSES = (OrderStatus.PLACED, OrderStatus.CONFIRMED, OrderStatus.ON_HOLD)
END_STATUSES = tuple(status for status in OrderStatus if status not in OPEN_STATUSES)


def next_status(
    status: OrderStatus, event: EventType, held_from: OrderStatus | None = None
) -> OrderStatus | None:
    """The status after this event, or None where the table does not list it; a release leads to `held_from`."""
    targets = TRANSITIONS[status].get(event, ())
    if len(targets) == 1:
        return targets[0]
    return held_from if held_from in targets else None


def next_fulfillment_status(status: FulfillmentStatus, event: EventType) -> FulfillmentStatus | None:
    """The parcel's status after this event, or None where the table does not list it."""
    return FULFILLMENT_TRANSITIONS[status].get(event)
