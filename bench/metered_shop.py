"""A shop of deployed handlers over metered tables in memory: what one request takes, apart from time."""

import io
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from bench.metered_consumers import Delivery, Post, tools
from consumers.app import bind, load
from consumers.receive_webhook import Doorkeeper
from consumers.sending import Sender
from consumers.settle_money import Till
from consumers.sweep import Sweeper
from providers.trial import Trial
from resolvers.app import Handler, build
from storage.store import Store
from storage.tables import ORDERS
from tests.fakes.capacity import item_size
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.stored_table import view_of
from tests.paying import trial
from tests.shopkeeping import empty_store, fake
from tests.storage.metering import Metered
from wiring.logs import LOGGER, to_standard_output

EVENT_BYTES = 26
"""What CloudWatch adds to each log event: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html."""

POOLS = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_"
STAFF_ISSUER, CUSTOMER_ISSUER = f"{POOLS}staff", f"{POOLS}customers"
ENVIRONMENT = {
    "STAGE": "prod", "AWS_REGION": "eu-west-1", "ORDERS_TABLE": "orders", "CATALOG_TABLE": "catalog", "SECRET_ID": "secret",
    "CUSTOMER_ISSUER": CUSTOMER_ISSUER, "STAFF_ISSUER": STAFF_ISSUER, "WORK_SHARDS": "4",
    "APPSYNC_ENDPOINT": "https://api.example/graphql", "AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench",
}  # fmt: skip
TRACE = "Root=1-67891233-abcdef012345678912345678"


@dataclass(frozen=True, slots=True)
class Usage:
    """What one request took: units of DynamoDB, its requests, bytes of the log and of the answer, publications."""

    read: float
    table: float
    index: float
    trips: int
    log_bytes: int
    metric_bytes: int
    answer_bytes: int
    publishes: int = 0
    pushed_bytes: int = 0
    bus_entries: int = 0
    bus_bytes: int = 0
    messages: int = 0
    mails: int = 0


class Shop:
    """Deployed handlers, composed as Lambda composes them; only DynamoDB, the secret and what is sent are replaced."""

    def __init__(
        self, log: io.StringIO, meter: Metered, database: FakeDynamoDB, handle: Handler, parts: "Parts"
    ) -> None:
        self.log, self.meter, self.database, self.handle = log, meter, database, handle
        self.provider, self.post = parts.provider, Post()
        self._batches: dict[str, list[Usage]] = {}
        consumers = tools(parts.store, parts.till, parts.doorkeeper(self.post), self.post, ENVIRONMENT)
        self.delivery = Delivery(database, self.post, consumers, self._woken)
        self.sweep = bind(load("sweep"), Sweeper.open(ENVIRONMENT))

    def ask(
        self, field: str, arguments: Mapping[str, Any], who: str = "ada", *selection: str
    ) -> tuple[Any, Usage]:
        """Call a root field as AppSync would; who is ada, staff or guest."""
        return self._measured(lambda: self.handle(_event(field, arguments, who, selection), None))

    def deliver(self) -> None:
        """Deliver what the filters let through, one a batch, until nothing new is written."""
        self.delivery.run()

    def hear(self, reference: str) -> None:
        """The provider posts all that it tells of a payment."""
        for webhook in self.provider.deliveries(reference, datetime.now(UTC)):
            self.delivery.hear(webhook)
        self.deliver()

    def delivered(self) -> dict[str, list[Usage]]:
        """What each batch took that was delivered since the last call, by consumer."""
        self.deliver()
        taken, self._batches = self._batches, {}
        return taken

    def _woken(self, name: str, work: Callable[[], object]) -> object:
        answer, usage = self._measured(work)
        usage = replace(usage, messages=1) if load(name).queue else usage
        self._batches.setdefault(name, []).append(usage)
        return answer

    def swept(self) -> Usage:
        """A sweep that finds nothing to do."""
        return self._measured(lambda: self.sweep({"source": "aws.events"}, None))[1]

    def stored_bytes(self) -> int:
        """What the table of orders holds, its indexes included."""
        items = self.database.items("orders")
        views = (view_of(index, item) for index in ORDERS.indexes for item in items)
        return sum(map(item_size, items)) + sum(item_size(view) for view in views if view)

    def _measured(self, work: Callable[[], Any]) -> tuple[Any, Usage]:
        for counter in (self.meter.read, self.meter.written):
            counter.clear()
        self.meter.trips = 0
        start, published, put = len(self.log.getvalue()), len(self.post.published), len(self.post.on_bus)
        mailed = len(self.post.mails)
        answer = work()
        lines = self.log.getvalue()[start:].splitlines()
        sizes = [(len(line) + EVENT_BYTES, '"_aws"' in line) for line in lines]
        new = self.post.published[published:]
        return answer, Usage(
            read=sum(self.meter.read.values()),
            table=self.meter.written["table"],
            index=self.meter.written["index"],
            trips=self.meter.trips,
            log_bytes=sum(size for size, metric in sizes if not metric),
            metric_bytes=sum(size for size, metric in sizes if metric),
            answer_bytes=len(json.dumps(answer, separators=(",", ":"))),
            publishes=len(new),
            pushed_bytes=max((len(json.dumps(each["variables"])) for each in new), default=0),
            bus_entries=len(self.post.on_bus[put:]),
            bus_bytes=sum(each.size for each in self.post.on_bus[put:]),
            mails=len(self.post.mails) - mailed,
        )


