"""Between the handlers and the table: where requests are lost, late and out of turn, and where others come in between."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from botocore.exceptions import ClientError

from tests.fakes.dynamodb import FakeDynamoDB

from .faults import Fault, Faults, Killed, Violated, conflict, late, lost, server_error, throttled

WRITES = {"transact_write_items", "update_item", "put_item", "delete_item"}
TIMEOUT_SECONDS = 2.0

BEFORE = {
    Fault.DROPPED: 0.020,
    Fault.THROTTLED: 0.020,
    Fault.SERVER_ERROR: 0.012,
    Fault.KILLED: 0.008,
}
BEFORE_A_WRITE = {Fault.CONFLICT: 0.040, Fault.SLOW: 0.025, Fault.REORDERED: 0.015} | BEFORE
AFTER = {Fault.UNANSWERED: 0.025, Fault.SERVER_ERROR: 0.008, Fault.SLOW: 0.010, Fault.KILLED: 0.010}
INTERLEAVED = 0.12


@dataclass(slots=True)
class Clock:
    """The virtual time, in seconds since 1970. Waiting is what moves it."""

    now: float

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@dataclass(slots=True)
class Network:
    """Hooks on the in-memory table. `between` is what others do meanwhile; `seen` looks at each write as it is done."""

    fake: FakeDynamoDB
    clock: Clock
    chance: Random
    faults: Faults
    between: Callable[[], None]
    seen: Callable[[], None]
    on_their_way: list[tuple[float, str, Mapping[str, Any]]] = field(default_factory=list)
    quiet: bool = False

    def __post_init__(self) -> None:
        self.fake.before(self._before)
        self.fake.after(self._after)

    def deliver_late(self, *, everything: bool = False) -> None:
        """Carry out the writes whose sender has long given up waiting, when their time has come."""
        due = [each for each in self.on_their_way if everything or each[0] <= self.clock.now]
        self.on_their_way = [each for each in self.on_their_way if each not in due]
        for _, name, request in due:
            self.quiet = True
            try:
                getattr(self.fake, name)(**request)
            except ClientError:
                pass  # nobody hears the answer
            finally:
                self.quiet = False
            self.seen()

    def _before(self, name: str, request: Mapping[str, Any]) -> None:
        self._require_strong(name, request)
        if self.quiet or self.faults.calm:
            return
        self._come_between()
        operation = name.title().replace("_", "")
        rates = BEFORE_A_WRITE if name == "transact_write_items" else BEFORE
        match self.faults.draw(rates):
            case Fault.DROPPED:
                raise lost(self.chance)
            case Fault.THROTTLED:
                raise throttled(operation, self.chance)
            case Fault.CONFLICT:
                raise conflict(operation, self.chance)
            case Fault.SERVER_ERROR:
                raise server_error(operation)
            case Fault.KILLED:
                raise Killed
            case Fault.SLOW:
                self._give_up_waiting(name, request, self.chance.uniform(0.0, 2.0))
            case Fault.REORDERED:
                self._give_up_waiting(name, request, self.chance.uniform(2.0, 30.0))

    def _after(self, name: str, _request: Mapping[str, Any]) -> None:
        if name in WRITES:
            self.seen()
        if self.quiet or self.faults.calm or name not in WRITES:
            return
        match self.faults.draw(AFTER):
            case Fault.UNANSWERED:
                raise lost(self.chance)
            case Fault.SERVER_ERROR:
                raise server_error(name.title().replace("_", ""))
            case Fault.SLOW:
                self.clock.sleep(TIMEOUT_SECONDS)
                raise late()
            case Fault.KILLED:
                raise Killed

    def _give_up_waiting(self, name: str, request: Mapping[str, Any], later: float) -> None:
        """The request arrives after its sender's timeout, and after whatever the sender does next."""
        self.clock.sleep(TIMEOUT_SECONDS)
        self.on_their_way.append((self.clock.now + later, name, request))
        raise late()

    def _come_between(self) -> None:
        if self.chance.random() < INTERLEAVED:
            self.between()

    def _require_strong(self, name: str, request: Mapping[str, Any]) -> None:
        """Every read of an order is strongly consistent; an index alone may lag behind."""
        if self.quiet or name not in {"get_item", "query", "batch_get_item"} or "IndexName" in request:
            return
        parts = (
            request["RequestItems"].items()
            if "RequestItems" in request
            else [(request["TableName"], request)]
        )
        for table, part in parts:
            if table.endswith("orders") and not part.get("ConsistentRead"):
                raise Violated(f"{name} reads orders without ConsistentRead")
