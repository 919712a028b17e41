"""Dead letters on the embedded AWS: counted, shown, and sent back."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cli.dead_letters import Letters
from cli.dlq import work
from consumers.bus import Bus, Entry
from local.aws.clients import make_client
from local.aws.engine import Engine
from local.aws.routing import ensure_routing, find_routing
from wiring.declarations import Consumer, Queue

pytestmark = [pytest.mark.engine, pytest.mark.timeout(60)]

RECORD = json.loads((Path(__file__).parents[1] / "events" / "order-log-stream.json").read_text())["Records"][
    0
]
CONSUMERS = [
    Consumer(name, lambda _event, _tool: None, Queue(name, fifo=fifo), 256, 30, 5)
    for name, fifo in (("mail", False), ("payments", True))
]


class World:
    """Dead letters with names of their own, and a bus that takes what it is told to."""

    def __init__(self, engine: Engine, prefix: str, parked: Path) -> None:
        self.sqs = make_client("sqs", engine.endpoint)
        ensure_routing(self.sqs, make_client("events", engine.endpoint), CONSUMERS, prefix)
        self.taken: list[Entry] = []
        self.refuses = False
        self.parked = parked
        bus = Bus(self._put, sleep=lambda _: None)
        self.letters = Letters(self.sqs, find_routing(self.sqs, CONSUMERS, prefix), bus, parked)

    def _put(self, entries: Sequence[Entry]) -> Sequence[str]:
        self.taken += [] if self.refuses else entries
        return ["InternalFailure" if self.refuses else ""] * len(entries)

    def die(self, *bodies: str) -> None:
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.letters.addresses.dead_letters["mail"], MessageBody=body)

    def park(self) -> None:
        (self.parked / "relay-7.json").write_text(json.dumps({"consumer": "relay", "record": RECORD}))

    def left(self, name: str = "mail") -> int:
        """Dead letters, those that are hidden for a moment included."""
        address = self.letters.addresses.dead_letters[name]
        found = self.sqs.get_queue_attributes(QueueUrl=address, AttributeNames=["All"])["Attributes"]
        return sum(int(found[f"ApproximateNumberOfMessages{kind}"]) for kind in ("", "NotVisible"))

    def waiting(self, name: str = "mail") -> list[str]:
        address = self.letters.addresses.queues[name]
        answer = self.sqs.receive_message(QueueUrl=address, MaxNumberOfMessages=10)
        return sorted(each["Body"] for each in answer.get("Messages", []))


@pytest.fixture
def world(engine: Engine, table_prefix: str, tmp_path: Path) -> World:
    return World(engine, table_prefix, tmp_path)


def dlq(world: World, what: str, name: str | None = None, **more: Any) -> int:
    return work(
        argparse.Namespace(**{"what": what, "name": name, "most": 10, "yes": True, **more}), world.letters
    )


def test_they_are_counted_by_name(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.die("a", "b")
    world.park()
    assert dlq(world, "list") == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["2", "mail"],
        ["0", "payments"],
        ["1", "relay"],
    ]


def test_what_is_shown_stays(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.die('{"orderId": "ord_1"}')
    assert dlq(world, "show", "mail") == 0
    assert json.loads(capsys.readouterr().out)["body"] == {"orderId": "ord_1"}
    assert world.letters.counts()["mail"] == 1


def test_all_are_sent_back_and_progress_is_told(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.die(*"abcdefghijkl")
    assert dlq(world, "redrive", "mail") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "12 of 12 sent back"
    assert world.left() == 0
    assert len(world.waiting()) == 10  # of 12: a look's most


def test_in_an_ordered_queue_they_keep_their_group_and_are_no_repetition(world: World) -> None:
    addresses = world.letters.addresses
    same = {"MessageBody": "a", "MessageGroupId": "ord_1", "MessageDeduplicationId": "once"}
    world.sqs.send_message(QueueUrl=addresses.queues["payments"], **same)
    (first,) = world.sqs.receive_message(QueueUrl=addresses.queues["payments"])["Messages"]
    world.sqs.delete_message(QueueUrl=addresses.queues["payments"], ReceiptHandle=first["ReceiptHandle"])
    world.sqs.send_message(QueueUrl=addresses.dead_letters["payments"], **same)
    assert dlq(world, "redrive", "payments") == 0
    assert world.waiting("payments") == ["a"]


@pytest.mark.parametrize(("said", "code", "left"), [("y", 0, 0), ("", 1, 1), ("n", 1, 1)])
def test_nothing_is_sent_back_without_a_yes(
    world: World, monkeypatch: pytest.MonkeyPatch, said: str, code: int, left: int
) -> None:
    world.die("a")
    monkeypatch.setattr("builtins.input", lambda _: said)
    assert dlq(world, "redrive", "mail", yes=False) == code
    assert world.letters.counts()["mail"] == left


def test_parked_events_of_the_relay_are_put_on_the_bus_and_forgotten(world: World) -> None:
    world.park()
    assert dlq(world, "redrive", "relay") == 0
    assert ([each.type for each in world.taken], world.letters.counts()["relay"]) == (["ORDER_PLACED"], 0)


def test_what_the_bus_does_not_take_stays_parked(world: World) -> None:
    world.park()
    world.refuses = True
    assert dlq(world, "redrive", "relay") == 1
    assert world.letters.counts()["relay"] == 1


def test_an_unknown_name_is_told_the_known_ones(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert dlq(world, "show", "nobody") == 2
    assert "mail, payments, relay" in capsys.readouterr().err
