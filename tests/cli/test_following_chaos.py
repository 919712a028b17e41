"""2,000 events over a network that drops, repeats, reorders and kills: the history is exact; with a rule less it is not."""

import os

import pytest

from cli.following import MOMENT_SECONDS, QUIET_SECONDS, Action, Ask, Check, Event, Following, Page, Show
from tests.cli.follow_world import Weather, World

VISIBLE = 2_000
SEEDS = range(int(os.environ.get("FOLLOW_SEEDS", "20")))


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_missed_and_nothing_doubled(seed: int) -> None:
    world = World(seed, Following()).run(VISIBLE)
    assert world.shown == world.log, f"seed {seed}: {wrong(world)}"


def wrong(world: World) -> str:
    """What a failure says in a line: the whole lists would fill the screen."""
    shown, logged = ([event.sequence for event in events] for events in (world.shown, world.log))
    first = next((at for at, pair in enumerate(zip(shown, logged, strict=False)) if pair[0] != pair[1]), -1)
    return f"{len(shown)} shown of {len(logged)}, first difference at {first}"


def test_the_weather_is_bad() -> None:
    faults = World(0, Following()).run(VISIBLE).faults
    assert all(faults[kind] >= 10 for kind in ("dropped", "repeated", "reordered", "killed", "query lost")), (
        faults
    )


def test_on_a_good_network_the_log_is_asked_three_times() -> None:
    asked: list[int] = []

    class Counting(Following):
        def page(self, page: Page) -> list[Action]:
            asked.append(page.after)
            return super().page(page)

    calm = Weather(dropped=0, repeated=0, slowest=0, query_lost=0, killed_a_second=0)
    world = World(1, Counting(), calm).run(100, a_second=10.0)
    assert world.shown == world.log
    assert len([after for after in asked if after < world.log[-1].sequence]) <= 3


class TrustsArrival(Following):
    """Planted: shows whatever is newer, whether or not something is missing before it."""

    def frame(self, event: Event) -> list[Action]:
        return super().frame(Event(event.sequence, 0, event.type, event.status))


class ShowsRepeats(Following):
    """Planted: does not drop what it knows."""

    def frame(self, event: Event) -> list[Action]:
        return [Show(event)] if event.sequence <= self.last else super().frame(event)


class ShowsPagesWhole(Following):
    """Planted: forgets that frames may be quicker than the log's answer."""

    def page(self, page: Page) -> list[Action]:
        known = [Show(event) for event in page.events if event.sequence <= self.last]
        return [*known, *super().page(page)]


class TurnsPagesTooFar(Following):
    """Planted: asks for the next page after the event that it begins with."""

    def page(self, page: Page) -> list[Action]:
        done = super().page(page)
        return [*done[:-1], Ask(page.through + 1)] if page.more else done


class NeverChecks(Following):
    """Planted: asks when it connects and at a gap, never else."""

    def connected(self) -> list[Action]:
        return [action for action in super().connected() if not isinstance(action, Check)]


class WaitsForALostAnswer(Following):
    """Planted: does not notice that the answer it waits for went with the connection."""

    def lost(self) -> None:
        """Nothing is forgotten."""


class StartsAnew(Following):
    """Planted: subscribes again after a lost connection, and does not ask for what it missed."""

    def connected(self) -> list[Action]:
        return [Check(1e9)] if self.last else super().connected()

    def frame(self, event: Event) -> list[Action]:
        self.last = max(self.last, min(event.previous, event.sequence))
        return super().frame(event)


NO_RECONNECT = Weather(dropped=0.6, query_lost=0, killed_a_second=0)

PLANTED = (
    (TrustsArrival, Weather()),
    (ShowsRepeats, Weather()),
    (ShowsPagesWhole, Weather()),
    (TurnsPagesTooFar, Weather()),
    (NeverChecks, NO_RECONNECT),  # a reconnect would look into the log as well
    (WaitsForALostAnswer, Weather()),
    (StartsAnew, Weather()),
)


@pytest.mark.parametrize(("planted", "weather"), PLANTED)
def test_a_client_with_one_rule_less_is_found_out(planted: type[Following], weather: Weather) -> None:
    worlds = (World(seed, planted(), weather).run(VISIBLE) for seed in range(20))
    assert any(world.shown != world.log for world in worlds)


def test_checks_alone_make_up_for_what_no_reconnect_shows() -> None:
    worlds = [World(seed, Following(), NO_RECONNECT).run(200) for seed in range(20)]
    assert [world.shown for world in worlds] == [world.log for world in worlds]


def event(sequence: int, previous: int) -> Event:
    return Event(sequence, previous, "CHANGED", "PLACED")


def test_a_new_connection_asks_at_once_and_again_in_a_moment_and_then_now_and_then() -> None:
    following = Following(last=7)
    assert following.connected() == [Ask(7), Check(MOMENT_SECONDS)]
    following.page(Page(7, (), 7, more=False))
    assert following.due() == [Ask(7), Check(QUIET_SECONDS)]


def test_a_page_that_is_not_the_last_is_turned_at_once() -> None:
    following = Following()
    following.connected()
    assert following.page(Page(0, (event(1, 0),), 2, more=True)) == [Show(event(1, 0)), Ask(2)]


def test_an_answer_under_way_does_not_count_for_a_later_gap() -> None:
    following = Following()
    following.connected()
    assert following.frame(event(5, 4)) == []
    assert following.page(Page(0, (), 0, more=False)) == [Ask(0)]


def test_a_log_that_ends_before_what_was_shown_is_told_and_followed_from_there() -> None:
    following = Following(last=7)
    following.connected()
    rewound, *rest = following.page(Page(7, (), 3, more=False))
    assert (rewound.through, rest, following.frame(event(4, 3))) == (3, [], [Show(event(4, 3))])  # type: ignore[union-attr]
