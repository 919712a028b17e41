"""Following over links that break: what is shown, what is told, how long it waits, and when it gives up."""

import json
import socket
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from cli.follow import Follower, Link, LostError, NotFollowedError, Server
from cli.following import Event, Following, Page, pause
from cli.main import main
from cli.realtime import Frame, Frames, SubscriptionError


def event(sequence: int) -> Event:
    return Event(sequence, sequence - 1, "CHANGED", "PLACED")


class Scripted:
    """Links that give these events and then break; the log holds `logged` from the first."""

    def __init__(self, *links: Sequence[int] | Exception, logged: int = 0) -> None:
        self.links = deque(links)
        self.logged = logged
        self.asked: list[int] = []
        self.problems: deque[LostError | None] = deque()
        self.told: list[str] = []
        self.slept: list[float] = []
        self.now = 0.0

    def follower(self, last: int = 0) -> Follower:
        tell, clock, sleep = self.told.append, lambda: self.now, self.slept.append
        return Follower(self.open, Following(last), tell, clock, sleep, dice=lambda: 1.0)

    @contextmanager
    def open(self) -> Iterator[Link]:
        given = self.links.popleft() if self.links else NotFollowedError("the script is at its end")
        if isinstance(given, Exception):
            raise given
        waiting = deque(given)

        def wait(_seconds: float) -> Event:
            if not waiting:
                raise LostError("cut")
            return event(waiting.popleft())

        yield Link(wait, self.page)

    def page(self, after: int) -> Page:
        self.asked.append(after)
        if self.problems and (problem := self.problems.popleft()):
            raise problem
        events = tuple(event(sequence) for sequence in range(after + 1, self.logged + 1))
        return Page(after, events, max(after, self.logged), more=False)

    def shown(self, last: int = 0) -> list[int]:
        """Everything until the script's end."""
        return list(self._until_the_end(last))

    def _until_the_end(self, last: int) -> Iterator[int]:
        with suppress(NotFollowedError):
            for each in self.follower(last).events():
                yield each.sequence


def test_what_is_pushed_follows_what_the_log_holds() -> None:
    assert Scripted([3, 4], logged=2).shown() == [1, 2, 3, 4]


def test_after_a_lost_connection_it_goes_on_from_the_last_event() -> None:
    script = Scripted([3], [2, 3, 4], logged=2)
    assert script.shown() == [1, 2, 3, 4]
    assert script.asked == [0, 3]


def test_a_loss_is_told_once_and_so_is_the_return() -> None:
    script = Scripted([1], LostError("no"), LostError("no"), [2])
    script.shown()
    assert script.told == [
        "Following; Ctrl-C ends.",
        "Connection lost (cut); trying again ...",
        "Connected again.",
        "Connection lost (cut); trying again ...",
    ]


def test_pauses_grow_with_each_failure_and_begin_anew_once_connected() -> None:
    script = Scripted([1], LostError("no"), LostError("no"), [2])
    script.shown()
    assert script.slept == [0.25, 0.5, 1.0, 0.25]


def test_pauses_are_drawn_from_nothing_to_a_limit() -> None:
    assert (pause(0, 0.0), pause(1_000, 1.0), pause(3, 0.5)) == (0.0, 10.0, 1.0)


def test_a_server_that_is_not_there_at_first_is_not_waited_for() -> None:
    with pytest.raises(LostError, match="no"):
        next(Scripted(LostError("no")).follower().events())


def test_a_query_that_fails_is_asked_again_over_the_next_link() -> None:
    script = Scripted([1], [], [], logged=2)
    script.problems.extend([None, LostError("the query failed")])
    assert script.shown() == [1, 2]
    assert script.asked == [0, 2, 2]


def test_a_check_that_is_due_asks_the_log() -> None:
    script = Scripted()
    turns = iter([None, event(1)])

    @contextmanager
    def opened() -> Iterator[Link]:
        yield Link(lambda _: next(turns), script.page)

    follower = script.follower()
    follower.open = opened
    assert next(follower.events()) == event(1)
    assert script.asked == [0, 0]


FIELDS = {"sequence": 4, "previousSequence": 2, "type": "CHANGED", "status": "PLACED"}


@pytest.mark.parametrize(
    ("user", "previous"), [("ada@example.com", 2), (None, 2), ("support@shop.example", 3)]
)
def test_staff_miss_nothing_between_two_events_of_the_owner(user: str | None, previous: int) -> None:
    assert Server("http://x", "ws://x", user)._event(FIELDS).previous == previous


def test_a_negative_sequence_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["follow", "ord_1", "--after", "-1"]) == 2
    assert "--after takes" in capsys.readouterr().err


def test_nobody_at_the_address_ends_with_1_and_says_what_to_run(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/graphql"
    assert main(["follow", "ord_1", "--url", url]) == 1
    assert "`make run` starts one" in capsys.readouterr().err


class Wire:
    """A socket that has these messages and then nothing."""

    def __init__(self, *messages: dict[str, Any], wait: Callable[[float], None] = lambda _: None) -> None:
        self.messages = deque(json.dumps(message) for message in messages)
        self.wait = wait

    def recv(self, timeout: float) -> str:
        if self.messages:
            return self.messages.popleft()
        self.wait(timeout)
        raise TimeoutError


def frames(*messages: dict[str, Any], silence: float = 300.0) -> Frames:
    return Frames(Wire(*messages), (), silence)  # type: ignore[arg-type]


def test_keep_alives_are_no_frames() -> None:
    data = {"id": "1", "type": "data", "payload": {"data": {}}}
    assert frames({"type": "ka"}, data).within(5) == Frame("1", {"data": {}})


def test_no_frame_in_time_is_none() -> None:
    assert frames({"type": "ka"}).within(0.01) is None


def test_a_connection_that_is_silent_for_too_long_is_dead() -> None:
    with pytest.raises(TimeoutError, match="nothing came for 0 seconds"):
        frames(silence=0.0).within(5)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ({"type": "complete", "id": "1"}, "Complete"),
        ({"type": "error", "id": "1", "payload": {"errors": [{"errorType": "NotFound"}]}}, "NotFound"),
    ],
)
def test_a_subscription_that_the_server_ends_is_an_error_of_its_kind(
    message: dict[str, Any], kind: str
) -> None:
    with pytest.raises(SubscriptionError) as ended:
        frames(message).within(5)
    assert ended.value.kind == kind
