"""Runs a row: straight through, or cut off beside one of its side effects and then handed on again."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.crashing.rows import Row
from tests.crashing.tools import Event, hand
from tests.crashing.watch import Crash, CrashedError, Watch
from tests.crashing.world import World

REDELIVERY = timedelta(minutes=4)
"""A message that nobody answered for is hidden for 3 minutes (`wiring.sources.VISIBILITY`)."""


@dataclass(frozen=True, slots=True)
class End:
    """What there is in the end, and what left the account, how often; and what had been done, and had left, when it died."""

    kept: str
    left: Mapping[str, Counter[str]]
    done: tuple[str, ...]
    before: Mapping[str, Counter[str]]
    points: tuple[Crash, ...]


def straight(row: Row, world: World, event: Event, times: int = 1) -> End:
    """The event is handed on, and handled."""
    ran, watch = world.copy(), Watch()
    for number in range(times):
        assert handled(hand(ran, row.consumer, event, row.at + number * REDELIVERY, watch))
    return End(ran.kept(), ran.left(), tuple(watch.done), {}, tuple(watch.points))


def cut(row: Row, world: World, event: Event, crash: Crash) -> End:
    """The process dies; what handed it the event hands it on again, as it does while nobody answers for it."""
    ran, watch = world.copy(), Watch(crash)
    try:
        hand(ran, row.consumer, event, row.at, watch)
    except CrashedError:
        pass
    else:
        raise AssertionError(f"{row} lived on after {crash}")
    before = ran.left()
    assert handled(hand(ran, row.consumer, event, row.at + REDELIVERY)), f"{row}: not handled after {crash}"
    return End(ran.kept(), ran.left(), tuple(watch.done), before, tuple(watch.points))


def handled(answer: Any) -> bool:
    """Whether a consumer's answer says that nothing is to come again."""
    return (
        not answer.get("batchItemFailures")
        and answer.get("statusCode", 200) == 200
        and not answer.get("left")
    )


def differences(row: Row, whole: End, other: End) -> list[str]:
    """What is not as it is where nobody died: lost, doubled, or otherwise."""
    wrong = [] if other.kept == whole.kept else ["what is kept differs"]
    for kind, sent in whole.left.items():
        lost, extra = sent - other.left[kind], other.left[kind] - sent
        may_repeat = kind in row.repeats and other.done[-1:] == (row.repeats[kind],)
        wrong += [f"lost of {kind}: {each}" for each in lost]
        wrong += [
            f"repeated of {kind}: {each}"
            for each in (extra - other.before.get(kind, Counter()) if may_repeat else extra)
        ]
    return wrong
