"""Events as the log holds them against those that a subscriber saw: pure counting."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cli.replay.report import EventCounts

IN_FLIGHT = timedelta(
    seconds=10
)  # what happened just before a connection broke may still have been on its way

BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class EventKey:
    """An event: its order and its place in the order's log."""

    order_id: str
    sequence: int


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event that `orderEvents` answered."""

    key: EventKey
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without a connection: events of this time are caught up from the log, as any client would."""

    lost: datetime
    back: datetime

    def covers(self, moment: datetime) -> bool:
        """Whether an event of this moment may have fallen into the gap."""
        return self.lost - IN_FLIGHT <= moment <= self.back


def count_events(
    logged: Collection[LoggedEvent], frames: Collection[EventKey], gaps: Collection[Gap]
) -> EventCounts:
    """Received is what came as a frame, and of the rest what a gap covers; a frame of no logged event counts nothing."""
    seen = frozenset(frames)
    pushed = sum(event.key in seen for event in logged)
    missing = len(uncovered(logged, gaps) - seen)
    return EventCounts(
        expected=len(logged), received=len(logged) - missing, caught_up=len(logged) - missing - pushed
    )


def uncovered(logged: Collection[LoggedEvent], gaps: Collection[Gap]) -> set[EventKey]:
    """Those that a subscriber must have got as frames: they happened while it was connected."""
    return {event.key for event in logged if not any(gap.covers(event.occurred_at) for gap in gaps)}
