"""What a shop holds besides the file's, from a reading that may hold part of the file already."""

from datetime import UTC, datetime, timedelta

import pytest

from cli.replay.books import Books, StockFigures
from cli.replay.others import beside, stock_of_others
from cli.replay.placed import Placed, PlacedLine

READ_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
SEEDED = StockFigures(received=50, on_hand=48, reserved=2)


def order(shipped, reserved, placed_at=READ_AT - timedelta(minutes=5)):
    return Placed("ord_1", "CONFIRMED", placed_at, (PlacedLine("line-1", "A", shipped, reserved),))


def others(reading, received, *orders):
    """The file receives 6 units of A."""
    return stock_of_others(reading, READ_AT, {"A": 6}, {"A": received}, orders)["A"]


def test_first_run_finds_the_others_stock_as_it_is():
    assert others({"A": SEEDED}, 56) == SEEDED


def test_product_that_the_shop_did_not_have():
    assert others({}, 6) == StockFigures(0, 0, 0)


@pytest.mark.parametrize(
    ("reading", "earlier"),
    [
        (StockFigures(56, 54, 2), ()),
        (StockFigures(56, 54, 8), (order(shipped=0, reserved=6),)),
        (StockFigures(56, 51, 5), (order(shipped=3, reserved=3),)),
        (StockFigures(56, 48, 2), (order(shipped=6, reserved=0),)),
    ],
    ids=["received", "placed", "half shipped", "all shipped"],
)
def test_what_an_earlier_run_did_is_taken_off(reading, earlier):
    assert others({"A": reading}, 56, *earlier) == SEEDED


def test_order_placed_since_the_reading_was_not_in_it():
    assert others({"A": SEEDED}, 56, order(0, 6, READ_AT + timedelta(seconds=1))) == SEEDED


def test_expected_is_the_others_and_the_file():
    file = Books({}, {"A": StockFigures(6, 1, 0), "B": StockFigures(4, 0, 0)})
    both = beside(file, {"A": SEEDED}).stock
    assert both == {"A": StockFigures(56, 49, 2), "B": StockFigures(4, 0, 0)}
