"""Every situation that one small order can come into, found by trying every command in each."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from domain.actors import Actor
from domain.commands import (
    Cancel,
    Command,
    Confirm,
    CreateFulfillment,
    DeliverFulfillment,
    Hold,
    Reject,
    Release,
    ShipFulfillment,
    decide,
)
from domain.history import apply
from domain.lifecycle import OrderStatus
from domain.order import Order
from tests import factories as make

ROLES: dict[str, Actor] = {
    "owner": make.CUSTOMER,
    "stranger": make.STRANGER,
    "guest": make.GUEST,
    "system": make.SYSTEM,
    "no group": Actor(make.staff().kind, "staff-1"),
    **{group: make.staff(group) for group in ("support", "warehouse", "finance", "catalog", "admin")},
}
MOST = 1_000
"""Far more situations than three units can come into."""
NOT_YET_LED_TO = {OrderStatus.EXPIRED}

_UNITS: tuple[dict[str, int] | None, ...] = (
    None, {}, {"1": 1}, {"2": 1}, {"2": 2}, {"1": 1, "2": 1}, {"1": 1, "2": 2},
    {"1": 2}, {"2": 3}, {"1": 0}, {"2": -1}, {"9": 1}, {"1": 1, "9": 1},
)  # fmt: skip


def commands_for(order: Order) -> Iterator[Command]:
    """Every command worth telling apart: all the units that can be named, all parcels, and one that is not there."""
    yield from (Confirm(), Reject(), Hold(), Release())
    for units in _UNITS:
        yield Cancel(units)
        yield CreateFulfillment(units)
    for parcel_id in (*(parcel.id for parcel in order.fulfillments), "ful_9999"):
        yield ShipFulfillment(parcel_id)
        yield DeliverFulfillment(parcel_id)


@cache
def situations() -> tuple[Order, ...]:
    """Every situation that commands lead to from a placed order of one unit and two units of another thing."""
    first = make.order(
        lines=(make.line("1", quantity=1, unit_price=333), make.line("2", quantity=2, discount=7))
    )
    found = {_shape(first): first}
    waiting = [first]
    while waiting:
        assert len(found) <= MOST, "a command leads to ever new situations: it changes what it should not"
        before = waiting.pop()
        for command in commands_for(before):
            facts = decide(before, command, make.staff())
            if isinstance(facts, tuple) and facts:
                after, _ = apply(before, facts, make.staff(), make.NOW)
                if found.setdefault(_shape(after), after) is after:
                    waiting.append(after)
    return tuple(found.values())


def in_status(status: OrderStatus) -> list[Order]:
    """The situations of a status; those that nothing leads to yet are made from the open ones by decree."""
    if status not in NOT_YET_LED_TO:
        return [order for order in situations() if order.status is status]
    opened = [order for order in situations() if order.status in {OrderStatus.PLACED, OrderStatus.CONFIRMED}]
    return [replace(order, status=status) for order in opened]


def _shape(order: Order) -> tuple[object, ...]:
    counters = tuple(order.counted(line.id) for line in order.lines)
    parcels = tuple((p.status, tuple(sorted(p.units.items()))) for p in order.fulfillments)
    return (order.status, order.held_from, counters, parcels)
