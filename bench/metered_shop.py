"""A shop of deployed handlers over metered tables in memory: what one request takes, apart from time."""

import io
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from unittest.mock import patch

from consumers.app import bind, load
from consumers.publisher import Publisher
from consumers.sweep import Sweeper
from resolvers.app import Handler, build
from storage.tables import ORDERS
from tests.fakes.capacity import item_size
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.stored_table import view_of
from tests.shopkeeping import empty_store, fake
from tests.storage.metering import Metered
from wiring.declarations import TableStream
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


class Shop:
    """Deployed handlers, composed as Lambda composes them; only DynamoDB, the secret and AppSync are replaced."""

    def __init__(self, log: io.StringIO, meter: Metered, database: FakeDynamoDB, handle: Handler) -> None:
        self.log, self.meter, self.database, self.handle = log, meter, database, handle
        self.published: list[dict[str, Any]] = []
        self._streamed = 0
        self.push = bind(load("push_status"), replace(Publisher.open(ENVIRONMENT), send=self._send))
        self.sweep = bind(load("sweep"), Sweeper.open(ENVIRONMENT))

    def ask(
        self, field: str, arguments: Mapping[str, Any], who: str = "ada", *selection: str
    ) -> tuple[Any, Usage]:
        """Call a root field as AppSync would; who is ada, staff or guest."""
        return self._measured(lambda: self.handle(_event(field, arguments, who, selection), None))

    def pushes(self) -> list[Usage]:
        """Deliver what the filter lets through since the last call, a record a batch; what each batch took."""
        source = load("push_status").source
        assert isinstance(source, TableStream)
        new = self.database.stream("orders")[self._streamed :]
        self._streamed += len(new)
        wanted = [
            each
            for each in new
            if each["eventName"] in source.event_names
            and each["dynamodb"]["Keys"]["SK"]["S"].startswith(source.sort_key_prefix)
        ]
        return [self._measured(partial(self.push, {"Records": [each]}, None))[1] for each in wanted]

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
        start, published = len(self.log.getvalue()), len(self.published)
        answer = work()
        lines = self.log.getvalue()[start:].splitlines()
        sizes = [(len(line) + EVENT_BYTES, '"_aws"' in line) for line in lines]
        new = self.published[published:]
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
        )

    def _send(self, body: bytes, *_headers: object) -> tuple[int, bytes]:
        self.published.append(json.loads(body))
        return 200, b'{"data": {}}'


@contextmanager
def metered_shop() -> Iterator[Shop]:
    """A shop without products; standard output is its log until the block ends."""
    log, store = io.StringIO(), empty_store(shards=4)
    meter = Metered(store)
    metered = replace(store, client=meter)  # type: ignore[arg-type] # it passes every call on
    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, ENVIRONMENT))
        stack.enter_context(patch("resolvers.app.dynamodb", lambda _: meter))
        stack.enter_context(patch("resolvers.app.read_secret", lambda _: b"a secret of the bench"))
        stack.enter_context(patch("consumers.sweep.open_tables", lambda *_: metered))
        stack.enter_context(redirect_stdout(log))
        stack.enter_context(_logging())
        yield Shop(log, meter, fake(store), build(ENVIRONMENT))


@contextmanager
def _logging() -> Iterator[None]:
    """The functions' logging on whatever standard output is now."""
    before, LOGGER.handlers = LOGGER.handlers, []
    to_standard_output()
    try:
        yield
    finally:
        LOGGER.handlers = before


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
