"""Consumers of the metered shop, and what wakes them: streams, the bus, queues, the workflow and webhooks, all in memory."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from consumers.app import bind, load
from consumers.bus import Bus, Entry
from consumers.mailing import Mail
from consumers.note_movements import Notebook
from consumers.publisher import Publisher
from consumers.receive_webhook import Doorkeeper
from consumers.record_webhook import Clerk
from consumers.send_mail import Desk
from consumers.sending import Sender
from consumers.settle_money import Till
from consumers.telling import Teller
from consumers.waiting import Waiter
from consumers.walking import Walker
from consumers.watch_stock import StockWatch
from consumers.workflow import Workflow
from providers.provider import Webhook
from storage.store import Store
from tests.fakes.dynamodb import FakeDynamoDB
from tests.shopkeeping import SHOP
from tests.workflow.states import MemoryStates
from wiring.declarations import FromBus, TableStream
from wiring.metrics import Meter

Record = Mapping[str, Any]
STREAMS = ("push_status", "relay", "note_movements", "watch_stock")
BEHIND_THE_BUS = ("settle_money", "start_workflow", "end_wait", "send_mail")


@dataclass
class Post:
    """What consumers sent: to AppSync and by mail, which is kept; to the bus, queues and the workflow, until delivered."""

    published: list[dict[str, Any]] = field(default_factory=list)
    on_bus: list[Entry] = field(default_factory=list)
    events: list[Mapping[str, str]] = field(default_factory=list)
    states: MemoryStates = field(default_factory=MemoryStates)
    mails: list[Mail] = field(default_factory=list)

    def publish(self, body: bytes, *_headers: object) -> tuple[int, bytes]:
        """AppSync takes all."""
        self.published.append(json.loads(body))
        return 200, b'{"data": {}}'

    def put(self, entries: Sequence[Entry]) -> Sequence[str]:
        """The bus takes all."""
        self.on_bus += entries
        return [""] * len(entries)

    def send(self, _queue: str, message: Mapping[str, str]) -> None:
        """The one queue that consumers send to takes all."""
        self.events.append(message)


def tools(
    store: Store, till: Till, doorkeeper: Doorkeeper, post: Post, environment: Mapping[str, str]
) -> dict[str, object]:
    """What each consumer works with."""
    waiter = Waiter(store, Workflow(post.states, "arn:machine"), hands_over=True)
    meter = Meter.open(environment)
    return {
        "push_status": replace(Publisher.open(environment), send=post.publish),
        "relay": Bus(post.put, meter=meter),
        "note_movements": Notebook(store),
        "watch_stock": StockWatch(store, Teller(lambda _subject, _text: None), meter),
        "settle_money": till,
        "start_workflow": waiter.workflow,
        "end_wait": waiter,
        "take_step": Walker(waiter, till, timedelta(hours=2)),
        "receive_webhook": doorkeeper,
        "send_mail": Desk(store, SHOP, post.mails.append, lambda: b"a secret of the bench", "prod"),
        "record_webhook": Clerk(store, Sender(post.send)),
    }


@dataclass
class Delivery:
    """Hands everything on until nothing is left. `measured` calls a consumer with an event and keeps what that took."""

    database: FakeDynamoDB
    post: Post
    tools: Mapping[str, object]
    measured: Callable[[str, Callable[[], object]], object]
    _read: dict[str, int] = field(default_factory=dict)

    def run(self) -> None:
        """Streams first, then the bus, then queues, as often as something new is there."""
        while any([*map(self._stream, STREAMS), self._bus(), self._steps(), self._webhooks()]):
            pass

    def hear(self, webhook: Webhook) -> None:
        """A provider posts to our route."""
        headers = {name.lower(): value for name, value in webhook.headers.items()}
        call = {"headers": headers, "body": webhook.body.decode(), "pathParameters": {"provider": "test"}}
        self._hand("receive_webhook", call)

    def _stream(self, name: str) -> bool:
        """What is new on a consumer's stream and passes its filter, one record a batch."""
        source = load(name).source
        assert isinstance(source, TableStream)
        before = self._read.get(name, 0)
        new = self.database.stream(source.table)[before:]
        self._read[name] = before + len(new)
        for each in new:
            if _passes(each, source):
                self._hand(name, {"Records": [each]})
        return bool(new)

    def _bus(self) -> bool:
        entries, self.post.on_bus = self.post.on_bus, []
        for entry in entries:
            body = {"detail-type": entry.type, "detail": json.loads(entry.detail)}
            for name in BEHIND_THE_BUS:
                source = load(name).source
                assert isinstance(source, FromBus)
                if entry.type in source.events:
                    self._hand(name, _message(json.dumps(body)))
        return bool(entries)

    def _steps(self) -> bool:
        asked, self.post.states.queue = self.post.states.queue, []
        for each in asked:
            self._hand("take_step", _message(json.dumps(each)))
        return bool(asked)

    def _webhooks(self) -> bool:
        events, self.post.events = self.post.events, []
        for each in events:
            self._hand("record_webhook", _message(each["MessageBody"], each["MessageGroupId"]))
        return bool(events)

    def _hand(self, name: str, event: Mapping[str, Any]) -> None:
        handler = bind(load(name), self.tools[name])
        answer = self.measured(name, partial(handler, event, None))
        if isinstance(answer, dict) and answer.get("batchItemFailures"):
            raise RuntimeError(f"{name} failed in the metered shop")


def _passes(record: Record, source: TableStream) -> bool:
    key = record["dynamodb"]["Keys"]["SK"]["S"]
    return record["eventName"] in source.event_names and key.startswith(source.sort_key_prefix)


def _message(body: str, group: str = "") -> dict[str, Any]:
    """One message as a queue hands it out."""
    attributes = {"ApproximateReceiveCount": "1"} | ({"MessageGroupId": group} if group else {})
    return {"Records": [{"messageId": "1", "body": body, "attributes": attributes}]}
