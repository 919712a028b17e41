"""What came of each step, as it is printed: for people line by line, for machines as one JSON object."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field


class SmokeError(Exception):
    """A step did not end as it must; the message says what came instead."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it shows, how long it took (seconds), and what was wrong with it, or why it was not tried."""

    name: str
    seconds: float
    problem: str = ""
    skipped: str = ""


@dataclass(slots=True)
class Report:
    """The steps so far. `machine`: nothing is printed before the end, and then JSON."""

    machine: bool = False
    steps: list[Step] = field(default_factory=list)

    @contextmanager
    def step(self, name: str, look_at: str) -> Iterator[None]:
        """Time a step and say what came of it; a failure says where to look, and goes on to the caller."""
        started = time.monotonic()
        try:
            yield
        except Exception as error:
            words = str(error).rstrip(".") or type(error).__name__
            self._add(Step(name, time.monotonic() - started, f"{words}. Look at: {look_at}"))
            raise
        except BaseException:  # Ctrl-C, or the time is up: what was not over has not passed
            self._add(Step(name, time.monotonic() - started, "it was stopped before its end"))
            raise
        self._add(Step(name, time.monotonic() - started))

    def skip(self, name: str, why: str) -> None:
        """Tell of a step that was not tried."""
        self._add(Step(name, 0.0, skipped=why))

    def _add(self, step: Step) -> None:
        self.steps.append(step)
        if not self.machine:
            mark = "✗" if step.problem else "-" if step.skipped else "✓"
            told = step.problem or step.skipped
            sys.stdout.write(f"{mark} {step.seconds:6.2f} s  {step.name}\n")
            sys.stdout.write(f"            {told}\n" if told else "")
            sys.stdout.flush()

    @property
    def passed(self) -> bool:
        """Whether there were steps, and all went well."""
        return bool(self.steps) and not any(step.problem for step in self.steps)

    def close(self) -> None:
        """For machines: everything as JSON."""
        if self.machine:
            told = {"passed": self.passed, "steps": [asdict(step) for step in self.steps]}
            sys.stdout.write(json.dumps(told, indent=2) + "\n")
