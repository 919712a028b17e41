"""Every consumer dies beside every side effect, and goes on: the same end, nothing lost, nothing twice."""

import pytest

from consumers.app import load_all
from domain.steps import Step
from tests.crashing.rows import Row, rows
from tests.crashing.trial_runs import cut, differences, straight

ROWS = tuple(rows())
MAY_COME_TWICE = {"relay", "push_status"}
"""Consumers that keep nothing of what they sent: the bus and subscribers are told at least once (data.md 4)."""


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_process_that_dies_anywhere_leaves_nothing_lost_and_nothing_twice(row: Row) -> None:
    world, event = row.begin()
    whole = straight(row, world, event)

    assert whole.done
    for crash in whole.points:
        assert differences(row, whole, cut(row, world, event, crash)) == [], crash


@pytest.mark.parametrize("row", [each for each in ROWS if each.consumer not in MAY_COME_TWICE], ids=str)
def test_an_event_that_comes_twice_has_one_effect(row: Row) -> None:
    world, event = row.begin()
    once, twice = straight(row, world, event), straight(row, world, event, times=2)

    assert (twice.kept, twice.left) == (once.kept, once.left)


def test_every_consumer_and_every_step_has_a_row() -> None:
    assert {row.consumer for row in ROWS} == {each.name for each in load_all()}
    assert {row.case for row in ROWS if row.consumer == "take_step"} == {each.value for each in Step}
