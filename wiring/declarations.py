"""The records behind `@field` and `@on`: schema printer, CDK, dispatcher and laptop read these and nothing else.

A decorator records and returns the function unchanged. A record made twice fails at once.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from domain.values import value
from wiring.access import Access
from wiring.functions import RESOLVER_FUNCTIONS

Function = TypeVar("Function", bound=Callable[..., Any])

OPERATIONS = ("Query", "Mutation", "Subscription")


class Source(Enum):
    """What answers a field on AppSync."""

    FUNCTION = "a Lambda function, called directly"
    NONE = "no data source: the answer is the input (a publishing mutation)"
    ENDING = "no data source: JavaScript ends subscriptions, and the answer is the input"
    SUBSCRIPTION = "a Lambda function behind the one JavaScript resolver that sets the filter it returns"


WITHOUT_FUNCTION = frozenset({Source.NONE, Source.ENDING})
"""Sources that no function of ours stands behind."""


@value
class Field:
    """One root field: its function, who may call it, and which deployed function runs it."""

    type_name: str
    name: str
    access: Access
    function: Callable[..., Any]
    source: Source
    runs_in: str | None
    follows: tuple[str, ...] = ()
    batch_size: int = 0
    answers: type | None = None

    @property
    def key(self) -> str:
        """`Mutation.placeOrder`: how AppSync, dispatch and errors name it."""
        return f"{self.type_name}.{self.name}"


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
class Consumer:
    """One function that an event calls: what wakes it, and what it needs (`concurrency`: how many may run at once)."""

    name: str
    function: Callable[..., Any]
    source: TableStream | Schedule
    memory_mb: int
    timeout_seconds: int
    concurrency: int
    publishes: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """The module that Lambda imports for it."""
        return str(self.function.__module__)


_FIELDS: dict[str, Field] = {}
_CONSUMERS: dict[str, Consumer] = {}


class DeclarationError(Exception):
    """A field or consumer is declared twice, or names something that is not there."""


def field(
    key: str,
    *,
    access: Access,
    runs_in: str | None = None,
    source: Source = Source.FUNCTION,
    follows: tuple[str, ...] = (),
    batch_size: int = 0,
    answers: type | None = None,
) -> Callable[[Function], Function]:
    """Declare that the decorated function answers the root field `key`, such as `Query.order`.

    `runs_in` names one of `wiring.functions.RESOLVER_FUNCTIONS`; only what has no data source has none.
    `follows` lists the mutations that a subscription listens to, and `answers` is the type it carries (its function
    returns a filter). Raises DeclarationError.
    """
    type_name, _, name = key.partition(".")
    if type_name not in OPERATIONS or not name:
        raise DeclarationError(f"{key!r}: a root field is Query.x, Mutation.x or Subscription.x")
    if (source in WITHOUT_FUNCTION) != (runs_in is None):
        raise DeclarationError(
            f"{key}: a field runs in a function, or has no data source; not both, not neither"
        )
    if runs_in is not None and runs_in not in RESOLVER_FUNCTIONS:
        raise DeclarationError(f"{key}: no function {runs_in!r}; there are {sorted(RESOLVER_FUNCTIONS)}")
    if (type_name == "Subscription") != (source is Source.SUBSCRIPTION) or bool(follows) != (
        type_name == "Subscription"
    ):
        raise DeclarationError(
            f"{key}: a subscription follows mutations and sets a filter; nothing else does"
        )

    def record(function: Function) -> Function:
        if key in _FIELDS:
            raise DeclarationError(
                f"{key} is declared twice: {_FIELDS[key].function.__module__}, {function.__module__}"
            )
        _FIELDS[key] = Field(type_name, name, access, function, source, runs_in, follows, batch_size, answers)
        return function

    return record


def on(
    source: TableStream | Schedule,
    *,
    memory_mb: int = 512,
    timeout_seconds: int = 30,
    concurrency: int = 50,
    publishes: tuple[str, ...] = (),
    writes: tuple[str, ...] = (),
) -> Callable[[Function], Function]:
    """Declare that the decorated function handles the events of `source`; its name is the consumer's name.

    `publishes` lists the mutations that its role may call, `writes` the tables it may read and write. Raises DeclarationError on a second of that name.
    """

    def record(function: Function) -> Function:
        name = function.__module__.rpartition(".")[2]
        if name in _CONSUMERS:
            raise DeclarationError(f"consumer {name} is declared twice")
        _CONSUMERS[name] = Consumer(
            name, function, source, memory_mb, timeout_seconds, concurrency, publishes, writes
        )
        return function

    return record


def fields() -> tuple[Field, ...]:
    """Every declared root field, by key."""
    return tuple(_FIELDS[key] for key in sorted(_FIELDS))


def consumers() -> tuple[Consumer, ...]:
    """Every declared consumer, by name."""
    return tuple(_CONSUMERS[name] for name in sorted(_CONSUMERS))
