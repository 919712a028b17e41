"""docs/states.md is what the tables of today draw."""

import pytest

from domain.lifecycle import REFUND_TRANSITIONS, EventType, RefundStatus
from infra.states_page import DRAWN, PAGE, PLACE, diagram, moves, page, steps


def test_the_page_is_what_the_tables_draw() -> None:
    assert page(PAGE.read_text()) == PAGE.read_text()


def test_everything_that_can_be_drawn_has_its_place() -> None:
    assert [found[1] for found in PLACE.findall(PAGE.read_text())] == list(DRAWN)


def test_an_old_picture_is_drawn_anew() -> None:
    old = "before\n<!-- drawn: refund -->\nsomething old\n<!-- end -->\nafter\n"

    new = page(old)

    assert "something old" not in new
    assert "PENDING --> FAILED: REFUND_FAILED" in new
    assert (new.startswith("before\n<!-- drawn"), new.endswith("<!-- end -->\nafter\n")) == (True, True)


def test_a_mark_of_something_else_is_refused() -> None:
    with pytest.raises(KeyError, match="elephants"):
        page("<!-- drawn: elephants -->\n<!-- end -->")


def test_a_move_that_others_add_up_to_is_no_step() -> None:
    low, middle, high = RefundStatus
    table = {
        low: {EventType.REFUND_FAILED: middle, EventType.REFUND_SUCCEEDED: (low, high)},
        middle: {EventType.REFUND_SUCCEEDED: high},
        high: {},
    }

    assert len(moves(table)) == 3
    assert steps(table) == [
        ("PENDING", "REFUND_FAILED", "FAILED"),
        ("FAILED", "REFUND_SUCCEEDED", "SUCCEEDED"),
    ]


def test_a_diagram_begins_and_ends_where_its_table_does() -> None:
    drawn = list(diagram(REFUND_TRANSITIONS, moves(REFUND_TRANSITIONS)))

    assert [each for each in drawn if "[*]" in each] == ["  [*] --> PENDING", "  SUCCEEDED --> [*]"]
