"""The faults: twelve kinds, each counted when it strikes; and the errors that stand for them at DynamoDB's client."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from random import Random

from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from tests.fakes.refusals import client_error

URL = "https://dynamodb"


class Fault(Enum):
    """What goes wrong."""

    DROPPED = "request dropped before its effect"
    UNANSWERED = "answer dropped after the effect"
    THROTTLED = "throttled"
    CONFLICT = "transaction conflict"
    SERVER_ERROR = "5xx answer"
    SLOW = "slower than the timeout"
    RECORD_REPEATED = "stream record repeated"
    BATCH_IN_PART = "stream batch retried in part"
    MESSAGE_REPEATED = "message repeated"
    REORDERED = "delayed or reordered"
    KILLED = "worker killed"
    PUSH_LOST = "push lost"


class Killed(BaseException):
    """The worker is gone between two side effects. No handler catches this: it ends where the caller stands."""


class Violated(BaseException):
    """Something that must always hold does not. No handler catches this."""


@dataclass(slots=True)
class Faults:
    """Draws faults from the run's one source of chance and counts them; while `calm` there are none.

    `weather` multiplies all rates: in a storm even six tries fail.
    """

    chance: Random
    calm: bool = False
    weather: float = 1.0
    counts: Counter[Fault] = field(default_factory=Counter)
    skewed: int = 0
    stale: int = 0

    def strikes(self, fault: Fault, rate: float) -> bool:
        """Whether this fault strikes now, at this rate (0 to 1)."""
        if self.calm or self.chance.random() >= rate * self.weather:
            return False
        self.counts[fault] += 1
        return True

    def draw(self, rates: dict[Fault, float]) -> Fault | None:
        """At most one of these faults, each at its rate."""
        if self.calm:
            return None
        at = self.chance.random()
        for fault, rate in rates.items():
            at -= rate * self.weather
            if at < 0:
                self.counts[fault] += 1
                return fault
        return None

    def skew(self) -> float:
        """How far a worker's clock is off, in seconds: mostly not, sometimes by up to five minutes."""
        if self.calm or self.chance.random() > 0.1:
            return 0.0
        self.skewed += 1
        return self.chance.choice((-300.0, -7.5, 7.5, 300.0))

    @property
    def total(self) -> int:
        """Faults so far; skewed clocks and stale index reads come beside these."""
        return sum(self.counts.values())


def lost(chance: Random) -> Exception:
    """A connection that died under a request or its answer."""
    kind: Callable[..., Exception] = chance.choice((ConnectionClosedError, EndpointConnectionError))
    return kind(endpoint_url=URL)


def late() -> Exception:
    """No answer in time."""
    return ReadTimeoutError(endpoint_url=URL)


def throttled(operation: str, chance: Random) -> Exception:
    """The request, or one item's partition, was throttled."""
    if operation == "TransactWriteItems" and chance.random() < 0.5:
        return _cancelled(operation, "ProvisionedThroughputExceeded")
    return client_error("ThrottlingException", operation=operation)


def conflict(operation: str, chance: Random) -> Exception:
    """Another transaction held one of the items, or one of the same token is still under way."""
    if chance.random() < 0.2:
        return client_error("TransactionInProgressException", operation=operation)
    return _cancelled(operation, "TransactionConflict")


def server_error(operation: str) -> Exception:
    """The service's own fault."""
    return client_error("InternalServerError", operation=operation)


def _cancelled(operation: str, code: str) -> Exception:
    reasons = [{"Code": "None"}, {"Code": code}]
    return client_error("TransactionCanceledException", operation=operation, CancellationReasons=reasons)
