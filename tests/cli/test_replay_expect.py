"""The expected store, and the sentences on what differs."""

from dataclasses import replace
from decimal import Decimal

import pytest
from replay_rows import plan_of, row

from cli.replay.books import Books, OrderFigures, StockFigures
from cli.replay.expect import Refusals, differences, expect, file_differences
from cli.replay.rule import Tally

ROWS = (row("1"), row("2", quantity=4), row("C3", quantity=-4), row("C4", quantity=-1))
NOTHING = Refusals()


def books(refused=NOTHING):
    return expect(plan_of(*ROWS), refused)


def test_order_cancelled_in_part():
    assert books().orders["1"] == OrderFigures(1, 6, 1530, 1, 255, 5)


def test_stock_left_is_received_less_delivered():
    assert books().stock["22423"] == StockFigures(received=10, on_hand=5, reserved=0)


def test_wholly_cancelled_order_is_not_delivered():
    totals = books().totals()
    assert (totals.placed, totals.cancelled, totals.delivered) == (2, 1, 1)


def test_refused_order_is_not_there():
    assert set(books(Refusals(orders={"2": "too large"})).orders) == {"1"}


def test_refused_orders_stock_stays_on_hand():
    assert books(Refusals(orders={"2": "too large"})).stock["22423"].on_hand == 5


def test_cancel_of_a_refused_order_falls_away():
    assert books(Refusals(orders={"2": "too large"})).totals().cancelled_units == 1


def test_refused_cancel_leaves_the_units_to_deliver():
    assert books(Refusals(cancels={4: "not yet"})).orders["2"].delivered_units == 4


def test_cancels_reason_names_the_refused_order():
    cancel = plan_of(*ROWS).cancels[0]
    assert Refusals(orders={"2": "too large"}).of_cancel(cancel) == "Order 2 was refused: too large"


def test_equal_books_have_no_differences():
    assert differences(books(), books()) == []


@pytest.mark.parametrize(
    ("figure", "sentence"),
    [
        ("lines", "Order 1: lines 1 expected, 2 found."),
        ("units", "Order 1: units 6 expected, 7 found."),
        ("pence", "Order 1: subtotal in pence 1530 expected, 1531 found."),
        ("cancelled_units", "Order 1: cancelled units 1 expected, 2 found."),
        ("cancelled_pence", "Order 1: cancelled amount in pence 255 expected, 256 found."),
        ("delivered_units", "Order 1: delivered units 5 expected, 6 found."),
    ],
)
def test_each_figure_of_an_order_is_compared(figure, sentence):
    good = books()
    bad = replace(good.orders["1"], **{figure: getattr(good.orders["1"], figure) + 1})
    assert differences(good, replace(good, orders={**good.orders, "1": bad})) == [sentence]


@pytest.mark.parametrize(
    ("figure", "sentence"),
    [
        ("received", "Stock of 22423: received 10 expected, 11 found."),
        ("on_hand", "Stock of 22423: on hand 5 expected, 6 found."),
        ("reserved", "Stock of 22423: reserved 0 expected, 1 found."),
    ],
)
def test_each_figure_of_stock_is_compared(figure, sentence):
    good = books()
    bad = replace(good.stock["22423"], **{figure: getattr(good.stock["22423"], figure) + 1})
    assert differences(good, replace(good, stock={"22423": bad})) == [sentence]


def test_missing_order_is_said():
    good = books()
    assert differences(good, Books({"1": good.orders["1"]}, good.stock)) == [
        "Order 2 is missing in the store."
    ]


def test_order_too_many_is_said():
    good = books()
    assert differences(Books({"1": good.orders["1"]}, good.stock), good) == [
        "Order 2 is in the store and not expected."
    ]


def test_outcomes_that_are_the_whole_file_are_no_difference():
    one = Tally(1, 6, Decimal("1.00"))
    assert file_differences(Tally(2, 12, Decimal("2.00")), [one, one]) == []


def test_outcomes_short_of_a_penny_are_said():
    assert file_differences(Tally(1, 6, Decimal("1.01")), [Tally(1, 6, Decimal("1.00"))])
