"""The lifecycles, drawn from their tables: what is reachable, what ends, and what is refused."""

from dataclasses import replace

import pytest

from domain.commands import ShipFulfillment as Ship
from domain.commands import decide, offers
from domain.facts import Fact
from domain.history import evolve
from domain.lifecycle import (
    BOOKKEEPING,
    END_STATUSES,
    FULFILLMENT_TRANSITIONS,
    LEFT,
    MONEY_EVENTS,
    OPEN_STATUSES,
    PARCEL_EVENTS,
    PAYMENT_TRANSITIONS,
    REFUND_TRANSITIONS,
    TRANSITIONS,
    WAITING,
    EventType,
    FulfillmentStatus,
    OrderStatus,
    PaymentStatus,
    RefundStatus,
)
from domain.order import Counters, Order
from domain.payment import Refund
from tests import factories as make
from tests.domain.situations import situations

DATA = {
    "units": {"1": 1}, "value": 0, "fulfillmentId": "ful_0001", "restock": True,
    "carrierStatus": "IN_TRANSIT", "carrierAt": "2026-01-31T09:30:00.000+00:00", "eventId": "e-1",
}  # fmt: skip
MONEY: dict[str, object] = {
    "paymentId": "pay_0001", "provider": "test", "amount": 1, "reference": "r", "authorized": 1, "captured": 1,
    "refunded": 0, "reported": 0, "released": False,
}  # fmt: skip
ABOUT_ORDERS = [event for event in EventType if event not in MONEY_EVENTS]
REPORTS = dict(PAYMENT_TRANSITIONS[PaymentStatus.CREATED])
ON_PARCELS = [
    event
    for event in PARCEL_EVENTS
    if event not in {EventType.FULFILLMENT_CREATED, EventType.FULFILLMENT_TRACKED}
]
FOUND_IN = {
    EventType.FULFILLMENT_DELIVERED: FulfillmentStatus.SHIPPED,
    EventType.FULFILLMENT_FAILED: FulfillmentStatus.SHIPPED,
    EventType.FULFILLMENT_RETURNED: FulfillmentStatus.SHIPPED,
}


def an_order_in(status: OrderStatus, event: EventType) -> Order:
    """An order in this status whose one parcel stands where the event finds it."""
    found = FOUND_IN.get(event, FulfillmentStatus.PENDING)
    counters = {"1": Counters(shipped=1)} if found in LEFT else {}
    order = make.order(status=status, fulfillments=(make.parcel({"1": 1}, status=found),), counters=counters)
    return replace(order, held_from=OrderStatus.CONFIRMED if status is OrderStatus.ON_HOLD else None)


def reachable(start, table) -> set:  # type: ignore[no-untyped-def,type-arg]
    found, waiting = {start}, [start]
    while waiting:
        led_to = table[waiting.pop()].values()
        new = {goal for each in led_to for goal in (each if isinstance(each, tuple) else (each,))} - found
        found |= new
        waiting += new
    return found


def test_every_order_status_is_led_to() -> None:
    assert set(OrderStatus) == reachable(OrderStatus.PLACED, TRANSITIONS)


def test_commands_lead_to_exactly_what_the_table_can_reach() -> None:
    assert {order.status for order in situations()} == reachable(OrderStatus.PLACED, TRANSITIONS)


def test_every_parcel_status_is_led_to() -> None:
    assert reachable(FulfillmentStatus.PENDING, FULFILLMENT_TRANSITIONS) == set(FulfillmentStatus)


def test_a_parcel_waits_or_has_left_or_is_taken_back() -> None:
    assert {status.value for status in WAITING} == {"PENDING", "PACKED"}
    assert {status.value for status in LEFT} == {"SHIPPED", "FAILED", "DELIVERED", "RETURNED"}


def test_tables_have_a_row_for_every_status() -> None:
    assert set(TRANSITIONS) == set(OrderStatus)
    assert set(FULFILLMENT_TRANSITIONS) == set(FulfillmentStatus)


