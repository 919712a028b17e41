"""Stock of one SKU: changes by hand, and what decisions about orders move."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.commands import Cancel, decide
from domain.facts import Fact
from domain.lifecycle import EventType, FulfillmentStatus, OrderStatus
from domain.order import Counters, Order
from domain.parcels import CancelFulfillment, CreateFulfillment, ShipFulfillment
from domain.refusals import InsufficientStock, InvalidInput
from domain.stock import Move, Stock, StockReason, adjusted, counted, moves, reserved_by
from tests import factories as make

STOCK = Stock("SKU-1", available=5, reserved=3, received=8, version=2)


def moved(order: Order, command: object) -> dict[str, Move]:
    facts = decide(order, command, make.staff())  # type: ignore[arg-type]
    assert isinstance(facts, tuple), facts
    return moves(order, facts)


def test_what_was_received_becomes_available_and_is_counted() -> None:
    assert adjusted(STOCK, 4, StockReason.RECEIVED) == Stock("SKU-1", 9, 3, 12, 3)


@pytest.mark.parametrize("reason", [reason for reason in StockReason if reason is not StockReason.RECEIVED])
def test_any_other_reason_leaves_what_was_received(reason: StockReason) -> None:
    assert adjusted(STOCK, -5, reason) == Stock("SKU-1", 0, 3, 8, 3)


def test_more_than_is_available_cannot_be_taken_out() -> None:
    refused = adjusted(STOCK, -6, StockReason.DAMAGED)
    assert isinstance(refused, InsufficientStock)
    assert (refused.lines[0].requested, refused.lines[0].available) == (6, 5)


@pytest.mark.parametrize(("delta", "reason"), [(0, StockReason.FOUND), (-1, StockReason.RECEIVED)])
def test_an_adjustment_that_makes_no_sense_is_refused(delta: int, reason: StockReason) -> None:
    refused = adjusted(STOCK, delta, reason)
    assert isinstance(refused, InvalidInput)
    assert refused.path == ("input", "delta")


@pytest.mark.parametrize(("on_hand", "available"), [(3, 0), (8, 5), (100, 97)])
def test_a_count_sets_what_is_available_beside_what_is_reserved(on_hand: int, available: int) -> None:
    assert counted(STOCK, on_hand) == Stock("SKU-1", available, 3, 8, 3)


def test_a_count_below_what_is_reserved_is_refused() -> None:
    refused = counted(STOCK, 2)
    assert isinstance(refused, InvalidInput)
    assert refused.path == ("input", "onHand")


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.integers(-10, 10), st.sampled_from(StockReason)),
        st.tuples(st.integers(0, 20), st.none()),
    ),
    max_size=20,
)


@given(CHANGES)
def test_no_change_by_hand_makes_a_counter_negative_or_touches_what_is_reserved(changes) -> None:  # type: ignore[no-untyped-def]
    stock = STOCK
    for number, reason in changes:
        after = counted(stock, number) if reason is None else adjusted(stock, number, reason)
        stock = after if isinstance(after, Stock) else stock
        assert stock.available >= 0
        assert stock.reserved == 3
        assert stock.on_hand == stock.available + stock.reserved


def test_a_sku_in_several_lines_is_reserved_as_one_sum() -> None:
    lines = (make.line("1", sku="A"), make.line("2", sku="B"), make.line("3", sku="A", quantity=5))
    assert reserved_by(lines) == {"A": 7, "B": 2}


def test_cancelling_gives_stock_back() -> None:
    assert moved(make.order(), Cancel({"1": 1})) == {"SKU-1": Move(available=1, reserved=-1)}


def test_cancelling_a_sku_that_stands_in_two_lines_gives_back_one_sum() -> None:
    order = make.order(lines=(make.line("1", sku="A"), make.line("2", sku="A", quantity=3)))
    assert moved(order, Cancel()) == {"A": Move(available=5, reserved=-5)}


def test_packing_moves_no_stock_and_shipping_takes_it_out_of_the_warehouse() -> None:
    order = make.order(status=OrderStatus.CONFIRMED, fulfillments=(make.parcel({"1": 2, "2": 1}),))
    assert moved(order, CreateFulfillment()) == {}
    shipped = moved(order, ShipFulfillment("ful_0001"))
    assert shipped == {"SKU-1": Move(reserved=-2), "SKU-2": Move(reserved=-1)}
    assert [move.on_hand for move in shipped.values()] == [-2, -1]


def test_what_several_facts_move_of_a_sku_is_summed() -> None:
    fact = Fact(EventType.ORDER_LINES_CANCELLED, {"units": {"1": 1}, "value": 0})
    assert moves(make.order(), (fact, fact)) == {"SKU-1": Move(available=2, reserved=-2)}


def came_back() -> Order:
    """An order of a hot SKU of whose 7 units 5 left in two parcels; the first of them came back."""
    line = replace(make.line("1", sku="HOT", quantity=7), allocation=((2, 3), (0, 4)))
    first = make.parcel({"1": 3}, status=FulfillmentStatus.RETURNED)
    second = make.parcel({"1": 2}, "ful_0002", FulfillmentStatus.SHIPPED)
    parcels = (replace(first, taken_from={"1": 0}), replace(second, taken_from={"1": 3}))
    return make.order(
        lines=(line,),
        status=OrderStatus.CONFIRMED,
        counters={"1": Counters(shipped=5)},
        fulfillments=parcels,
    )


@pytest.mark.parametrize(("restock", "back"), [(True, {"HOT#02": Move(available=3)}), (False, {})])
def test_a_parcel_that_came_back_adds_to_the_shards_that_it_was_taken_of(restock, back) -> None:  # type: ignore[no-untyped-def]
    assert moved(came_back(), CancelFulfillment("ful_0001", restock)) == back


def test_units_that_are_open_again_are_reserved_where_the_order_would_take_them_next() -> None:
    fact = Fact(EventType.FULFILLMENT_CANCELLED, {"fulfillmentId": "ful_0001", "restock": False})
    assert moves(came_back(), (fact,)) == {"HOT#02": Move(-1, 1), "HOT": Move(-2, 2)}
