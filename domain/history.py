"""From facts to numbered events, and from events to the order: `evolve` is the fold that the log must agree with."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import cast

from domain.actors import Actor
from domain.booking import booked
from domain.events import VISIBILITY, Event, Visibility
from domain.facts import Fact, Facts
from domain.forwarding import counted, forwarded
from domain.lifecycle import MONEY_EVENTS, PARCEL_EVENTS, EventType, OrderStatus, next_status
from domain.order import Order, OrderReturnStatus, fulfillment_status
from domain.paid import payment_status


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
        case (
            EventType.ORDER_CANCELLED
            | EventType.ORDER_LINES_CANCELLED
            | EventType.ORDER_REJECTED
            | EventType.ORDER_EXPIRED
        ):
            cancelled = order.totals.cancelled + cast(int, fact.data["value"])
            counters = counted(order, _units(fact.data), cancelled=1)
            return replace(order, counters=counters, totals=replace(order.totals, cancelled=cancelled))
        case EventType.ORDER_TOKEN_REVOKED:
            return replace(order, token_generation=order.token_generation + 1)
        case event if event in PARCEL_EVENTS:
            return forwarded(order, fact, at)
        case event if event in MONEY_EVENTS:
            return booked(order, fact, at)
        case _:
            return order


def _units(data: Mapping[str, object]) -> Mapping[str, int]:
    return cast(Mapping[str, int], data["units"])
