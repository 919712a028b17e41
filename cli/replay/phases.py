"""What a long run tells while it works: which phase it is in and how far that is."""

from collections.abc import Callable
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

STEPS = 4


class Phases(Protocol):
    """Is told of each phase, and of everything done in it."""

    def begin(self, name: str, total: int) -> None:
        """A phase of `total` things begins; the one before it is over."""

    def done(self, count: int = 1) -> None:
        """So many more things of the phase are done."""


class Bars:
    """One progress bar a phase, with its rate; knows afterwards what was done."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<10}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeElapsedColumn(),
            console=console,
        )

    def __enter__(self) -> "Bars":
        """Start drawing."""
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop drawing and leave the bars as they are."""
        self._progress.stop()

    def begin(self, name: str, total: int) -> None:
        """A new bar."""
        self._progress.add_task(name, total=total)

    def done(self, count: int = 1) -> None:
        """Move the newest bar on."""
        self._progress.advance(self._progress.task_ids[-1], count)

    def summary(self) -> str:
        """All phases so far in one line."""
        tasks = self._progress.tasks
        return ", ".join(
            f"{task.description} {task.completed:,.0f} of {task.total or 0:,.0f}" for task in tasks
        )


class Lines:
    """A plain line a quarter, for a terminal that shows other things too."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._name, self._total, self._done = "", 0, 0

    def begin(self, name: str, total: int) -> None:
        """Remember what is counted."""
        self._name, self._total, self._done = name, total, 0

    def done(self, count: int = 1) -> None:
        """Say so when another quarter is full."""
        before, self._done = self._done, self._done + count
        if before * STEPS // self._total != self._done * STEPS // self._total:
            self._tell(f"{self._name}: {self._done:,} of {self._total:,}")


class _Rate(ProgressColumn):
    """Things a second, over the whole phase once it is over."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.1f}/s", justify="right")
