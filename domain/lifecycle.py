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
    PACKED = "PACKED"
    FAILED = "FAILED"
    RETURNED = "RETURNED"


class CarrierStatus(Enum):
    """What a carrier says of a parcel, in the order of rank: a lower one that comes later is noted and not applied."""

    LABEL_CREATED = "LABEL_CREATED"
    IN_TRANSIT = "IN_TRANSIT"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    FAILED = "FAILED"
    DELIVERED = "DELIVERED"
    RETURNED = "RETURNED"

    @property
    def rank(self) -> int:
        """Its place in the order."""
        return list(CarrierStatus).index(self)


class PaymentStatus(Enum):
    """Where one payment stands, in the order of rank: what its provider reported may come late, and never leads back."""

    CREATED = "CREATED"
    PENDING = "PENDING"
    ACTION_REQUIRED = "ACTION_REQUIRED"
    FAILED = "FAILED"
    AUTHORIZED = "AUTHORIZED"
    VOIDED = "VOIDED"
    PARTIALLY_CAPTURED = "PARTIALLY_CAPTURED"
    CAPTURED = "CAPTURED"


class RefundStatus(Enum):
    """Where one refund stands, in the order of rank."""

    PENDING = "PENDING"
    FAILED = "FAILED"
    SUCCEEDED = "SUCCEEDED"


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
    ORDER_TOKEN_ISSUED = "ORDER_TOKEN_ISSUED"  # noqa: S105 - the name of what is done, no secret
    ORDER_TOKEN_REVOKED = "ORDER_TOKEN_REVOKED"  # noqa: S105 - the name of what is done, no secret
    ORDER_EXPIRED = "ORDER_EXPIRED"
    PAYMENT_STARTED = "PAYMENT_STARTED"
    PAYMENT_PENDING = "PAYMENT_PENDING"
    PAYMENT_ACTION_REQUIRED = "PAYMENT_ACTION_REQUIRED"
    PAYMENT_AUTHORIZED = "PAYMENT_AUTHORIZED"
    PAYMENT_CAPTURED = "PAYMENT_CAPTURED"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    PAYMENT_VOIDED = "PAYMENT_VOIDED"
    CAPTURE_REQUESTED = "CAPTURE_REQUESTED"
    CAPTURE_FAILED = "CAPTURE_FAILED"
    VOID_REQUESTED = "VOID_REQUESTED"
    VOID_FAILED = "VOID_FAILED"
    REFUND_REQUESTED = "REFUND_REQUESTED"
    REFUND_PENDING = "REFUND_PENDING"
    REFUND_SUCCEEDED = "REFUND_SUCCEEDED"
    REFUND_FAILED = "REFUND_FAILED"
    FULFILLMENT_PACKED = "FULFILLMENT_PACKED"
    FULFILLMENT_CANCELLED = "FULFILLMENT_CANCELLED"
    FULFILLMENT_TRACKED = "FULFILLMENT_TRACKED"
    FULFILLMENT_FAILED = "FULFILLMENT_FAILED"
    FULFILLMENT_RETURNED = "FULFILLMENT_RETURNED"


PARCEL_EVENTS = tuple(event for event in EventType if event.value.startswith("FULFILLMENT"))
"""What happens to parcels: it leads to no other status of the order."""

MONEY_EVENTS = tuple(
    event for event in EventType if event.value.startswith(("PAYMENT", "CAPTURE", "VOID", "REFUND"))
)
"""What happens to money: it leads to no other status of the order."""

PAYABLE = ("PLACED", "CONFIRMED", "ON_HOLD", "COMPLETED")
CAPTURABLE = ("PLACED", "CONFIRMED", "COMPLETED")  # a hold blocks it
_ONLY_IN = {EventType.PAYMENT_STARTED: PAYABLE, EventType.CAPTURE_REQUESTED: CAPTURABLE}
"""Money that is not bookkeeping of what happens elsewhere: it is not asked for in any status."""


