"""Ten thousand events over a network that loses, repeats, holds back and cuts: each is shown once and in order, by every follower."""

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

import cli.follow
from cli.follow import Follower, Server
from cli.following import Following
from infra.node import node_binary
from local.appsync.serve import LocalServer, running
from tests.clients.chaos import Chaos, Odds
from tests.clients.driving import FOLDER
from tests.clients.order_log import KEY, ORDER, OrderLog, application, log_of, publisher
from tests.clients.seen import until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

EVENTS, BURST, PAUSE_SECONDS = 10_000, 20, 0.01
FOLLOWED = 10
"""After so many bursts somebody follows again: else a slow machine would miss most of what is done on the way."""
CALM = 50
"""So many events at the end travel well: nothing but the next check would show that the last one was lost."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A server behind a bad network, and what is to happen on it."""

    log: OrderLog
    chaos: Chaos
    port: int

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/graphql"

    @property
    def wanted(self) -> list[int]:
        return [each["sequence"] for each in self.log.events]

    def happen(self, pause: float = PAUSE_SECONDS) -> None:
        """All events, in bursts, from when somebody follows."""
        until(self.chaos.app.state.gate.engine.hub.count)
        publish = publisher(self.chaos.app)
        for number in range(len(self.log.events)):
            self.chaos.calm = number >= len(self.log.events) - CALM
            publish(self.log.next())
            if number % BURST == 0:
                time.sleep(pause)
            if number % (BURST * FOLLOWED) == 0:
                until(self.chaos.app.state.gate.engine.hub.count)


@contextmanager
def scene(tmp_path: Path, events: int = EVENTS, odds: Odds | None = None) -> Iterator[Scene]:
    """A running server."""
    log = log_of(events, Random(1))
    chaos = Chaos(application(log), Random(2), odds or Odds())
    with running(LocalServer(chaos, certificate_directory=tmp_path)) as server:  # type: ignore[arg-type]
        yield Scene(log, chaos, server.port)


def followed_by_python(given: Scene) -> list[int]:
    """What `orderbell follow` shows."""
    server = Server(given.url, f"ws{given.url.removeprefix('http')}/realtime", None)
    follower = Follower(lambda: server.follow(ORDER), Following(), lambda _: None)
    shown, happening = [], threading.Thread(target=given.happen)
    happening.start()
    events = follower.events()
    for event in events:
        shown.append(event.sequence)
        if event.sequence == given.wanted[-1]:
            break
    events.close()
    happening.join()
    return shown


def followed_by_node(
    given: Scene, source: str, trust: Path, pause: float = PAUSE_SECONDS
) -> tuple[list[int], int]:
    """What docs/clients/follow.ts shows, and how often it lost its connection."""
    url = given.url.replace("http:", "https:") if source == "amplify" else given.url
    words = [str(node_binary()), "following_live.mjs", source, url, KEY, ORDER, str(given.wanted[-1])]
    with subprocess.Popen(
        words, cwd=FOLDER, env={"NODE_EXTRA_CA_CERTS": str(trust)}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        watch = threading.Timer(120, process.kill)
        watch.start()
        try:
            assert process.stdout.readline() == "live\n"
            given.happen(pause)
            lines = [line for line in process.stdout if line != "live\n"]
        finally:
            watch.cancel()
            process.kill()
    told = json.loads(lines[-1])
    return told["shown"], told["lost"]


def assert_it_was_chaos(given: Scene) -> None:
    """The test is worth something: all of it was done, again and again."""
    assert min(given.chaos.done[name] for name in ("lost", "twice", "held", "cut", "requests failed")) >= 3


def test_python_shows_each_event_once_and_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.follow, "credential", lambda _: {"x-api-key": KEY})
    with scene(tmp_path) as given:
        assert followed_by_python(given) == given.wanted
        assert_it_was_chaos(given)


def test_typescript_shows_each_event_once_and_in_order(tmp_path: Path) -> None:
    with scene(tmp_path) as given:
        shown, lost = followed_by_node(given, "websocket", tmp_path / "localhost.pem")
        assert shown == given.wanted
        assert lost >= 3
        assert_it_was_chaos(given)


def test_typescript_beside_apollo(tmp_path: Path) -> None:
    with scene(tmp_path) as given:
        shown, lost = followed_by_node(given, "apollo", tmp_path / "localhost.pem")
        assert shown == given.wanted
        assert lost >= 3
        assert_it_was_chaos(given)


def test_typescript_beside_amplify_which_comes_back_by_itself(tmp_path: Path) -> None:
    with scene(tmp_path, 2_000, Odds(cut=0.001, failed=0)) as given:
        shown, lost = followed_by_node(given, "amplify", tmp_path / "localhost.pem", pause=0.1)
        assert shown == given.wanted
        assert given.chaos.done["cut"] >= 1
        assert lost == 0
