"""The states in docs/states.md, drawn from the tables that hold them: `python -m infra.states_page` puts them in their places."""

import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import TypeVar

from domain import lifecycle
from domain.lifecycle import (
    FULFILLMENT_TRANSITIONS,
    PAYMENT_TRANSITIONS,
    REFUND_TRANSITIONS,
    TRANSITIONS,
    EventType,
)

PAGE = Path(__file__).resolve().parent.parent / "docs" / "states.md"
PLACE = re.compile(r"(<!-- drawn: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

Move = tuple[str, str, str]
"""From, event, to."""
State = TypeVar("State", bound=Enum)
Goals = Mapping[EventType, tuple[State, ...] | State]


def page(text: str) -> str:
    """The page with today's tables in the places that are marked for them. Raises KeyError for a mark of something else."""
    return PLACE.sub(lambda found: found[1] + "\n".join(DRAWN[found[2]]()) + "\n" + found[3], text)


def moves(table: Mapping[State, Goals[State]]) -> list[Move]:
    """Every move of a table that leads elsewhere, in its order."""
    return [
        (status.value, event.value, goal.value)
        for status, events in table.items()
        for event, goals in events.items()
        for goal in (goals if isinstance(goals, tuple) else (goals,))
        if goal is not status
    ]


def steps(table: Mapping[State, Goals[State]]) -> list[Move]:
    """The moves that no other moves add up to: of ranks, where all that is higher can be reached, the ladder."""
    found = moves(table)
    onwards: dict[str, set[str]] = {}
    for start, _, goal in found:
        onwards.setdefault(start, set()).add(goal)
    return [
        (start, event, goal)
        for start, event, goal in found
        if not any(goal in onwards.get(between, ()) for between in onwards[start])
    ]


def diagram(table: Mapping[State, Goals[State]], drawn: list[Move]) -> Iterator[str]:
    """A state diagram: it begins where the table does, and ends where nothing leads on."""
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"  [*] --> {next(iter(table)).value}"
    yield from (f"  {start} --> {goal}: {event}" for start, event, goal in drawn)
    left = {start for start, _, _ in drawn}
    yield from (f"  {status.value} --> [*]" for status in table if status.value not in left)
    yield "```"


def staying() -> Iterator[str]:
    """What may happen to an order in each status without moving it, by kind of event, and how many kinds there are."""
    yield "| status | of parcels | of money | of lines |"
    yield "| --- | --- | --- | --- |"
    kinds = (lifecycle.PARCEL_EVENTS, lifecycle.MONEY_EVENTS, (EventType.ORDER_LINES_CANCELLED,))
    for status, events in TRANSITIONS.items():
        told = (_told(kind, [each for each in kind if events.get(each) == (status,)]) for kind in kinds)
        yield f"| {status.value} | {' | '.join(told)} |"


def _told(kind: tuple[EventType, ...], allowed: list[EventType]) -> str:
    """The shorter of: what is allowed, or all but what is not."""
    missing = [each for each in kind if each not in allowed]
    if not allowed:
        return "none"
    if not missing:
        return "all"
    return f"all but {_names(missing)}" if len(missing) < len(allowed) else _names(allowed)


def _names(events: list[EventType]) -> str:
    return ", ".join(each.value for each in events)


DRAWN: dict[str, Callable[[], Iterator[str]]] = {
    "order": lambda: diagram(TRANSITIONS, moves(TRANSITIONS)),
    "staying": staying,
    "parcel": lambda: diagram(FULFILLMENT_TRANSITIONS, moves(FULFILLMENT_TRANSITIONS)),
    "payment": lambda: diagram(PAYMENT_TRANSITIONS, steps(PAYMENT_TRANSITIONS)),
    "refund": lambda: diagram(REFUND_TRANSITIONS, moves(REFUND_TRANSITIONS)),
}
"""What can be drawn, by the name in its mark."""


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
