"""The records behind `@field` and `@on`: schema printer, CDK, dispatcher and laptop read these and nothing else.

A decorator records and returns the function unchanged. A record made twice fails at once.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from domain.values import value
from wiring import sources
from wiring.access import Access
from wiring.functions import RESOLVER_FUNCTIONS
from wiring.sources import (
    DeclarationError,
    FromBus,
    HttpRoute,
    Queue,
    Schedule,
    TableStream,
    Upload,
    WorkQueue,
    work_queue,
)

__all__ = [
    "Consumer", "DeclarationError", "Field", "FromBus", "HttpRoute", "Queue", "Schedule", "Source", "TableStream",
    "Upload", "check_together", "consumers", "field", "fields", "on",
]  # fmt: skip

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
class Consumer:
    """One function that an event calls: what wakes it, and what it needs (`concurrency`: how many may run at once)."""

    name: str
    function: Callable[..., Any]
    source: sources.Source
    memory_mb: int
    timeout_seconds: int
    concurrency: int
    publishes: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    puts_to_bus: bool = False
    sends_to: tuple[str, ...] = ()
    secret: bool = False
    puts_under: str = ""
    carries: str = ""
    tells: str = ""
    workflow: tuple[str, ...] = ()
    sends_mail: bool = False
    payments: bool = False

    @property
    def module(self) -> str:
        """The module that Lambda imports for it."""
        return str(self.function.__module__)

    @property
    def queue(self) -> WorkQueue | None:
        """The queue in front of it, if it has one."""
        return work_queue(self.name, self.source, self.timeout_seconds)


_FIELDS: dict[str, Field] = {}
_CONSUMERS: dict[str, Consumer] = {}


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
    source: sources.Source,
    *,
    memory_mb: int = 512,
    timeout_seconds: int = 30,
    concurrency: int = 50,
    publishes: tuple[str, ...] = (),
    reads: tuple[str, ...] = (),
    writes: tuple[str, ...] = (),
    puts_to_bus: bool = False,
    sends_to: tuple[str, ...] = (),
    secret: bool = False,
    puts_under: str = "",
    carries: str = "",
    tells: str = "",
    workflow: tuple[str, ...] = (),
    sends_mail: bool = False,
    payments: bool = False,
) -> Callable[[Function], Function]:
    """Declare that the decorated function handles the events of `source`; its name is the consumer's name.

    `publishes` lists the mutations that its role may call, `reads` the tables it may read, `writes` those it may also
    write, `sends_to` the queues it sends to, `puts_to_bus` lets it put events, and `secret` read the server secret.
    `puts_under` is the folder of the bucket of pictures that it puts files into, and `carries` names what it needs of
    other people's code beside the SDK (requirements/<name>.txt): no other function gets it.
    `tells` names the topic that it tells people by, and `sends_mail` lets it send mails from the stage's address.
    `payments` lets it read the secret of the payment provider, where a stage has one.
    `workflow` lists what it asks of Step Functions (`StartExecution`). Raises DeclarationError.
    """
    sources.check(source)

    def record(function: Function) -> Function:
        name = function.__module__.rpartition(".")[2]
        if name in _CONSUMERS:
            raise DeclarationError(f"consumer {name} is declared twice")
        _CONSUMERS[name] = Consumer(
            name, function, source, memory_mb, timeout_seconds, concurrency, publishes, reads, writes, puts_to_bus,
            sends_to, secret, puts_under, carries, tells, workflow, sends_mail, payments,
        )  # fmt: skip
        return function

    return record


def fields() -> tuple[Field, ...]:
    """Every declared root field, by key."""
    return tuple(_FIELDS[key] for key in sorted(_FIELDS))


def consumers() -> tuple[Consumer, ...]:
    """Every declared consumer, by name."""
    return tuple(_CONSUMERS[name] for name in sorted(_CONSUMERS))


def check_together(declared: tuple[Consumer, ...]) -> None:
    """Raise DeclarationError where two consumers share a queue or route, or one sends to a queue that none reads."""
    queues = [each.queue.name for each in declared if each.queue]
    routes = [each.source.route for each in declared if isinstance(each.source, HttpRoute)]
    twice = {name for taken in (queues, routes) for name in taken if taken.count(name) > 1}
    if twice:
        raise DeclarationError(f"two consumers of one queue or route: {sorted(twice)}")
    own = {each.source.name for each in declared if isinstance(each.source, Queue)}
    unread = {name for each in declared for name in each.sends_to} - own
    if unread:
        raise DeclarationError(f"queues that nobody reads are sent to: {sorted(unread)}")
    watched = {each.source.prefix for each in declared if isinstance(each.source, Upload)}
    loops = [each.name for each in declared if each.puts_under.startswith(tuple(watched)) and each.puts_under]
    if loops:
        raise DeclarationError(
            f"what they put wakes a consumer of uploads, which may go on for ever: {loops}"
        )
