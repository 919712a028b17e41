"""Holding, releasing and rejecting, by example."""

from dataclasses import replace

import pytest

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
from domain.events import Visibility
from domain.history import apply
from domain.lifecycle import FulfillmentStatus, OrderStatus
from domain.order import Counters, Order, fulfillment_status
from domain.refusals import TransitionNotAllowed
from domain.stock import Move, moves
from tests import factories as make

ADMIN = make.staff()
SHIPPED, PENDING = FulfillmentStatus.SHIPPED, FulfillmentStatus.PENDING


def after(order: Order, *commands: Command) -> Order:
    """The order after commands that are all accepted."""
    for command in commands:
        facts = decide(order, command, ADMIN)
        assert isinstance(facts, tuple), (command, facts)
        order, _ = apply(order, facts, ADMIN, make.NOW)
    return order


def with_parcel(status: FulfillmentStatus, *, quantity: int = 1) -> Order:
    """A confirmed order of one line with a parcel of one unit."""
    return make.order(
        lines=(make.line(quantity=quantity),),
        status=OrderStatus.CONFIRMED,
        fulfillments=(make.parcel({"1": 1}, status=status),),
        counters={"1": Counters(shipped=1)} if status is SHIPPED else {},
    )


@pytest.mark.parametrize("status", [OrderStatus.PLACED, OrderStatus.CONFIRMED])
def test_a_release_leads_back_to_where_the_hold_began(status: OrderStatus) -> None:
    held = after(make.order(status=status), Hold())
    assert (held.status, held.held_from) == (OrderStatus.ON_HOLD, status)
    released = after(held, Release())
    assert (released.status, released.held_from) == (status, None)


def test_an_order_that_is_held_twice_remembers_the_first_state() -> None:
    assert after(make.order(), Hold(), Hold("AGAIN"), Release()).status is OrderStatus.PLACED


@pytest.mark.parametrize("command", [Confirm(), CreateFulfillment(), ShipFulfillment("ful_0001"), Reject()])
def test_a_hold_stops_everything_but_cancelling_and_arriving(command: Command) -> None:
    refused = decide(after(with_parcel(PENDING, quantity=2), Hold()), command, ADMIN)
    assert isinstance(refused, TransitionNotAllowed)
    allowed = ("RELEASE", "CANCEL", "CANCEL_FULFILLMENT", "RECORD_TRACKING")
    assert (refused.from_, refused.allowed) == ("ON_HOLD", allowed)


def test_what_is_on_its_way_may_arrive_and_the_hold_stays() -> None:
    order = after(with_parcel(SHIPPED, quantity=2), Hold(), DeliverFulfillment("ful_0001"))
    assert (order.status, order.fulfillments[0].status.value) == (OrderStatus.ON_HOLD, "DELIVERED")
    assert order.held_from is OrderStatus.CONFIRMED


def test_an_order_all_of_which_arrived_while_held_is_complete_when_it_is_released() -> None:
    held = after(with_parcel(SHIPPED), Hold(), DeliverFulfillment("ful_0001"))
    facts = decide(held, Release(), ADMIN)
    assert isinstance(facts, tuple)
    assert [fact.type.value for fact in facts] == ["ORDER_RELEASED", "ORDER_COMPLETED"]
    assert (held.status, after(held, Release()).status) == (OrderStatus.ON_HOLD, OrderStatus.COMPLETED)


def test_cancelling_the_rest_of_a_held_order_keeps_the_hold_until_it_is_released() -> None:
    delivered = after(with_parcel(SHIPPED, quantity=2), Hold(), DeliverFulfillment("ful_0001"), Cancel())
    assert (delivered.status, delivered.held_from) == (OrderStatus.ON_HOLD, OrderStatus.CONFIRMED)
    assert after(delivered, Release()).status is OrderStatus.COMPLETED


def test_a_held_order_of_which_nothing_is_left_is_cancelled_and_forgets_the_hold() -> None:
    order = after(make.order(), Hold(), Cancel({"1": 2}), Cancel())
    assert (order.status, order.held_from, order.totals.balance) == (OrderStatus.CANCELLED, None, 0)


def test_a_held_order_is_on_hold_for_its_receiver_until_something_was_shipped() -> None:
    assert fulfillment_status(after(with_parcel(PENDING), Hold())).value == "ON_HOLD"
    assert fulfillment_status(after(with_parcel(SHIPPED), Hold())).value == "SHIPPED"


@pytest.mark.parametrize(
    ("status", "command"),
    [
        (OrderStatus.ON_HOLD, Hold()),
        (OrderStatus.PLACED, Release()),
        (OrderStatus.CONFIRMED, Release()),
        (OrderStatus.REJECTED, Reject()),
    ],
)
def test_what_is_done_already_succeeds_and_records_nothing(status: OrderStatus, command: Command) -> None:
    assert decide(make.order(status=status), command, ADMIN) == ()


def test_a_hold_that_does_not_know_where_it_began_is_not_released() -> None:
    refused = decide(make.order(status=OrderStatus.ON_HOLD), Release(), ADMIN)
    assert isinstance(refused, TransitionNotAllowed)


def test_rejecting_takes_off_all_that_is_left_shipping_included_and_gives_all_stock_back() -> None:
    order = after(make.order(), Cancel({"1": 1}))
    facts = decide(order, Reject("OUT_OF_AREA"), ADMIN)
    assert isinstance(facts, tuple)
    left = order.totals.total - order.totals.cancelled
    assert facts[0].data == {"units": {"1": 1, "2": 3}, "value": left, "reason": "OUT_OF_AREA"}
    assert moves(order, facts) == {"SKU-1": Move(1, -1), "SKU-2": Move(3, -3)}


def test_a_rejected_order_owes_nothing_and_has_nothing_open() -> None:
    order = after(make.order(), Reject())
    assert (order.status, order.totals.balance, order.open_units()) == (OrderStatus.REJECTED, 0, {})


def test_a_confirmed_order_is_not_rejected() -> None:
    refused = decide(make.order(status=OrderStatus.CONFIRMED), Reject(), ADMIN)
    assert isinstance(refused, TransitionNotAllowed)


def test_a_holds_reason_has_a_name_of_its_own_in_an_event_that_owners_see() -> None:
    order = make.order()
    facts = decide(order, Hold("FRAUD_CHECK"), ADMIN)
    assert isinstance(facts, tuple)
    _, (event,) = apply(order, facts, ADMIN, make.NOW)
    assert (event.visibility, event.data) == (Visibility.PUBLIC, {"holdReason": "FRAUD_CHECK"})


def test_a_hold_and_its_release_leave_nothing_else_behind() -> None:
    order = make.order(status=OrderStatus.CONFIRMED)
    assert replace(after(order, Hold(), Release()), version=1, last_public=1) == order
