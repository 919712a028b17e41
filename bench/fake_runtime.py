"""A stand-in for Lambda's Runtime API: starts the real runtime client and measures it up to its first ask for work.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

NEXT = "/2018-06-01/runtime/invocation/next"
PATIENCE_SECONDS = 30


class InitFailedError(Exception):
    """The function did not come as far as asking for work."""


@dataclass(frozen=True, slots=True)
class Init:
    """What one start cost: processor time and wall clock, in milliseconds."""

    cpu_ms: float
    wall_ms: float


def measure(
    python: Path, handler: str, folder: Path, libraries: Iterable[Path], environment: Mapping[str, str]
) -> Init:
    """Start `handler` of `folder` under awslambdaric (in one of `libraries`) once. Raises InitFailedError."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE_SECONDS)
        given = {
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.getsockname()[1]}",
            "LAMBDA_TASK_ROOT": str(folder),
            "PYTHONPATH": os.pathsep.join(map(str, libraries)),
            "PYTHONDONTWRITEBYTECODE": "1",
            **environment,
        }
        command = [str(python), "-m", "awslambdaric", handler]
        started = time.perf_counter()
        with subprocess.Popen(command, cwd=folder, env=given) as function:
            try:
                return _until_ready(server, function, started)
            finally:
                function.kill()


def _until_ready(server: socket.socket, function: subprocess.Popen[bytes], started: float) -> Init:
    try:
        connection, _ = server.accept()
    except TimeoutError:
        raise InitFailedError("the function never called the Runtime API") from None
    with connection:
        connection.settimeout(PATIENCE_SECONDS)
        asked = _request(connection)
        wall = time.perf_counter() - started
        if f"GET {NEXT} " not in asked:
            raise InitFailedError(asked)
        init = Init(_cpu_seconds(function.pid) * 1000, wall * 1000)
        function.kill()  # before its connection ends, which it would complain about
        return init


def _request(connection: socket.socket) -> str:
    """The request's head, and the body that comes with an error report."""
    received = connection.recv(65536)
    if not received.startswith(b"GET"):
        connection.settimeout(1)
        with contextlib.suppress(TimeoutError):
            while more := connection.recv(65536):
                received += more
    return received.decode(errors="replace")


def _cpu_seconds(pid: int) -> float:
    """Processor time of all its threads, to the nanosecond (Linux)."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
