"""Every situation that one small order can come into, found by trying every command in each."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache

from domain.actors import Actor
from domain.commands import Cancel, Command, Confirm, Hold, Reject, Release, decide
from domain.history import apply
from domain.lifecycle import CarrierStatus, FulfillmentStatus, OrderStatus
from domain.order import Order, PaymentTerms
from domain.parcels import (
    CancelFulfillment,
    CreateFulfillment,
    DeliverFulfillment,
    PackFulfillment,
    RecordTracking,
    ShipFulfillment,
)
from domain.recording import Expire
from tests import factories as make

ROLES: dict[str, Actor] = {
    "owner": make.CUSTOMER,
    "stranger": make.STRANGER,
    "guest": make.GUEST,
    "system": make.SYSTEM,
    "no group": Actor(make.staff().kind, "staff-1"),
    **{group: make.staff(group) for group in ("support", "warehouse", "finance", "catalog", "admin")},
}
MOST = 5_000
"""Far more situations than three units can come into."""
PLAIN = {FulfillmentStatus.PENDING, FulfillmentStatus.SHIPPED, FulfillmentStatus.DELIVERED}
"""Parcels that all goes well with. The search stops at two others: parcels can be made and taken back for ever."""
LATER = make.NOW + timedelta(days=1)

_UNITS: tuple[dict[str, int] | None, ...] = (
    None, {}, {"1": 1}, {"2": 1}, {"2": 2}, {"1": 1, "2": 1}, {"1": 1, "2": 2},
    {"1": 2}, {"2": 3}, {"1": 0}, {"2": -1}, {"9": 1}, {"1": 1, "9": 1},
)  # fmt: skip


def commands_for(order: Order) -> Iterator[Command]:
    """Every command worth telling apart: all the units that can be named, all parcels, and one that is not there."""
    yield from (Confirm(), Reject(), Hold(), Release(), Expire(make.NOW), Expire(LATER))
    for units in _UNITS:
        yield Cancel(units)
        yield CreateFulfillment(units)
    for parcel_id in (*(parcel.id for parcel in order.fulfillments), "ful_9999"):
        yield from (PackFulfillment(parcel_id), ShipFulfillment(parcel_id), DeliverFulfillment(parcel_id))
        yield from (CancelFulfillment(parcel_id, restock) for restock in (None, False, True))
        yield from (RecordTracking(parcel_id, said, make.NOW, f"e-{said.value}") for said in CarrierStatus)


@cache
def situations() -> tuple[Order, ...]:
    """Every situation that commands lead to from a placed order of one unit and two units of another thing."""
    first = make.order(
        lines=(make.line("1", quantity=1, unit_price=333), make.line("2", quantity=2, discount=7))
    )
    prepaid = replace(first, terms=PaymentTerms.PREPAID)
    found = {_shape(first): first, _shape(prepaid): prepaid}
    waiting = [first, prepaid]
    while waiting:
        assert len(found) <= MOST, "a command leads to ever new situations: it changes what it should not"
        before = waiting.pop()
        for command in commands_for(before):
            facts = decide(before, command, make.staff())
            if isinstance(facts, tuple) and facts:
                after, _ = apply(before, facts, make.staff(), make.NOW)
                if found.setdefault(_shape(after), after) is after and _goes_on(after):
                    waiting.append(after)
    return tuple(found.values())


def in_status(status: OrderStatus) -> list[Order]:
    """The situations of a status."""
    return [order for order in situations() if order.status is status]


def _goes_on(order: Order) -> bool:
    odd = sum(parcel.status not in PLAIN for parcel in order.fulfillments)
    return not odd or (len(order.fulfillments) == 1)


def _shape(order: Order) -> tuple[object, ...]:
    counters = tuple(order.counted(line.id) for line in order.lines)
    parcels = tuple(sorted((p.status.value, tuple(sorted(p.units.items()))) for p in order.fulfillments))
    return (order.terms, order.status, order.held_from, counters, parcels)
