"""An engine that outlived the server which started it: not a child of ours, known by its pid and start mark alone."""

from dataclasses import dataclass
from pathlib import Path

from local.aws import processes


@dataclass(frozen=True, slots=True)
class Adopted:
    """A running engine that we own without being its parent; `saves` is the folder that it saves its state in.

    A parent learns the exit code, we do not: that the state was saved is seen by the files being new.
    """

    pid: int
    started: str
    saves: Path

    @property
    def alive(self) -> bool:
        """Whether that very process still runs."""
        return processes.still_runs(self.pid, self.started)

    def end(self, timeout: float) -> bool:
        """End it by SIGTERM, by SIGKILL after `timeout` seconds. True if it has saved its state."""
        before = saved_at(self.saves)
        ended = processes.terminate(self.pid, self.started, timeout)
        return ended and saved_at(self.saves) > before


def saved_at(saves: Path) -> int:
    """When a file of a saved state was written last, in nanoseconds; 0 where none is."""
    return max((file.stat().st_mtime_ns for file in saves.glob("*.json")), default=0)
