"""Tells a story line by line, and checks it: what is not as it must be ends the story there."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

PAUSE = 0.05


class JourneyError(Exception):
    """Something is not as the story says; the message has both."""


@dataclass(slots=True)
class Chapter:
    """One story: its lines, and what was wrong with it in the end."""

    title: str
    lines: list[str] = field(default_factory=list)
    problem: str = ""
    seconds: float = 0.0


@dataclass(slots=True)
class Teller:
    """Prints for people, or keeps everything for one JSON object (`machine`). `patience`: seconds for what comes by events."""

    machine: bool = False
    patience: float = 30
    chapters: list[Chapter] = field(default_factory=list)
    checks: int = 0

    @contextmanager
    def chapter(self, title: str) -> Iterator[None]:
        """One story. What goes wrong in it is told, and goes on to the caller."""
        started = time.monotonic()
        told = Chapter(title)
        self.chapters.append(told)
        self._print(f"\n{len(self.chapters)}. {title}\n")
        try:
            yield
        except Exception as error:
            told.problem = f"{type(error).__name__}: {error}"
            self._print(f"   ✗ {told.problem}\n")
            raise
        told.seconds = round(time.monotonic() - started, 2)

    def say(self, text: str) -> None:
        """A line of the story."""
        self.chapters[-1].lines.append(text)
        self._print(f"   {text}\n")

    def check(self, what: str, found: object, expected: object) -> None:
        """Say what was found where it is what the story wants. Raises JourneyError otherwise."""
        if found != expected:
            raise JourneyError(f"{what}: expected {_plain(expected)}, found {_plain(found)}")
        self.checks += 1
        self.say(f"✓ {what}: {_plain(found)}")

    def soon(
        self, what: str, look: Callable[[], object], expected: object, seconds: float | None = None
    ) -> None:
        """The same for what comes by events: look until it is so, at most for so long."""
        until = time.monotonic() + (self.patience if seconds is None else seconds)
        while (found := look()) != expected and time.monotonic() < until:
            time.sleep(PAUSE)
        self.check(what, found, expected)

    def close(self) -> None:
        """The end: how much was checked, or everything as JSON."""
        if self.machine:
            told = {"chapters": [asdict(each) for each in self.chapters], "checks": self.checks}
            sys.stdout.write(json.dumps(told, indent=2) + "\n")
        self._print(f"\n{len(self.chapters)} stories told, {self.checks} checks held.\n")

    def _print(self, text: str) -> None:
        if not self.machine:
            sys.stdout.write(text)
            sys.stdout.flush()


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value)) or "nothing"
    return "nothing" if value is None else str(value)