_MOVES: dict[OrderStatus, dict[EventType, tuple[OrderStatus, ...]]] = {
    OrderStatus.PLACED: {
        EventType.ORDER_CONFIRMED: (OrderStatus.CONFIRMED,),
        EventType.ORDER_REJECTED: (OrderStatus.REJECTED,),
        EventType.ORDER_HELD: (OrderStatus.ON_HOLD,),
        EventType.ORDER_LINES_CANCELLED: (OrderStatus.PLACED,),
        EventType.ORDER_CANCELLED: (OrderStatus.CANCELLED,),
        EventType.ORDER_EXPIRED: (OrderStatus.EXPIRED,),  # prepaid, and nobody paid in time
    },
    OrderStatus.CONFIRMED: {
        EventType.ORDER_HELD: (OrderStatus.ON_HOLD,),
        EventType.ORDER_LINES_CANCELLED: (OrderStatus.CONFIRMED,),
        EventType.ORDER_CANCELLED: (OrderStatus.CANCELLED,),  # the last open unit cancelled, nothing shipped
        EventType.FULFILLMENT_CREATED: (OrderStatus.CONFIRMED,),
        EventType.FULFILLMENT_SHIPPED: (OrderStatus.CONFIRMED,),
        EventType.FULFILLMENT_DELIVERED: (OrderStatus.CONFIRMED,),
        EventType.FULFILLMENT_PACKED: (OrderStatus.CONFIRMED,),
        EventType.FULFILLMENT_CANCELLED: (OrderStatus.CONFIRMED,),
        EventType.FULFILLMENT_TRACKED: (OrderStatus.CONFIRMED,),
        EventType.FULFILLMENT_FAILED: (OrderStatus.CONFIRMED,),
        EventType.FULFILLMENT_RETURNED: (OrderStatus.CONFIRMED,),
        EventType.ORDER_COMPLETED: (OrderStatus.COMPLETED,),  # no unit open, at least one delivered
    },
    OrderStatus.ON_HOLD: {  # nothing is packed or shipped; what is on its way may arrive, and the hold stays
        EventType.ORDER_RELEASED: (OrderStatus.PLACED, OrderStatus.CONFIRMED),  # the one it was held from
        EventType.ORDER_LINES_CANCELLED: (OrderStatus.ON_HOLD,),
        EventType.ORDER_CANCELLED: (OrderStatus.CANCELLED,),
        EventType.FULFILLMENT_DELIVERED: (OrderStatus.ON_HOLD,),
        EventType.FULFILLMENT_CANCELLED: (OrderStatus.ON_HOLD,),
        EventType.FULFILLMENT_TRACKED: (OrderStatus.ON_HOLD,),
        EventType.FULFILLMENT_FAILED: (OrderStatus.ON_HOLD,),
        EventType.FULFILLMENT_RETURNED: (OrderStatus.ON_HOLD,),
    },
    OrderStatus.COMPLETED: {
        EventType.FULFILLMENT_TRACKED: (OrderStatus.COMPLETED,),  # a carrier's late word, noted
    },
    OrderStatus.CANCELLED: {},
    OrderStatus.REJECTED: {},
    OrderStatus.EXPIRED: {},
}
TRANSITIONS: dict[OrderStatus, dict[EventType, tuple[OrderStatus, ...]]] = {
    status: events
    | {event: (status,) for event in MONEY_EVENTS if status.value in _ONLY_IN.get(event, (status.value,))}
    for status, events in _MOVES.items()
}
"""By status: the events that may follow, and where each leads. One that leads to several goes back to one of them."""

