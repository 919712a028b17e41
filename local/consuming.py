"""Delivery on a laptop: every declared consumer by what wakes it (stream, schedule, bus, queue, upload, HTTP route)."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from pathlib import Path

from botocore.credentials import Credentials
from starlette.routing import BaseRoute

from consumers import bus, sending
from consumers.app import bind, tool_of
from consumers.bus import Bus
from consumers.note_movements import Notebook
from consumers.picturing import Studio
from consumers.publisher import Publisher
from consumers.receive_webhook import Doorkeeper, reader_of
from consumers.record_webhook import Clerk
from consumers.sending import Sender
from consumers.settle_money import Till
from consumers.sweep import Sweeper
from consumers.telling import Teller
from consumers.told import CARRIER
from consumers.waiting import Waiter
from consumers.walking import Walker
from consumers.watch_stock import StockWatch
from consumers.workflow import Workflow
from domain.shop import read_shop
from local.appsync.api import IamCaller
from local.aws.buckets import BUCKET
from local.aws.clients import REGION, make_client
from local.aws.engine import Engine
from local.aws.few_executions import FewExecutions
from local.aws.routing import BUS, Addresses, arn, ensure_routing
from local.aws.workflow import ensure_workflow
from local.events.lanes import Mapping
from local.events.pump import DRAIN_SECONDS, Pump
from local.events.queues import QueueMapping, Queues
from local.events.timetable import Appointment, Timetable
from local.http_routes import Handler, http_route
from providers.choosing import Means
from providers.provider import Provider
from resolvers.app import SHOP_FILE
from storage.store import Store
from wiring.declarations import Consumer, HttpRoute, Schedule, TableStream
from wiring.workflow import STEPS

Tools = dict[type, object]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What delivers: `routes` are for the laptop's port."""

    pump: Pump
    queues: Queues
    timetable: Timetable
    routes: tuple[BaseRoute, ...]

    def start(self) -> None:
        """Begin: queues first, so that nothing that is put on the bus waits."""
        self.queues.start()
        self.pump.start()
        self.timetable.start()

    def drain(self, timeout: float = DRAIN_SECONDS) -> bool:
        """Wait until what was written is delivered, and what consumers wrote meanwhile; False after `timeout` seconds.

        A message that failed and is to come again is not waited for.
        """
        deadline, before = time.monotonic() + timeout, -1
        while before != self._handled():  # a consumer that was called meanwhile may have written
            before = self._handled()
            if not (self.pump.drain(_left(deadline)) and self.queues.drain(_left(deadline))):
                return False
        return True

    def stop(self, timeout: float = DRAIN_SECONDS) -> bool:
        """Deliver what is there, then end; False where something stays: it comes again at the next start."""
        self.timetable.stop()
        drained = self.drain(timeout)
        self.pump.stop(timeout)
        self.queues.stop()
        return drained

    def _handled(self) -> int:
        """A number that grows with all that is delivered from queues."""
        return sum(each.tally.invocations for each in self.queues.pollers.values())


def deliver(
    consumers: tuple[Consumer, ...],
    engine: Engine,
    caller: IamCaller,
    port: int,
    state_dir: Path | None,
    provider: Callable[[], Provider],
    means: Means,
    more: Tools,
) -> Delivery:
    """Delivery to these consumers, not started; queues, rules and the bus are made where they are missing.

    `more` are tools that the laptop made beside those of here.
    """
    addresses = ensure_routing(
        make_client("sqs", engine.endpoint), make_client("events", engine.endpoint), consumers
    )
    tools = _tools(engine, caller, port, addresses, provider, means) | more
    handlers = {each.name: _handler(each, tools) for each in consumers}
    return Delivery(
        pump=_pump(engine, consumers, handlers, state_dir),
        queues=_queues(engine, consumers, handlers, addresses),
        timetable=_timetable(consumers, handlers),
        routes=tuple(
            http_route(each.source, handlers[each.name])
            for each in consumers
            if isinstance(each.source, HttpRoute)
        ),
    )


