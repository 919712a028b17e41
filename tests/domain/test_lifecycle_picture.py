"""The picture of the lifecycle in the documentation shows what the table says: every move, and no other."""

import re
from pathlib import Path

from domain.lifecycle import END_STATUSES, TRANSITIONS
from tests.domain.situations import NOT_YET_LED_TO

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "architecture.md").read_text()
PICTURE = re.search(r"```mermaid\nstateDiagram-v2\n(.*?)```", PAGE, re.DOTALL)
ARROW = re.compile(r"^  (\S+) --> ([^\s:]+)(?:: (\w+))?$")


def drawn() -> list[tuple[str, str, str | None]]:
    """Each arrow: from, to, and the event beside it."""
    assert PICTURE is not None
    arrows = [ARROW.match(line) for line in PICTURE.group(1).splitlines()]
    assert all(arrows), PICTURE.group(1)
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


def test_the_picture_begins_at_placed_and_ends_in_every_end_state_that_is_led_to() -> None:
    assert [goal for start, goal, _ in drawn() if start == "[*]"] == ["PLACED"]
    ends = {status.value for status in END_STATUSES if status not in NOT_YET_LED_TO}
    assert {start for start, goal, _ in drawn() if goal == "[*]"} == ends
