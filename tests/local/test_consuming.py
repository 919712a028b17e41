"""Delivery as the laptop composes it: from a log entry in the table to a consumer of the bus, and from a call to a queue."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from consumers.app import load
from consumers.http import answer
from consumers.messages import body_of, each_message
from consumers.sending import Sender
from local.appsync.api import IamCaller
from local.aws.clients import make_client
from local.aws.engine import Engine, ephemeral_engine
from local.aws.tables import ensure_tables
from local.consuming import Delivery, deliver
from providers.choosing import Means, choose
from storage.keys import LOG
from tests.engine import ENGINE_PYTHON
from tests.providers.trials import MemoryLedger
from wiring.declarations import Consumer, FromBus, HttpRoute, Queue, TableStream

pytestmark = [pytest.mark.engine, pytest.mark.timeout(120)]

RECORDS = json.loads((Path(__file__).parents[1] / "events" / "order-log-stream.json").read_text())["Records"]
CALLER = IamCaller("KEY", "secret", "000000000000", "arn:aws:sts::000000000000:assumed-role/x/y", "x", ())

heard: dict[str, list[Any]] = {}
Event = Mapping[str, Any]


def hears(name: str, each: Any) -> None:
    heard.setdefault(name, []).append(each)


def mail(event: Event, _sender: Sender) -> object:
    return each_message(event, lambda message: hears("mail", body_of(message)["detail"]))


def second(event: Event, _sender: Sender) -> None:
    hears("second", len(event["Records"]))


def hook(event: Event, sender: Sender) -> object:
    sender.send_in_order("payment-events", {"text": event["body"]}, group="ord_1", once=event["body"])
    return answer(200)


def payments(event: Event, _sender: Sender) -> object:
    return each_message(event, lambda message: hears("payments", body_of(message)["text"]))


CONSUMERS = (
    load("relay"),
    Consumer("second", second, TableStream("orders", LOG), 256, 30, 5),
    Consumer("mail", mail, FromBus(("ORDER_PLACED",)), 256, 30, 5),
    Consumer("hook", hook, HttpRoute("POST /hooks/{provider}"), 256, 30, 5, sends_to=("payment-events",)),
    Consumer("payments", payments, Queue("payment-events", fifo=True), 256, 30, 5),
)


@pytest.fixture
def alone() -> Iterator[Engine]:
    """An engine of its own: tables and queues have their real names here."""
    heard.clear()
    with ephemeral_engine(ENGINE_PYTHON) as engine:
        ensure_tables(make_client("dynamodb", engine.endpoint))
        yield engine


def started(engine: Engine, folder: Path) -> Delivery:
    means = Means(MemoryLedger(), lambda: b"a secret of the tests", str)
    delivery = deliver(CONSUMERS, engine, CALLER, 1, folder, partial(choose, "test", means), means, {})
    delivery.start()
    return delivery


def write(engine: Engine, records: list[Any]) -> None:
    client = make_client("dynamodb", engine.endpoint)
    for record in records:
        client.put_item(TableName="orders", Item=record["dynamodb"]["NewImage"])


def test_a_log_entry_reaches_a_consumer_of_the_bus_and_two_readers_have_their_own_places(
    alone: Engine, tmp_path: Path
) -> None:
    delivery = started(alone, tmp_path)
    write(alone, RECORDS[:2])
    assert delivery.drain()
    assert delivery.stop()
    (placed,) = heard["mail"]
    assert (placed["type"], placed["sequence"], placed["format"]) == ("ORDER_PLACED", 1, 1)
    assert sum(heard["second"]) == 2
    assert sorted(json.loads((tmp_path / "checkpoints.json").read_text())) == ["relay", "second"]

    again = started(alone, tmp_path)
    assert again.stop()
    assert (len(heard["mail"]), sum(heard["second"])) == (1, 2)


def test_a_call_is_sent_on_in_order(alone: Engine, tmp_path: Path) -> None:
    delivery = started(alone, tmp_path)
    transport = httpx.ASGITransport(Starlette(routes=list(delivery.routes)))

    async def call() -> list[int]:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            sent = ("one", "two", "one", "three")
            return [(await client.post("/hooks/test", content=each)).status_code for each in sent]

    assert asyncio.run(call()) == [200] * 4
    assert delivery.stop()
    assert heard["payments"] == ["one", "two", "three"]
