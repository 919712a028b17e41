"""The lifecycles, drawn from their tables: what is reachable, what ends, and what is refused."""

from dataclasses import replace

import pytest

from domain.commands import Fact, decide, offers
from domain.commands import ShipFulfillment as Ship
from domain.history import evolve
from domain.lifecycle import (
    END_STATUSES,
    FULFILLMENT_TRANSITIONS,
    OPEN_STATUSES,
    TRANSITIONS,
    EventType,
    FulfillmentStatus,
    OrderStatus,
)
from domain.order import Counters, Order
from tests import factories as make
from tests.domain.situations import NOT_YET_LED_TO, situations

DATA = {"units": {"1": 1}, "value": 0, "fulfillmentId": "ful_0001"}
PARCEL_EVENTS = (EventType.FULFILLMENT_SHIPPED, EventType.FULFILLMENT_DELIVERED)


def an_order_in(status: OrderStatus, event: EventType) -> Order:
    """An order in this status whose one parcel stands where the event finds it."""
    shipped = event is EventType.FULFILLMENT_DELIVERED
    waiting = FulfillmentStatus.SHIPPED if shipped else FulfillmentStatus.PENDING
    counters = {"1": Counters(shipped=1)} if shipped else {}
    order = make.order(
        status=status, fulfillments=(make.parcel({"1": 1}, status=waiting),), counters=counters
    )
    return replace(order, held_from=OrderStatus.CONFIRMED if status is OrderStatus.ON_HOLD else None)


def reachable(start, table) -> set:  # type: ignore[no-untyped-def,type-arg]
    found, waiting = {start}, [start]
    while waiting:
        led_to = table[waiting.pop()].values()
        new = {goal for each in led_to for goal in (each if isinstance(each, tuple) else (each,))} - found
        found |= new
        waiting += new
    return found


def test_every_order_status_is_led_to_or_listed_as_not_yet() -> None:
    assert set(OrderStatus) - reachable(OrderStatus.PLACED, TRANSITIONS) == NOT_YET_LED_TO


def test_commands_lead_to_exactly_what_the_table_can_reach() -> None:
    assert {order.status for order in situations()} == reachable(OrderStatus.PLACED, TRANSITIONS)


def test_every_parcel_status_is_led_to_but_cancelled() -> None:
    led_to = reachable(FulfillmentStatus.PENDING, FULFILLMENT_TRANSITIONS)
    assert set(FulfillmentStatus) - led_to == {FulfillmentStatus.CANCELLED}


def test_tables_have_a_row_for_every_status() -> None:
    assert set(TRANSITIONS) == set(OrderStatus)
    assert set(FULFILLMENT_TRANSITIONS) == set(FulfillmentStatus)


def test_end_states_have_no_way_out_and_open_ones_have() -> None:
    assert set(END_STATUSES) | set(OPEN_STATUSES) == set(OrderStatus)
    assert all(not TRANSITIONS[status] for status in END_STATUSES)
    assert all(TRANSITIONS[status] for status in OPEN_STATUSES)


@pytest.mark.parametrize("event", EventType)
@pytest.mark.parametrize("status", OrderStatus)
def test_evolve_follows_the_table_and_refuses_the_rest(status: OrderStatus, event: EventType) -> None:
    order = an_order_in(status, event)
    before = replace(order)
    if event in TRANSITIONS[status]:
        goals = TRANSITIONS[status][event]
        back = OrderStatus.CONFIRMED if len(goals) > 1 else goals[0]
        assert evolve(order, Fact(event, DATA), make.NOW).status is back
    else:
        with pytest.raises(ValueError, match=f"{event.value} cannot follow {status.value}"):
            evolve(order, Fact(event, DATA), make.NOW)
    assert order == before


@pytest.mark.parametrize("event", PARCEL_EVENTS)
@pytest.mark.parametrize("status", FulfillmentStatus)
def test_a_parcel_follows_its_table_and_refuses_the_rest(status: FulfillmentStatus, event: EventType) -> None:
    order = make.order(status=OrderStatus.CONFIRMED, fulfillments=(make.parcel({"1": 1}, status=status),))
    if event in FULFILLMENT_TRANSITIONS[status]:
        after = evolve(order, Fact(event, DATA), make.NOW)
        assert after.fulfillments[0].status is FULFILLMENT_TRANSITIONS[status][event]
    else:
        with pytest.raises(ValueError, match=f"parcel that is {status.value}"):
            evolve(order, Fact(event, DATA), make.NOW)


def test_a_fact_about_a_parcel_that_is_not_there_is_refused() -> None:
    order = make.order(status=OrderStatus.CONFIRMED)
    with pytest.raises(ValueError, match="a parcel that the order does not have"):
        evolve(order, Fact(EventType.FULFILLMENT_SHIPPED, DATA), make.NOW)


def test_an_order_is_placed_once() -> None:
    placed = Fact(EventType.ORDER_PLACED, {})
    assert evolve(make.order(version=0), placed, make.NOW) == make.order(version=0)
    with pytest.raises(ValueError, match="ORDER_PLACED cannot follow PLACED"):
        evolve(make.order(version=1), placed, make.NOW)


def test_a_cancelled_parcel_is_not_shipped_beside_one_that_can_be() -> None:
    parcels = (
        make.parcel({"1": 1}, "ful_0001", FulfillmentStatus.CANCELLED),
        make.parcel({"1": 1}, "ful_0002"),
    )
    order = make.order(status=OrderStatus.CONFIRMED, fulfillments=parcels)
    refused = decide(order, Ship("ful_0001"), make.staff())
    assert getattr(refused, "reason", None) == "PARCEL_CANCELLED"


def test_nothing_is_offered_in_an_end_state() -> None:
    for status in END_STATUSES:
        reasons = {reason for _, reason in offers(make.order(status=status), make.staff())}
        assert reasons == {f"ORDER_{status.value}"}
