"""Runs the embedded AWS (MiniStack) as a child process on a free loopback port, and stops it so that it saves its state."""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.aws import record as records
from local.aws.adopted import Adopted
from local.aws.clients import REGION
from local.aws.health import LOOPBACK, answers

LOG_FILE = "engine.log"
SCRATCH = "engine-tmp"
FILES = "files"
"""What buckets hold."""

START_SECONDS = 30.0
STOP_SECONDS = 15.0
ADOPT_SECONDS = 5.0
ATTEMPTS = 3
POLL_SECONDS = 0.02

# An ephemeral engine reads its standard input, which its parent holds open: when the parent ends in whatever way,
# the read returns and the engine ends too, so that a killed test run leaves no process behind.
LEASHED = """
import os, runpy, signal, sys, threading
def follow():
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)
threading.Thread(target=follow, daemon=True).start()
sys.argv = ["ministack"]
runpy.run_module("ministack", run_name="__main__", alter_sys=True)
"""


class EngineError(Exception):
    """The embedded AWS cannot be started; the text says what to do."""


@dataclass(slots=True)
class Engine:
    """A running engine: where it answers, and the files it uses."""

    endpoint: str
    port: int
    folder: Path
    process: subprocess.Popen[bytes] | Adopted
    record: records.EngineRecord | None = None

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.alive if isinstance(self.process, Adopted) else self.process.poll() is None

    def stop(self, timeout: float = STOP_SECONDS) -> bool:
        """End the engine: SIGTERM, so that it saves; SIGKILL after `timeout` seconds. True if its state is saved."""
        process = self.process
        saved = process.end(timeout) if isinstance(process, Adopted) else _end_child(process, timeout)
        shutil.rmtree(self.folder / SCRATCH, ignore_errors=True)
        if self.record and saved:
            self.record = records.ended_cleanly(self.record)
            records.write_record(self.folder, self.record)
        return saved


def _end_child(process: subprocess.Popen[bytes], timeout: float) -> bool:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        code = process.wait(timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    if process.stdin:
        process.stdin.close()
    return code == 0


def resume_engine(python: Path, state_dir: Path, tell: Callable[[str], None]) -> Engine:
    """Take over the engine of a server that was killed, else start one, after telling what the last run left.

    One that does not answer is ended first, so that it saves. Raises EngineError: not installed, folder in use, or no
    answer from the new engine.
    """
    state_dir.mkdir(parents=True, exist_ok=True)
    with records.claiming(state_dir):
        found = records.inspect_previous(state_dir)
        if found.state is records.Previous.ALIVE and found.record:
            _wait_for_answer(found.record.port)  # its server may have been killed while it was starting
            found = records.inspect_previous(state_dir)
        if found.text and found.state is not records.Previous.IN_USE:
            tell(found.text)
        if found.state is records.Previous.ALIVE and found.record and answers(found.record.port):
            return _adopt(state_dir, found.record)
        records.end_previous(state_dir)
        return _start_claimed(python, state_dir)


def start_engine(python: Path, state_dir: Path) -> Engine:
    """Start an engine that goes on from the state saved in `state_dir` and saves there when it is stopped.

    `python` is the interpreter of the engine's own virtual environment. The process has a session of its own: Ctrl-C
    in the terminal does not reach it, and it outlives a kill of this process (see `inspect_previous`).
    Raises EngineError: not installed, folder in use, or no answer.
    """
    state_dir.mkdir(parents=True, exist_ok=True)
    with records.claiming(state_dir):
        return _start_claimed(python, state_dir)


def _start_claimed(python: Path, state_dir: Path) -> Engine:
    found = records.inspect_previous(state_dir)
    if found.state in (records.Previous.IN_USE, records.Previous.ALIVE):
        raise EngineError(found.text)
    return _start(python, state_dir, persist=True)


@contextmanager
def ephemeral_engine(python: Path, settings: Mapping[str, str] | None = None) -> Iterator[Engine]:
    """Run an engine in a temporary folder that keeps nothing and ends with this process, however that ends.

    `settings` go into its environment: `AUTH=true` lets it enforce IAM.
    """
    with tempfile.TemporaryDirectory(prefix="orderbell-engine-", ignore_cleanup_errors=True) as folder:
        engine = _start(python, Path(folder), persist=False, settings=settings or {})
        try:
            yield engine
        finally:
            engine.stop()


def environment(folder: Path, port: int, *, persist: bool) -> dict[str, str]:
    """Return the engine's whole environment: nothing of the user's own reaches it, and it binds to loopback alone.

    `IOT_MTLS_ENABLED=0` because its MQTT listener would bind all interfaces whatever `BIND_HOST` says.
    """
    settings = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "MINISTACK_REGION": REGION,
        "TMPDIR": str(folder / SCRATCH),
        "STATE_DIR": str(folder / records.SAVED_STATE),
    }
    # Without its own setting, the engine keeps buckets and forgets what is in them.
    kept = {"PERSIST_STATE": "1", "S3_PERSIST": "1", "S3_DATA_DIR": str(folder / FILES)}
    return settings | (kept if persist else {})


def _adopt(state_dir: Path, record: records.EngineRecord) -> Engine:
    process = Adopted(record.pid, record.process_mark, state_dir / records.SAVED_STATE)
    return Engine(record.endpoint, record.port, state_dir, process, records.adopted(state_dir, record))


def _start(python: Path, folder: Path, *, persist: bool, settings: Mapping[str, str] | None = None) -> Engine:
    if not python.is_file():
        raise EngineError(
            f"The embedded AWS is not installed ({python} is missing): run `make engine` or `make run`."
        )
    before = records.read_record(folder)
    for _ in range(ATTEMPTS):  # a free port may be taken between our look and the engine's bind
        engine = _launch(python, folder, persist=persist, settings=settings or {})
        if _comes_up(engine):
            return engine
        engine.stop(timeout=1.0)
        records.put_back(folder, before)  # nothing was written to an engine that never answered
    raise EngineError(f"The embedded AWS did not start. Its log ends with:\n{_log_tail(folder)}")


def _launch(python: Path, folder: Path, *, persist: bool, settings: Mapping[str, str]) -> Engine:
    port = _free_port()
    scratch = folder / SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    command = [str(python), *(["-m", "ministack"] if persist else ["-c", LEASHED])]
    with (folder / LOG_FILE).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and fixed arguments
            command,
            env=environment(folder, port, persist=persist) | dict(settings),
            cwd=folder,
            stdin=subprocess.DEVNULL if persist else subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    record = records.started(process.pid, port, folder) if persist else None
    return Engine(f"http://{LOOPBACK}:{port}", port, folder, process, record)


def _comes_up(engine: Engine) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while engine.alive and time.monotonic() < deadline:
        if answers(engine.port):
            return engine.alive
        time.sleep(POLL_SECONDS)
    return False


def _wait_for_answer(port: int) -> None:
    deadline = time.monotonic() + ADOPT_SECONDS
    while not answers(port) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _log_tail(folder: Path, lines: int = 8) -> str:
    text = (folder / LOG_FILE).read_text(encoding="utf-8", errors="replace")
    return "\n".join(text.splitlines()[-lines:]) or "(nothing)"
