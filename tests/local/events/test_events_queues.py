"""Queues on the embedded AWS, as declared: batches, partial failures, dead letters, ordered groups, draining."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.aws.clients import make_client
from local.aws.engine import Engine
from local.aws.routing import BUS, ensure_routing
from local.events.queues import QueueMapping, Queues
from wiring.declarations import Consumer, FromBus, Queue
from wiring.sources import ORDERS, Source

pytestmark = [pytest.mark.engine, pytest.mark.timeout(60)]

Handler = Callable[[dict[str, Any]], object]


def consumer(source: Source, name: str = "mail") -> Consumer:
    return Consumer(name, lambda _event, _tool: None, source, 512, 30, 5)


class World:
    """Queues under test, with names of their own."""

    def __init__(self, engine: Engine, prefix: str) -> None:
        self.sqs, self.events = make_client("sqs", engine.endpoint), make_client("events", engine.endpoint)
        self.prefix = prefix
        self.address = self.dead = ""
        self.running: list[Queues] = []

    def make(self, source: Source) -> Consumer:
        made = consumer(source)
        addresses = ensure_routing(self.sqs, self.events, [made], self.prefix)
        assert made.queue is not None
        self.address = addresses.queues[made.queue.name]
        self.dead = addresses.dead_letters[made.queue.name]
        return made

    def serve(self, source: Source, handler: Handler) -> Queues:
        queue = self.make(source).queue
        assert queue is not None
        arn = f"arn:aws:sqs:eu-west-1:000000000000:{self.prefix}{queue.full_name}"
        queues = Queues(
            self.sqs, [QueueMapping("mail", queue, self.address, arn, handler)], back_off=(0, 0, 1)
        )
        self.running.append(queues)
        queues.start()
        return queues

    def send(self, *bodies: str, group: str = "") -> None:
        for body in bodies:
            ordered = {"MessageGroupId": group, "MessageDeduplicationId": body} if group else {}
            self.sqs.send_message(QueueUrl=self.address, MessageBody=body, **ordered)

    def attributes(self, address: str) -> dict[str, str]:
        found = self.sqs.get_queue_attributes(QueueUrl=address, AttributeNames=["All"])
        return dict(found["Attributes"])

    def dead_letters(self) -> int:
        return int(self.attributes(self.dead)["ApproximateNumberOfMessages"])


@pytest.fixture
def world(engine: Engine, table_prefix: str) -> Iterator[World]:
    made = World(engine, table_prefix)
    yield made
    for queues in made.running:
        queues.stop()


def bodies(event: dict[str, Any]) -> list[str]:
    return [record["body"] for record in event["Records"]]


def failures(event: dict[str, Any], *failing: str) -> dict[str, Any]:
    failed = [record["messageId"] for record in event["Records"] if record["body"] in failing]
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


def eventually(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def test_an_event_on_the_bus_reaches_the_consumer_that_asked_for_its_type(world: World) -> None:
    got: list[dict[str, Any]] = []
    queues = world.serve(FromBus(("ORDER_PLACED",)), lambda event: got.extend(event["Records"]))
    entry = {"EventBusName": world.prefix + BUS, "Source": ORDERS, "Detail": '{"orderId": "ord_1"}'}
    kinds = ("ORDER_CANCELLED", "ORDER_PLACED")
    world.events.put_events(Entries=[{**entry, "DetailType": kind} for kind in kinds])
    assert queues.drain()
    (record,) = got
    body = json.loads(record["body"])
    assert (body["detail-type"], body["detail"]) == ("ORDER_PLACED", {"orderId": "ord_1"})
    assert (record["eventSource"], record["eventSourceARN"].rpartition("-")[2]) == ("aws:sqs", "mail")


def test_a_consumer_gets_batches_no_larger_than_it_declares(world: World) -> None:
    sizes: list[int] = []
    world.make(Queue("mail", batch_size=3))
    world.send(*map(str, range(7)))
    queues = world.serve(Queue("mail", batch_size=3), lambda event: sizes.append(len(event["Records"])))
    assert queues.drain()
    assert (sum(sizes), max(sizes)) == (7, 3)


def test_what_failed_comes_again_alone(world: World) -> None:
    calls: list[list[str]] = []

    def handle(event: dict[str, Any]) -> object:
        calls.append(bodies(event))
        return failures(event, "b") if len(calls) == 1 else None

    world.make(Queue("mail"))
    world.send("a", "b", "c")
    world.serve(Queue("mail"), handle)
    assert eventually(lambda: len(calls) == 2)
    assert (sorted(calls[0]), calls[1]) == (["a", "b", "c"], ["b"])


def test_what_always_fails_is_a_dead_letter_after_so_many_tries(world: World) -> None:
    tries: list[str] = []

    def fail(event: dict[str, Any]) -> object:
        tries.extend(bodies(event))
        raise ValueError("cannot")

    world.serve(Queue("mail", max_receives=2), fail)
    world.send("poison")
    assert eventually(lambda: world.dead_letters() == 1)
    assert tries == ["poison", "poison"]


def test_an_ordered_queue_keeps_each_group_in_order(world: World) -> None:
    seen: list[str] = []
    world.make(Queue("mail", fifo=True))
    for number in range(6):
        world.send(f"a{number}", group="a")
        world.send(f"b{number}", group="b")
    queues = world.serve(Queue("mail", fifo=True, batch_size=4), lambda event: seen.extend(bodies(event)))
    assert queues.drain()
    for group in "ab":
        assert [each for each in seen if each[0] == group] == [f"{group}{number}" for number in range(6)]


def test_draining_waits_for_the_message_that_is_being_worked_on(world: World) -> None:
    began, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def slow(_event: dict[str, Any]) -> None:
        began.set()
        go_on.wait(10)
        done.set()

    queues = world.serve(Queue("mail"), slow)
    world.send("a")
    assert began.wait(5)
    assert not queues.drain(timeout=0.3)
    go_on.set()
    assert queues.drain()
    assert done.is_set()


def test_a_queue_is_made_as_declared_and_again_without_harm(world: World) -> None:
    for _ in range(2):
        world.make(Queue("mail", fifo=True, max_receives=7))
        found = world.attributes(world.address)
        redrive = json.loads(found["RedrivePolicy"])
        assert (found["VisibilityTimeout"], int(redrive["maxReceiveCount"])) == ("180", 7)
        assert redrive["deadLetterTargetArn"].endswith("mail-dead.fifo")


def test_a_rule_that_no_consumer_declares_any_more_is_forgotten(world: World) -> None:
    world.make(FromBus(("ORDER_PLACED",)))
    ensure_routing(world.sqs, world.events, [], world.prefix)
    assert world.events.list_rules(EventBusName=world.prefix + BUS)["Rules"] == []