def test_end_states_have_no_way_out_and_open_ones_have() -> None:
    assert set(END_STATUSES) | set(OPEN_STATUSES) == set(OrderStatus)
    for status in END_STATUSES:
        events = set(TRANSITIONS[status]) - set(MONEY_EVENTS)
        noted = {EventType.FULFILLMENT_TRACKED} if status is OrderStatus.COMPLETED else set()
        assert events == noted, "I5: money bookkeeping, and what a carrier says late, only"
        assert set(TRANSITIONS[status].values()) == {(status,)}
    assert all(TRANSITIONS[status] for status in OPEN_STATUSES)


@pytest.mark.parametrize("event", ABOUT_ORDERS)
@pytest.mark.parametrize("status", OrderStatus)
def test_evolve_follows_the_table_and_refuses_the_rest(status: OrderStatus, event: EventType) -> None:
    order = an_order_in(status, event)
    before = replace(order)
    if event in BOOKKEEPING:
        assert evolve(order, Fact(event, DATA), make.NOW).status is status
    elif event in TRANSITIONS[status]:
        goals = TRANSITIONS[status][event]
        back = OrderStatus.CONFIRMED if len(goals) > 1 else goals[0]
        assert evolve(order, Fact(event, DATA), make.NOW).status is back
    else:
        with pytest.raises(ValueError, match=f"{event.value} cannot follow {status.value}"):
            evolve(order, Fact(event, DATA), make.NOW)
    assert order == before


@pytest.mark.parametrize("event", MONEY_EVENTS)
@pytest.mark.parametrize("status", OrderStatus)
def test_money_leads_to_no_other_status_and_is_refused_where_the_table_says(
    status: OrderStatus, event: EventType
) -> None:
    data = MONEY | {"status": REPORTS[event][0].value if event in REPORTS else ""}
    if event.value.startswith("REFUND"):
        data["refundId"] = "ref_0001"
    refund = Refund("ref_0001", "pay_0001", 1, "k", make.NOW)
    created = make.payment(status=PaymentStatus.CREATED, amount=1)
    order = make.order(status=status, payments=(created,), refunds=(refund,))
    if event in TRANSITIONS[status]:
        assert evolve(order, Fact(event, data), make.NOW).status is status
    else:
        with pytest.raises(ValueError, match=f"{event.value} cannot follow {status.value}"):
            evolve(order, Fact(event, data), make.NOW)


@pytest.mark.parametrize("event", REPORTS)
@pytest.mark.parametrize("status", PaymentStatus)
def test_a_payment_follows_its_table_and_refuses_the_rest(status: PaymentStatus, event: EventType) -> None:
    order = make.order(payments=(make.payment(status=status),))
    for goal in REPORTS[event]:
        fact = Fact(event, MONEY | {"status": goal.value})
        if goal in PAYMENT_TRANSITIONS[status].get(event, ()):
            assert evolve(order, fact, make.NOW).payments[0].status is goal
        else:
            with pytest.raises(ValueError, match=f"payment that is {status.value}"):
                evolve(order, fact, make.NOW)


def test_a_payment_never_goes_back() -> None:
    ranks = list(PaymentStatus)
    assert all(
        ranks.index(goal) >= ranks.index(status)
        for status, events in PAYMENT_TRANSITIONS.items()
        for goals in events.values()
        for goal in goals
    )
    assert REFUND_TRANSITIONS[RefundStatus.SUCCEEDED] == {}


@pytest.mark.parametrize("event", ON_PARCELS)
@pytest.mark.parametrize("status", FulfillmentStatus)
def test_a_parcel_follows_its_table_and_refuses_the_rest(status: FulfillmentStatus, event: EventType) -> None:
    counters = {"1": Counters(shipped=1, delivered=int(status is FulfillmentStatus.DELIVERED))}
    order = make.order(
        status=OrderStatus.CONFIRMED,
        fulfillments=(make.parcel({"1": 1}, status=status),),
        counters=counters if status in LEFT else {},
    )
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


def test_nothing_is_offered_in_an_end_state_but_money_where_there_is_some() -> None:
    for status in END_STATUSES:
        reasons = {reason for _, reason in offers(make.order(status=status), make.staff())}
        capture = {"NOTHING_TO_CAPTURE"} if status is OrderStatus.COMPLETED else set()
        tracking = {"NO_PARCEL"} if status is OrderStatus.COMPLETED else set()
        assert (
            reasons == {f"ORDER_{status.value}", "NOTHING_TO_VOID", "NOTHING_TO_REFUND"} | capture | tracking
        )
