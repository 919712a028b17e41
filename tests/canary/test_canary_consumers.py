"""Nothing personal leaves a consumer but the letter: not in logs, on the bus, in queues, topics, workflows or publications."""

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from consumers.app import load_all
from tests.canary.aviary import populate
from tests.canary.birds import BIRDS, found
from tests.canary.listening import Heard, listening
from tests.crashing.rows import Row, rows
from tests.crashing.tools import Event, hand
from tests.crashing.watch import Watch
from tests.crashing.world import World

ROWS = tuple(rows())
FROM_OUTSIDE = {"receive_webhook"}
"""Consumers whose event is not of our making."""


@pytest.fixture(params=ROWS, ids=str)
def row(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Row:
    populate(monkeypatch)
    chosen: Row = request.param
    return chosen


class Broken(Watch):
    """A service that refuses a call, and tells in its message all that it was given."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at

    def before(self, name: str) -> None:
        super().before(name)
        if self.begun == self.at:
            message = f"Invalid: {'; '.join(BIRDS.values())}"
            raise ClientError({"Error": {"Code": "ValidationException", "Message": message}}, name)


def ways_out(world: World, event: Event, heard: Heard) -> dict[str, object]:
    """All that left, by the way that it took."""
    return {
        "event": event, "entries": heard.entries, "metrics": heard.metrics, "crashes": heard.crashes,
        "bus": world.outgoing.bus, "topic": world.outgoing.told, "publications": world.outgoing.publications,
        "queue": [each["body"] for each in world.line.waiting], "steps": world.states.queue,
        "executions": world.states.inputs,
    }  # fmt: skip


def leaks(row: Row, watch: Watch | None = None) -> list[str]:
    """What was told, and by which way."""
    world, event = row.begin()
    with listening() as heard:
        heard.call(lambda: hand(world, row.consumer, event, row.at, watch))
    said = ways_out(world, {} if row.consumer in FROM_OUTSIDE else event, heard)
    return [f"{way}: {bird}" for way, told in said.items() for bird in found(told)]


def test_nothing_personal_leaves(row: Row) -> None:
    assert leaks(row) == []


def test_nothing_personal_leaves_where_a_service_refuses(row: Row) -> None:
    world, event = row.begin()
    straight = Watch()
    hand(world, row.consumer, event, row.at, straight)
    for at in range(1, min(straight.begun, 6) + 1):
        assert leaks(row, Broken(at)) == []


def test_every_consumer_is_heard() -> None:
    assert {each.consumer for each in ROWS} == {each.name for each in load_all()}


def test_the_rows_are_of_birds(monkeypatch: pytest.MonkeyPatch) -> None:
    populate(monkeypatch)
    worlds = [each.begin()[0] for each in ROWS if each.consumer in {"relay", "send_mail", "settle_money"}]
    for world in worlds:
        assert {"name", "e-mail", "street"} <= set(found(json.dumps(list(_texts(world)), ensure_ascii=False)))


def _texts(world: World) -> Iterator[str]:
    for name in ("orders", "catalog"):
        yield from (json.dumps(each, default=str, ensure_ascii=False) for each in world.tables(name))