@dataclass(frozen=True, slots=True)
class Parts:
    """What consumers are made of: the metered tables, and who takes payments."""

    store: Store
    provider: Trial

    @property
    def till(self) -> Till:
        """Who settles money."""
        return Till(self.store, lambda: self.provider)

    def doorkeeper(self, post: Post) -> Doorkeeper:
        """Who takes webhooks in."""
        known = frozenset({self.provider.name})
        return Doorkeeper(self.store, Sender(post.send), known, lambda _: self.provider.read_webhook)


@contextmanager
def metered_shop() -> Iterator[Shop]:
    """A shop without products; standard output is its log until the block ends."""
    log, store = io.StringIO(), empty_store(shards=4)
    meter = Metered(store)
    metered: Store = replace(store, client=meter)  # type: ignore[arg-type] # it passes every call on
    provider = trial()
    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, ENVIRONMENT))
        stack.enter_context(patch("resolvers.app.dynamodb", lambda _: meter))
        stack.enter_context(patch("resolvers.app.provider_of", lambda *_: lambda: provider))
        stack.enter_context(patch("resolvers.app.read_secret", lambda _: b"a secret of the bench"))
        stack.enter_context(patch("consumers.sweep.open_tables", lambda *_: metered))
        stack.enter_context(redirect_stdout(log))
        stack.enter_context(_logging())
        yield Shop(log, meter, fake(store), build(ENVIRONMENT), Parts(metered, provider))


@contextmanager
def _logging() -> Iterator[None]:
    """The functions' logging on whatever standard output is now."""
    before = LOGGER.handlers, LOGGER.level, LOGGER.propagate
    LOGGER.handlers = []
    to_standard_output()
    try:
        yield
    finally:
        LOGGER.handlers, LOGGER.level, LOGGER.propagate = before


def _event(
    field: str, arguments: Mapping[str, Any], who: str, selection: tuple[str, ...]
) -> dict[str, object]:
    parent, _, name = field.partition(".")
    return {
        "arguments": arguments,
        "identity": _identity(who),
        "source": None,
        "request": {"headers": {"x-amzn-trace-id": TRACE}},
        "prev": None,
        "info": {"parentTypeName": parent, "fieldName": name, "selectionSetList": list(selection), "variables": {}},
        "stash": {},
    }  # fmt: skip


def _identity(who: str) -> dict[str, object] | None:
    if who == "guest":
        return None
    issuer, groups = (STAFF_ISSUER, ["admin"]) if who == "staff" else (CUSTOMER_ISSUER, None)
    claims = {"sub": who, "iss": issuer, "token_use": "access", "username": who}
    if groups:
        claims["cognito:groups"] = groups  # type: ignore[assignment] # claims are JSON
    return {
        "claims": claims,
        "issuer": issuer,
        "sub": who,
        "username": who,
        "groups": groups,
        "sourceIp": ["192.0.2.1"],
        "defaultAuthStrategy": "ALLOW",
    }
