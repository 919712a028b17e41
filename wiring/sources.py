"""What can wake a consumer, and the queues that follow from it: the records that `@on` takes."""

import re
from typing import Any

from domain.lifecycle import EventType
from domain.values import value

LONGEST_BATCH = 10
"""Messages of one call: SQS hands out no more at once, and more would have to be waited for."""

VISIBILITY = 6
"""A message that is being worked on is hidden for so many of its function's time limits.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""

ORDERS = "orderbell.orders"
"""Where events on the bus say they come from."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_PREFIX = re.compile(r"[a-z]+/")
_ROUTE = re.compile(r"(GET|POST|PUT|DELETE) ((?:/(?:[a-z0-9-]+|\{[a-z]+\}))+)")


class DeclarationError(Exception):
    """A field or consumer is declared twice, or names something that is not there."""


@value
class TableStream:
    """A consumer's place on a table's stream; the numbers are AWS's event source mapping settings.

    `sort_key_prefix` keeps to items whose sort key begins with it (an event filter: others cost nothing).
    `retries` and `record_age_seconds` bound how long a failing record holds its shard.
    """

    table: str
    sort_key_prefix: str
    event_names: tuple[str, ...] = ("INSERT",)
    batch_size: int = 100
    parallelization: int = 10
    retries: int = 2
    record_age_seconds: int = 120


@value
class Schedule:
    """A consumer that time wakes: every so many minutes, and on a laptop once at the start."""

    every_minutes: int


@value
class FromBus:
    """A consumer of order events, by type (`ORDER_PLACED`), through a queue of its own with dead letters.

    A message is the bus's event as JSON. After `max_receives` failed tries it is a dead letter.
    """

    events: tuple[str, ...]
    batch_size: int = 10
    max_receives: int = 5

    @property
    def pattern(self) -> dict[str, list[str]]:
        """What its rule lets pass."""
        return {"source": [ORDERS], "detail-type": list(self.events)}


@value
class Queue:
    """A consumer of a queue that our own code sends to (`sends_to` of the sender). `fifo`: in order within a group."""

    name: str
    fifo: bool = False
    batch_size: int = 10
    max_receives: int = 5


@value
class Upload:
    """A consumer of files that are put into the bucket of pictures under `prefix`, through a queue with dead letters.

    A message is S3's `Object Created` as the account's own bus carries it, as JSON.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    """

    prefix: str
    batch_size: int = 1
    max_receives: int = 5

    def pattern(self, bucket: object) -> dict[str, Any]:
        """What its rule lets pass; `bucket` is the bucket's name, or what a template has in its place."""
        under = {"bucket": {"name": [bucket]}, "object": {"key": [{"prefix": self.prefix}]}}
        return {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": under}


@value
class HttpRoute:
    """A consumer that HTTP calls from outside wake, such as `POST /webhooks/{provider}`: payload 2.0, raw bytes."""

    route: str

    @property
    def method(self) -> str:
        """`POST`."""
        return self.route.partition(" ")[0]

    @property
    def path(self) -> str:
        """`/webhooks/{provider}`."""
        return self.route.partition(" ")[2]


Source = TableStream | Schedule | FromBus | Queue | Upload | HttpRoute


@value
class WorkQueue:
    """A queue as every place makes it; `visibility_seconds` is how long a received message is hidden."""

    name: str
    fifo: bool
    batch_size: int
    max_receives: int
    visibility_seconds: int

    @property
    def full_name(self) -> str:
        """As SQS calls it: ordered queues end in `.fifo`."""
        return self.name + (".fifo" if self.fifo else "")

    @property
    def dead_letters(self) -> str:
        """The queue of what could not be handled, as SQS calls it; it has the same kind as its source."""
        return f"{self.name}-dead" + (".fifo" if self.fifo else "")


def work_queue(consumer_name: str, source: Source, timeout_seconds: int) -> WorkQueue | None:
    """The queue in front of a consumer, if its source has one. One that a rule feeds has the consumer's name."""
    match source:
        case FromBus(batch_size=batch, max_receives=most) | Upload(batch_size=batch, max_receives=most):
            name, fifo = consumer_name.replace("_", "-"), False
        case Queue(name=name, fifo=fifo, batch_size=batch, max_receives=most):
            pass
        case _:
            return None
    return WorkQueue(name, fifo, batch, most, VISIBILITY * timeout_seconds)


def check(source: Source) -> None:
    """Raise DeclarationError for a source that could never deliver."""
    match source:
        case FromBus(events=events):
            unknown = set(events) - {each.value for each in EventType}
            if not events or unknown:
                raise DeclarationError(f"{source}: unknown events {sorted(unknown)}, or none at all")
        case Queue(name=name) if not _NAME.fullmatch(name):
            raise DeclarationError(f"{name!r}: a queue's name is short, of small letters, digits and hyphens")
        case Upload(prefix=prefix) if not _PREFIX.fullmatch(prefix):
            raise DeclarationError(f"{prefix!r}: a prefix is a folder of the bucket, such as uploads/")
        case HttpRoute(route=route) if not _ROUTE.fullmatch(route):
            raise DeclarationError(
                f"{route!r}: a route is a method and a path, such as POST /webhooks/{{provider}}"
            )
        case _:
            pass
    if isinstance(source, FromBus | Queue | Upload):
        if not 1 <= source.batch_size <= LONGEST_BATCH:
            raise DeclarationError(f"{source}: a batch has 1 to {LONGEST_BATCH} messages")
        if not 1 <= source.max_receives <= 1000:
            raise DeclarationError(f"{source}: a message is received 1 to 1000 times")