FULFILLMENT_TRANSITIONS: dict[FulfillmentStatus, dict[EventType, FulfillmentStatus]] = {
    FulfillmentStatus.PENDING: {
        EventType.FULFILLMENT_PACKED: FulfillmentStatus.PACKED,
        EventType.FULFILLMENT_SHIPPED: FulfillmentStatus.SHIPPED,
        EventType.FULFILLMENT_CANCELLED: FulfillmentStatus.CANCELLED,
    },
    FulfillmentStatus.PACKED: {
        EventType.FULFILLMENT_SHIPPED: FulfillmentStatus.SHIPPED,
        EventType.FULFILLMENT_CANCELLED: FulfillmentStatus.CANCELLED,
    },
    FulfillmentStatus.SHIPPED: {
        EventType.FULFILLMENT_FAILED: FulfillmentStatus.FAILED,
        EventType.FULFILLMENT_DELIVERED: FulfillmentStatus.DELIVERED,
        EventType.FULFILLMENT_RETURNED: FulfillmentStatus.RETURNED,
    },
    FulfillmentStatus.FAILED: {  # the carrier tries again, or brings it back; or nobody waits any longer
        EventType.FULFILLMENT_DELIVERED: FulfillmentStatus.DELIVERED,
        EventType.FULFILLMENT_RETURNED: FulfillmentStatus.RETURNED,
        EventType.FULFILLMENT_CANCELLED: FulfillmentStatus.CANCELLED,
    },
    FulfillmentStatus.DELIVERED: {EventType.FULFILLMENT_RETURNED: FulfillmentStatus.RETURNED},
    FulfillmentStatus.RETURNED: {EventType.FULFILLMENT_CANCELLED: FulfillmentStatus.CANCELLED},
    FulfillmentStatus.CANCELLED: {},
}

BOOKKEEPING = frozenset({EventType.ORDER_TOKEN_ISSUED, EventType.ORDER_TOKEN_REVOKED})
"""Events that may follow in every status, end states too, and change none."""

WAITING = frozenset({FulfillmentStatus.PENDING, FulfillmentStatus.PACKED})
"""Parcels that have not left: their units are still in the warehouse."""
LEFT = frozenset(FulfillmentStatus) - WAITING - {FulfillmentStatus.CANCELLED}
"""Parcels whose units left the stock and are counted as shipped."""

_REPORTED = {
    EventType.PAYMENT_PENDING: (PaymentStatus.PENDING,),
    EventType.PAYMENT_ACTION_REQUIRED: (PaymentStatus.ACTION_REQUIRED,),
    EventType.PAYMENT_FAILED: (PaymentStatus.FAILED,),
    EventType.PAYMENT_AUTHORIZED: (PaymentStatus.AUTHORIZED,),
    EventType.PAYMENT_VOIDED: (PaymentStatus.VOIDED,),
    EventType.PAYMENT_CAPTURED: (PaymentStatus.PARTIALLY_CAPTURED, PaymentStatus.CAPTURED),
}
_RANKS = tuple(PaymentStatus)

PAYMENT_TRANSITIONS: dict[PaymentStatus, dict[EventType, tuple[PaymentStatus, ...]]] = {
    status: {
        event: onwards
        for event, goals in _REPORTED.items()
        if (onwards := tuple(goal for goal in goals if _RANKS.index(goal) >= _RANKS.index(status)))
    }
    for status in PaymentStatus
}
"""By status of a payment: what may be reported of it, and where that leads. A report of a lower rank is noted nowhere."""

REFUND_TRANSITIONS: dict[RefundStatus, dict[EventType, RefundStatus]] = {
    RefundStatus.PENDING: {
        EventType.REFUND_PENDING: RefundStatus.PENDING,  # its provider has it
        EventType.REFUND_SUCCEEDED: RefundStatus.SUCCEEDED,
        EventType.REFUND_FAILED: RefundStatus.FAILED,
    },
    RefundStatus.FAILED: {EventType.REFUND_SUCCEEDED: RefundStatus.SUCCEEDED},
    RefundStatus.SUCCEEDED: {},
}

OPEN_STATUSES = (OrderStatus.PLACED, OrderStatus.CONFIRMED, OrderStatus.ON_HOLD)
END_STATUSES = tuple(status for status in OrderStatus if status not in OPEN_STATUSES)


def next_status(
    status: OrderStatus, event: EventType, held_from: OrderStatus | None = None
) -> OrderStatus | None:
    """The status after this event, or None where the table does not list it; a release leads to `held_from`."""
    if event in BOOKKEEPING:
        return status
    targets = TRANSITIONS[status].get(event, ())
    if len(targets) == 1:
        return targets[0]
    return held_from if held_from in targets else None


def next_fulfillment_status(status: FulfillmentStatus, event: EventType) -> FulfillmentStatus | None:
    """The parcel's status after this event, or None where the table does not list it."""
    return FULFILLMENT_TRANSITIONS[status].get(event)
