"""From facts to numbered events, and from events to the order: `evolve` is the fold that the log must agree with."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import cast

from domain.actors import Actor
from domain.commands import Fact, Facts
from domain.events import VISIBILITY, Event, Visibility
from domain.lifecycle import EventType, FulfillmentStatus, OrderStatus, next_fulfillment_status, next_status
from domain.order import Counters, Fulfillment, Order, OrderReturnStatus, fulfillment_status, payment_status


def apply(order: Order, facts: Facts, actor: Actor, now: datetime) -> tuple[Order, tuple[Event, ...]]:
    """Number facts as the order's next events and evolve the order through them."""
    events: list[Event] = []
    for fact in facts:
        order, event = _record(order, fact, actor, now)
        events.append(event)
    return order, tuple(events)


def evolve(order: Order, fact: Fact, at: datetime) -> Order:
    """The order after one fact: its status by the table, its counters, parcels and money by the fact's data.

    Raises ValueError for a fact that cannot follow: a log that says so is not this order's.
    """
    if fact.type is EventType.ORDER_PLACED and not order.version:
        return order
    status = next_status(order.status, fact.type, order.held_from)
    if status is None:
        raise ValueError(f"{fact.type.value} cannot follow {order.status.value}")
    return replace(_moved(order, fact, at), status=status, held_from=_held_from(order, status))


def _held_from(order: Order, status: OrderStatus) -> OrderStatus | None:
    """What an order that comes to this status remembers: where the hold began, for as long as it lasts."""
    if status is not OrderStatus.ON_HOLD:
        return None
    return order.held_from if order.status is OrderStatus.ON_HOLD else order.status


def _record(order: Order, fact: Fact, actor: Actor, now: datetime) -> tuple[Order, Event]:
    sequence = order.version + 1
    public = VISIBILITY[fact.type] is Visibility.PUBLIC
    after = replace(
        evolve(order, fact, now), version=sequence, last_public=sequence if public else order.last_public
    )
    event = Event(
        order_id=order.id,
        sequence=sequence,
        previous_public=order.last_public,
        type=fact.type,
        status=after.status,
        payment_status=payment_status(after),
        fulfillment_status=fulfillment_status(after),
        return_status=OrderReturnStatus.NONE,
        previous_status=order.status if order.version else None,
        occurred_at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        owner_kind=order.owner.kind,
        owner_id=order.owner.id,
        owner_key=order.owner_key,
        data=fact.data,
    )
    return after, event


def _moved(order: Order, fact: Fact, at: datetime) -> Order:
    match fact.type:
        case EventType.ORDER_CANCELLED | EventType.ORDER_LINES_CANCELLED | EventType.ORDER_REJECTED:
            cancelled = order.totals.cancelled + cast(int, fact.data["value"])
            counters = _count(order, _units(fact.data), cancelled=1)
            return replace(order, counters=counters, totals=replace(order.totals, cancelled=cancelled))
        case EventType.FULFILLMENT_CREATED:
            parcel = Fulfillment(
                _parcel_id(fact), FulfillmentStatus.PENDING, _units(fact.data), created_at=at
            )
            return replace(order, fulfillments=(*order.fulfillments, parcel))
        case EventType.FULFILLMENT_SHIPPED:
            parcel = replace(
                _parcel(order, fact),
                shipped_at=at,
                carrier=cast(str | None, fact.data.get("carrier")),
                tracking=cast(str | None, fact.data.get("tracking")),
            )
            return replace(_with(order, parcel), counters=_count(order, parcel.units, shipped=1))
        case EventType.FULFILLMENT_DELIVERED:
            parcel = replace(_parcel(order, fact), delivered_at=at)
            return replace(_with(order, parcel), counters=_count(order, parcel.units, delivered=1))
        case _:
            return order


def _units(data: Mapping[str, object]) -> Mapping[str, int]:
    return cast(Mapping[str, int], data["units"])


def _parcel_id(fact: Fact) -> str:
    return cast(str, fact.data["fulfillmentId"])


def _parcel(order: Order, fact: Fact) -> Fulfillment:
    """The parcel that the fact names, in its status after it. Raises ValueError where its table lists none."""
    parcel = order.fulfillment(_parcel_id(fact))
    if parcel is None:
        raise ValueError(f"{fact.type.value} names a parcel that the order does not have")
    status = next_fulfillment_status(parcel.status, fact.type)
    if status is None:
        raise ValueError(f"{fact.type.value} cannot follow on a parcel that is {parcel.status.value}")
    return replace(parcel, status=status)


def _with(order: Order, parcel: Fulfillment) -> Order:
    parcels = tuple(parcel if each.id == parcel.id else each for each in order.fulfillments)
    return replace(order, fulfillments=parcels)


def _count(
    order: Order, units: Mapping[str, int], *, cancelled: int = 0, shipped: int = 0, delivered: int = 0
) -> dict[str, Counters]:
    """Add each line's units to the counters whose factor is 1."""
    counters = dict(order.counters)
    for line_id, count in units.items():
        before = order.counted(line_id)
        counters[line_id] = Counters(
            cancelled=before.cancelled + cancelled * count,
            shipped=before.shipped + shipped * count,
            delivered=before.delivered + delivered * count,
        )
    return counters
