"""Counts the side effects of a consumer, and lets its process die before or after any one of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

READS = frozenset({
    "get_item", "batch_get_item", "transact_get_items", "query", "scan", "get_object", "look", "look_refund",
    "read_webhook", "name",
})  # fmt: skip
"""Calls that leave nothing behind. Whatever is not named here counts as a side effect."""


class CrashedError(BaseException):
    """The process is gone: nothing that a consumer catches catches it."""


class When(Enum):
    """On which side of a side effect the process dies."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Crash:
    """Where the process dies: beside the side effect of this number, from 0."""

    number: int
    when: When


@dataclass
class Watch:
    """The side effects that happened so far, by name, and where the process dies, if it does; `points`: where it could.

    What is refused (a condition does not hold) has no moment after it.
    """

    crash: Crash | None = None
    begun: int = 0
    done: list[str] = field(default_factory=list)
    points: list[Crash] = field(default_factory=list)

    def before(self, name: str) -> None:
        """A side effect is about to happen. Raises CrashedError."""
        self._die(Crash(self.begun, When.BEFORE))
        self.begun += 1

    def after(self, name: str) -> None:
        """It has happened. Raises CrashedError."""
        self.done.append(name)
        self._die(Crash(self.begun - 1, When.AFTER))

    def effect(self, name: str, do: Callable[[], Any]) -> Any:
        """Do something that leaves a trace outside of this process."""
        self.before(name)
        answer = do()
        self.after(name)
        return answer

    def call(self, name: str, request: Mapping[str, Any], *, over: bool) -> None:
        """A hook for the tables in memory."""
        if name not in READS:
            (self.after if over else self.before)(name)

    def over(self, thing: object) -> Any:
        """The same thing, whose every call but a read is a side effect."""
        return _Watched(thing, self)

    def _die(self, here: Crash) -> None:
        self.points.append(here)
        if self.crash == here:
            raise CrashedError


class _Watched:
    """What `Watch.over` gives."""

    def __init__(self, thing: object, watch: Watch) -> None:
        self._thing, self._watch = thing, watch

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._thing, name)
        if name in READS or not callable(found):
            return found

        def call(*given: Any, **named: Any) -> Any:
            return self._watch.effect(name, lambda: found(*given, **named))

        return call
