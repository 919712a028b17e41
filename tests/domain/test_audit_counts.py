"""Units reserved by an order, a SKU's counters against them (I3), and the counters put right."""

import pytest

from domain.lifecycle import OrderStatus
from domain.order import Counters
from domain.recount import Level, Movement, check_level, recounted, reserved_units
from domain.stock import CHUNK_SKUS, Move
from tests.factories import line, order

GOOD = Level("A", on_hand=10, available=7, reserved=3, version=4)
MANY = {f"S{n:03d}": Move(1, -1) for n in range(2 * CHUNK_SKUS + 1)}


def test_open_units_are_reserved_by_sku() -> None:
    lines = (line("1", sku="A", quantity=5), line("2", sku="A", quantity=2), line("3", sku="B"))
    given = order(lines=lines, counters={"1": Counters(cancelled=1, shipped=2), "3": Counters(shipped=2)})
    assert reserved_units(given) == {"A": 4}


@pytest.mark.parametrize("status", [OrderStatus.CANCELLED, OrderStatus.REJECTED, OrderStatus.EXPIRED])
def test_an_end_state_reserves_nothing(status) -> None:
    assert reserved_units(order(status=status)) == {}


def test_chunks_that_are_held_add_up() -> None:
    assert reserved_units(None, [{"A": 2, "B": 1}, {"A": 3}]) == {"A": 5, "B": 1}


def test_a_movement_that_no_chunk_shows_yet_is_still_reserved() -> None:
    movement = Movement({"A": Move(2, -2), "B": Move(0, -1)})
    assert reserved_units(None, (), [movement]) == {"A": 2, "B": 1}


def test_a_movement_that_will_reserve_is_not_reserved_yet() -> None:
    given = order(lines=(line("1", sku="A", quantity=5),))
    assert reserved_units(given, (), [Movement({"A": Move(-5, 5)})]) == {}


def test_chunks_are_slices_of_the_sorted_skus() -> None:
    left = Movement(MANY, applied=frozenset({0, 2})).outstanding()
    assert sorted(left) == [f"S{n:03d}" for n in range(CHUNK_SKUS, 2 * CHUNK_SKUS)]


def test_a_movement_that_is_done_has_nothing_outstanding() -> None:
    assert Movement(MANY, done=True).outstanding() == {}


def test_counters_that_add_up_have_no_finding() -> None:
    assert list(check_level("A", GOOD, 3)) == []


def test_a_sku_that_nobody_reserved_needs_no_counters() -> None:
    assert list(check_level("A", None, 0)) == []


@pytest.mark.parametrize(
    ("level", "what"),
    [
        (Level("A", 10, 6, 3, 1), "onHand"),
        (Level("A", 1, -2, 3, 1), "available"),
        (Level("A", 10, 8, 2, 1), "units reserved, by the orders"),
        (None, "counters"),
    ],
)
def test_counters_that_are_wrong_are_found(level, what) -> None:
    assert [finding.what for finding in check_level("A", level, 3)] == [what]


def test_recounted_counters_hold_what_is_on_hand() -> None:
    assert recounted(GOOD, 5) == Level("A", on_hand=10, available=5, reserved=5, version=5)


@pytest.mark.parametrize("reserved", [11, -1])
def test_more_reserved_than_on_hand_cannot_be_put_right(reserved) -> None:
    assert recounted(GOOD, reserved) is None


@pytest.mark.parametrize("reserved", [0, 10])
def test_recounted_counters_pass_the_check(reserved) -> None:
    assert list(check_level("A", recounted(GOOD, reserved), reserved)) == []
