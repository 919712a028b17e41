"""The rule for following one order with nothing missed and nothing doubled: what came in, what to do next.

Pure: no socket, no clock. Any client may be built so; the rule is that of docs/clients.md. Push is a hint, the log is
the truth: each event names the one before it that this caller may see, and a gap is filled from the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MOMENT_SECONDS = 1.0
"""An event that was fired right after the acknowledgement may be lost: look into the log once more by then."""

QUIET_SECONDS = 30.0
"""The last event of all has no successor that would show its loss: look into the log so often."""

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.25, 10.0


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the order; `previous` is the sequence of the one before it that the caller may see."""

    sequence: int
    previous: int
    type: str
    status: str


@dataclass(frozen=True, slots=True)
class Page:
    """An answer of `orderEvents(after:)`: complete for the caller up to `through`."""

    after: int
    events: Sequence[Event]
    through: int
    more: bool


@dataclass(frozen=True, slots=True)
class Show:
    """The next event of the history."""

    event: Event


@dataclass(frozen=True, slots=True)
class Ask:
    """Query the log after this sequence, and hand in the page. One is asked at a time."""

    after: int


@dataclass(frozen=True, slots=True)
class Check:
    """Call `due` after so many seconds; a later one replaces this."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Rewound:
    """The log ends before what was shown (a laptop's engine lost its state): it is followed from there on."""

    through: int


Action = Show | Ask | Check | Rewound


class Following:
    """How far one caller has come in one order. `last` survives every connection."""

    def __init__(self, last: int = 0) -> None:
        self.last = last
        self._asking = False
        self._again = False

    def connected(self) -> list[Action]:
        """The subscription is acknowledged: what happened before it is in the log."""
        return [*self._ask(), Check(MOMENT_SECONDS)]

    def due(self) -> list[Action]:
        """The time of a check has come."""
        return [*self._ask(), Check(QUIET_SECONDS)]

    def frame(self, event: Event) -> list[Action]:
        """An event was pushed: show it if it is the next one, drop it if it is known, else fill the gap."""
        if event.sequence <= self.last:
            return []
        if event.previous > self.last:
            return self._ask()
        self.last = event.sequence
        return [Show(event)]

    def page(self, page: Page) -> list[Action]:
        """The log has answered; frames may have been quicker with some of it."""
        if page.through < page.after:
            self.last = page.through
            return [Rewound(page.through), *self._answered()]
        fresh = [event for event in page.events if event.sequence > self.last]
        self.last = max(self.last, page.through)
        shown = [Show(event) for event in fresh]
        if page.more:
            return [*shown, Ask(page.through)]
        return [*shown, *self._answered()]

    def lost(self) -> None:
        """The connection is gone, and with it the answer that was waited for. Connect again after a pause."""
        self._asking = self._again = False

    def _ask(self) -> list[Action]:
        """Ask, or note that the answer under way may be older than what made us ask."""
        if self._asking:
            self._again = True
            return []
        self._asking = True
        return [Ask(self.last)]

    def _answered(self) -> list[Action]:
        self._asking, again, self._again = False, self._again, False
        return self._ask() if again else []


def pause(attempt: int, drawn: float) -> float:
    """Seconds before connecting again, after `attempt` failures in a row (from 0); `drawn` from 0 to 1: full jitter."""
    return drawn * min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(attempt, 16))
