"""`orderbell serve` as a process of its own, as a person would start and stop it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.laptop import ROOT

READY_SECONDS = 120.0
PROGRAM = ("-m", "cli.main")


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: its process, its port, its folder and what it printed."""

    process: "subprocess.Popen[bytes]"
    port: int
    folder: Path
    environment: dict[str, str]

    @property
    def printed(self) -> str:
        """All that it said so far."""
        return (self.folder / "serve.log").read_text()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(
    folder: Path, port: int | None = None, *, seeded: bool = False, program: Sequence[str] = PROGRAM
) -> Iterator[Served]:
    """A server over the state in `folder`, ready; ended by Ctrl-C's signal unless it has ended already.

    `seeded` spares it the demo catalogue; `program` is what Python runs, for a server with a planted fault.
    """
    state = folder / "state"
    state.mkdir(exist_ok=True)
    if seeded:
        (state / "seeded").touch()
    served = start(folder, port or free_port(), program)
    try:
        wait_for(served, "Orderbell is ready.")
        yield served
    finally:
        if served.process.poll() is None:
            served.process.send_signal(signal.SIGINT)
        served.process.wait(40)


def start(folder: Path, port: int, program: Sequence[str] = PROGRAM) -> Served:
    """Start a server; it may refuse."""
    environment = {**os.environ, "ORDERBELL_STATE": str(folder / "state"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, *program, "serve", "--port", str(port)]
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    return Served(process, port, folder, environment)


def wait_for(served: Served, words: str) -> None:
    """Wait until the server has printed these words."""
    deadline = time.monotonic() + READY_SECONDS
    while words not in served.printed:
        assert served.process.poll() is None, served.printed
        assert time.monotonic() < deadline, served.printed
        time.sleep(0.05)
