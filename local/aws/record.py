"""What an engine leaves on disk about itself, and what the next start makes of it."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import TypedDict

from local.aws import processes
from local.aws.adopted import Adopted
from local.aws.health import LOOPBACK, answers

RECORD_FILE = "engine.json"
SAVED_STATE = "engine-state"
CLAIM_FILE = "engine.lock"
PROGRAM = "ministack"


class _Owner(TypedDict):
    owner_pid: int
    owner_mark: str


@dataclass(frozen=True, slots=True)
class EngineRecord:
    """The engine that was started last in a state folder. `process_mark` and `owner_mark` tell reused pids apart."""

    pid: int
    process_mark: str
    port: int
    owner_pid: int
    owner_mark: str
    started_at: str
    clean: bool = False
    last_clean_stop: str | None = None

    @property
    def endpoint(self) -> str:
        """Where the engine answers."""
        return f"http://{LOOPBACK}:{self.port}"


class Previous(Enum):
    """What an earlier run left behind in a state folder."""

    NOTHING = "no engine ran here before"
    CLEAN = "it was stopped and its state is saved"
    IN_USE = "it runs, and so does the server that started it"
    ALIVE = "it runs, but the server that started it is gone"
    LOST = "it ended without saving"


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of a state folder, with one plain text for whoever starts the server (empty: nothing to say)."""

    state: Previous
    text: str
    record: EngineRecord | None


def inspect_previous(state_dir: Path) -> Finding:
    """Tell what the last engine in this folder left: look, change nothing."""
    record = read_record(state_dir)
    if record is None:
        return Finding(Previous.NOTHING, "", None)
    if record.clean:
        return Finding(Previous.CLEAN, "", record)
    if not _is_our_engine(record):
        return Finding(Previous.LOST, _lost_text(record), record)
    if processes.still_runs(record.owner_pid, record.owner_mark):
        text = (
            f"Another server (pid {record.owner_pid}) uses {state_dir} right now. "
            "Stop it first, or choose another state folder."
        )
        return Finding(Previous.IN_USE, text, record)
    return Finding(Previous.ALIVE, _alive_text(record), record)


def end_previous(state_dir: Path, *, timeout: float = 15.0) -> Finding:
    """End an engine whose server was killed, so that it saves its state; returns what is to be found afterwards.

    Anything but ALIVE is left as it is. An engine that does not end within `timeout` seconds is killed: LOST, as is
    one that ends without saving.
    """
    found = inspect_previous(state_dir)
    record = found.record
    if found.state is not Previous.ALIVE or record is None:
        return found
    engine = Adopted(record.pid, record.process_mark, state_dir / SAVED_STATE)
    if engine.end(timeout):
        write_record(state_dir, ended_cleanly(record))
    return inspect_previous(state_dir)


@contextmanager
def claiming(state_dir: Path) -> Iterator[None]:
    """One process at a time decides whose engine it is: what is found inside stays true until the block ends."""
    import fcntl  # noqa: PLC0415 - Windows has none, and is refused by `serve` with a text, not by an import

    with (state_dir / CLAIM_FILE).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # let go when the file is closed, also by a kill
        yield


def adopted(state_dir: Path, record: EngineRecord) -> EngineRecord:
    """Write that the engine of this record belongs to this process from now on."""
    taken = replace(record, **_owner())
    write_record(state_dir, taken)
    return taken


def started(pid: int, port: int, state_dir: Path) -> EngineRecord:
    """Write the record of an engine that has just been started in this folder by this process."""
    before = read_record(state_dir)
    engine = processes.look_up(pid)
    record = EngineRecord(
        pid=pid,
        process_mark=engine.started if engine else "",
        port=port,
        started_at=_now(),
        last_clean_stop=before.last_clean_stop if before else None,
        **_owner(),
    )
    write_record(state_dir, record)
    return record


def ended_cleanly(record: EngineRecord) -> EngineRecord:
    """Return the record of the same engine after it has saved its state and ended."""
    return replace(record, clean=True, last_clean_stop=_now())


def read_record(state_dir: Path) -> EngineRecord | None:
    """Read the record of a state folder; None when there is none, or when it cannot be read."""
    try:
        return EngineRecord(**json.loads((state_dir / RECORD_FILE).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def write_record(state_dir: Path, record: EngineRecord) -> None:
    """Write the record as a whole or not at all."""
    draft = state_dir / f"{RECORD_FILE}.new"
    draft.write_text(json.dumps(asdict(record), indent=2), encoding="utf-8")
    draft.replace(state_dir / RECORD_FILE)


def put_back(state_dir: Path, record: EngineRecord | None) -> None:
    """Make this the record again, or have none again: the engine started after it has come to nothing."""
    if record:
        write_record(state_dir, record)
    else:
        (state_dir / RECORD_FILE).unlink(missing_ok=True)


def _owner() -> "_Owner":
    process = processes.look_up(os.getpid())
    return {"owner_pid": os.getpid(), "owner_mark": process.started if process else ""}


def _is_our_engine(record: EngineRecord) -> bool:
    process = processes.look_up(record.pid)
    return process is not None and process.started == record.process_mark and PROGRAM in process.command


def _alive_text(record: EngineRecord) -> str:
    found = f"The embedded AWS of a server that was killed still runs (pid {record.pid})"
    if answers(record.port):
        return f"{found}: it is taken over. Nothing is lost, and events that were not delivered are delivered now."
    return (
        f"{found} and does not answer. It is told to save its state and end; this start goes on from that state. "
        "No order is lost."
    )


def _lost_text(record: EngineRecord) -> str:
    since = f"its last clean stop ({record.last_clean_stop})" if record.last_clean_stop else "its first start"
    return (
        f"The embedded AWS that was started at {record.started_at} ended without saving its state. "
        f"Lost: everything written since {since}. This start goes on from the last saved state. "
        "To begin from nothing instead: `orderbell reset`."
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