def _tools(
    engine: Engine,
    caller: IamCaller,
    port: int,
    addresses: Addresses,
    provider: Callable[[], Provider],
    means: Means,
) -> Tools:
    """What consumers work with, by the class that they ask for."""
    signer = Credentials(caller.access_key, caller.secret_key)
    shop = read_shop(SHOP_FILE.read_text())
    store = Store(make_client("dynamodb", engine.endpoint), "orders", "catalog", shop.warehouse)
    sender = Sender(partial(sending.put, make_client("sqs", engine.endpoint), addresses.queues.__getitem__))
    known = frozenset({CARRIER, shop.payment_provider})
    expiry, hands_over = timedelta(minutes=shop.order_expiry_minutes), shop.confirm_paid_orders
    till, workflow = Till(store, provider), _workflow(engine, addresses)
    waiter = Waiter(store, workflow, hands_over)
    return {
        Publisher: Publisher.signing(f"http://127.0.0.1:{port}/graphql", REGION, signer),
        Sweeper: Sweeper(store, expiry=expiry, hands_over=hands_over),
        Till: till,
        Workflow: workflow,
        Waiter: waiter,
        Walker: Walker(waiter, till, expiry),
        Notebook: Notebook(store),
        StockWatch: StockWatch(store, Teller(_noted)),
        Studio: Studio(store, make_client("s3", engine.endpoint), BUCKET),
        Bus: Bus(partial(bus.put, make_client("events", engine.endpoint), BUS)),
        Sender: sender,
        Doorkeeper: Doorkeeper(store, sender, known, cache(partial(reader_of, means))),
        Clerk: Clerk(store, sender),
    }


def _noted(_subject: str, _text: str) -> None:
    """A laptop has no keepers to tell: the consumer's own line in the log says it."""


def _workflow(engine: Engine, addresses: Addresses) -> Workflow:
    """The workflow, where a consumer takes its steps."""
    states = make_client("stepfunctions", engine.endpoint)
    queue = addresses.queues.get(STEPS)
    return Workflow(FewExecutions(states), ensure_workflow(states, queue) if queue else "")


def _handler(consumer: Consumer, tools: Tools) -> Handler:
    """The consumer as a function of the event alone."""
    handle = bind(consumer, tools[tool_of(consumer)])
    return lambda event: handle(event, None)


def _pump(
    engine: Engine, consumers: Iterable[Consumer], handlers: dict[str, Handler], state_dir: Path | None
) -> Pump:
    """Delivery of table streams."""
    return Pump(
        make_client("dynamodbstreams", engine.endpoint),
        [
            Mapping(each.name, each.source, handlers[each.name])
            for each in consumers
            if isinstance(each.source, TableStream)
        ],
        checkpoint_file=state_dir / "checkpoints.json" if state_dir else None,
        parking_folder=state_dir / "parked" if state_dir else None,
    )


def _queues(
    engine: Engine, consumers: Iterable[Consumer], handlers: dict[str, Handler], addresses: Addresses
) -> Queues:
    """Delivery of queues: those behind the bus, and our own."""
    return Queues(
        make_client("sqs", engine.endpoint),
        [
            QueueMapping(
                each.name,
                each.queue,
                addresses.queues[each.queue.name],
                arn(each.queue.full_name),
                handlers[each.name],
            )
            for each in consumers
            if each.queue
        ],
    )


def _timetable(consumers: Iterable[Consumer], handlers: dict[str, Handler]) -> Timetable:
    """Scheduled consumers: once now, then by their pauses."""
    return Timetable(
        Appointment(
            each.name,
            each.source.every_minutes * 60.0,
            partial(handlers[each.name], {"source": "aws.scheduler"}),
        )
        for each in consumers
        if isinstance(each.source, Schedule)
    )


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())
