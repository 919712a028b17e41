"""Tells which process a remembered pid belongs to now, so that a pid used again by another program is never signalled."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
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
    if not send(pid, started, signal.SIGTERM) or wait_until_ended(pid, started, timeout):
        return True
    send(pid, started, signal.SIGKILL)
    wait_until_ended(pid, started, timeout)
    return False


def send(pid: int, started: str, number: signal.Signals) -> bool:
    """Send a signal to that very process; False when it has ended. Another that has its pid now is never signalled.

    Linux: the pidfd is taken before the look at the mark, so it cannot come to mean another process in between.
    """
    if not hasattr(os, "pidfd_open"):
        return still_runs(pid, started) and _send(lambda: os.kill(pid, number))
    try:
        handle = os.pidfd_open(pid)
    except OSError:
        return False
    try:
        return still_runs(pid, started) and _send(lambda: signal.pidfd_send_signal(handle, number))
    finally:
        os.close(handle)


def _send(deliver: Callable[[], None]) -> bool:
    try:
        deliver()
    except ProcessLookupError:
        return False
    return True


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
