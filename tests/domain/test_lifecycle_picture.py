"""The pictures of the lifecycles in the documentation show what the tables say: every move, and no other."""

import re
from pathlib import Path

from domain.lifecycle import (
    END_STATUSES,
    FULFILLMENT_TRANSITIONS,
    PAYMENT_TRANSITIONS,
    TRANSITIONS,
    PaymentStatus,
)

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "states.md").read_text()
ORDER, PARCEL, PAYMENT, REFUND = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)```", PAGE, re.DOTALL)
ARROW = re.compile(r"^  (\S+) --> ([^\s:]+)(?:: (\w+))?$")


def drawn(picture: str = ORDER) -> list[tuple[str, str, str | None]]:
    """Each arrow: from, to, and the event beside it."""
    arrows = [ARROW.match(line) for line in picture.splitlines()]
    assert all(arrows), picture
    return [(found[1], found[2], found[3]) for found in arrows if found]


def test_the_picture_has_the_tables_moves_and_no_other() -> None:
    moves = {
        (status.value, goal.value, event.value)
        for status, events in TRANSITIONS.items()
        for event, goals in events.items()
        for goal in goals
        if goal is not status
    }
    arrows = [arrow for arrow in drawn() if "[*]" not in arrow[:2]]
    assert len(arrows) == len(set(arrows))
    assert set(arrows) == moves


def test_the_picture_begins_at_placed_and_ends_in_every_end_state() -> None:
    assert [goal for start, goal, _ in drawn() if start == "[*]"] == ["PLACED"]
    ends = {status.value for status in END_STATUSES}
    assert {start for start, goal, _ in drawn() if goal == "[*]"} == ends


def test_the_picture_of_a_parcel_has_its_tables_moves_and_no_other() -> None:
    moves = {
        (status.value, goal.value, event.value)
        for status, events in FULFILLMENT_TRANSITIONS.items()
        for event, goal in events.items()
    }
    arrows = [arrow for arrow in drawn(PARCEL) if "[*]" not in arrow[:2]]
    assert len(arrows) == len(set(arrows))
    assert set(arrows) == moves
    assert [goal for start, goal, _ in drawn(PARCEL) if start == "[*]"] == ["PENDING"]
    ends = {status.value for status, events in FULFILLMENT_TRANSITIONS.items() if not events}
    assert {start for start, goal, _ in drawn(PARCEL) if goal == "[*]"} == ends


def test_the_ladder_of_a_payment_has_each_status_once_and_leads_as_far_as_its_table() -> None:
    chain = [goal for _, goal, _ in drawn(PAYMENT) if goal != "[*]"]
    assert chain == [status.value for status in PaymentStatus]
    assert [start for start, _, _ in drawn(PAYMENT)] == ["[*]", *chain]
    for place, status in enumerate(chain):
        goals = {
            goal.value for goals in PAYMENT_TRANSITIONS[PaymentStatus(status)].values() for goal in goals
        }
        assert goals - {status} == set(chain[place + 1 :])


def test_a_refund_that_failed_may_succeed_after_all() -> None:
    assert ("FAILED", "SUCCEEDED", "REFUND_SUCCEEDED") in drawn(REFUND)
    assert [start for start, goal, _ in drawn(REFUND) if goal == "[*]"] == ["SUCCEEDED"]
