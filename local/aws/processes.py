"""Tells which process a remembered pid belongs to now, so that a pid used again by another program is never signalled."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

POLL_SECONDS = 0.02
ZOMBIE = "Z"


@dataclass(frozen=True, slots=True)
class Process:
    """A running process: its command line, and when it started (a mark to compare, not a time to show)."""

    pid: int
    started: str
    command: str


def look_up(pid: int) -> Process | None:
    """Find the process with this pid; None when there is none, or when it has ended and only waits to be reaped."""
    if Path("/proc/self/stat").exists():
        return _from_proc(pid)
    return _from_ps(pid)


def still_runs(pid: int, started: str) -> bool:
    """Tell whether the very process that had this pid and start mark is still running."""
    process = look_up(pid)
    return process is not None and process.started == started


def terminate(pid: int, started: str, timeout: float) -> bool:
    """Send SIGTERM to that very process and wait up to `timeout` seconds, then SIGKILL. True if it ended by itself."""
    if not still_runs(pid, started):
        return True
    os.kill(pid, signal.SIGTERM)
    if wait_until_ended(pid, started, timeout):
        return True
    os.kill(pid, signal.SIGKILL)
    wait_until_ended(pid, started, timeout)
    return False


def wait_until_ended(pid: int, started: str, timeout: float) -> bool:
    """Wait up to `timeout` seconds for that very process to end; False if it still runs."""
    deadline = time.monotonic() + timeout
    while still_runs(pid, started):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _from_proc(pid: int) -> Process | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None
    # proc(5): the name in brackets may hold spaces, so count from its last bracket: state is field 3, starttime 22.
    fields = stat.rpartition(")")[2].split()
    if fields[0] == ZOMBIE:
        return None
    return Process(
        pid, started=fields[19], command=command.replace(b"\0", b" ").decode(errors="replace").strip()
    )


def _from_ps(pid: int) -> Process | None:
    """Ask `ps` (macOS, BSD): state, start in 24 fixed characters, then the command line."""
    answer = subprocess.run(  # noqa: S603 - fixed program and options, an integer
        ["/bin/ps", "-ww", "-o", "stat=,lstart=,command=", "-p", str(pid)],
        capture_output=True, text=True, check=False, env={"LC_ALL": "C"},
    )  # fmt: skip
    return read_ps(pid, answer.stdout)


def read_ps(pid: int, line: str) -> Process | None:
    """Read one line of `ps -o stat=,lstart=,command=`; an empty one means that there is no such process."""
    words = line.split(maxsplit=6)
    if len(words) < 7 or words[0].startswith(ZOMBIE):
        return None
    return Process(pid, started=" ".join(words[1:6]), command=words[6].strip())
