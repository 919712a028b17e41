"""Real JavaScript clients, driven from Python: each in a Node process of its own, unchanged, a call a line.

`python -m tests.clients.driving` installs what package-lock.json names.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.javascript_tools import ToolsMissingError, install, is_installed
from infra.node import NodeMissingError, node_binary

FOLDER = Path(__file__).parent
SECONDS = 120.0
"""After these a process is ended, whatever it does."""


class ClientError(Exception):
    """What a client raised: `name`, `message`, and `errors` where there are any."""

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(f"{told['name']}: {told['message']}")
        self.name: str | None = told["name"]
        self.errors: list[dict[str, Any]] = told.get("errors", [])


class Driven:
    """A client that is configured, asks, subscribes and hears."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, what: str, **given: Any) -> Any:
        """Carry out a command of driver.mjs and give its answer. Raises ClientError for what the client raises."""
        out, answers = self._process.stdin, self._process.stdout
        if out is None or answers is None:
            raise RuntimeError("the client's process has no pipes")
        out.write(json.dumps({"do": what, **given}) + "\n")
        out.flush()
        line = answers.readline()
        if not line:
            raise RuntimeError(f"the client's process ended; exit code {self._process.wait(10)}")
        answer: dict[str, Any] = json.loads(line)
        if "raised" in answer:
            raise ClientError(answer["raised"])
        return answer["gave"]

    def ask(self, document: str, **given: Any) -> Any:
        """A query's or mutation's result."""
        return self.do("ask", document=document, **given)

    def subscribe(self, document: str, name: str = "one", **given: Any) -> None:
        """Begin to hear; `heard` with the same name gives what came."""
        self.do("subscribe", name=name, document=document, **given)

    def heard(self, name: str = "one", seconds: float = 15.0) -> dict[str, Any] | None:
        """The next thing an observer was told, as {"next" | "error" | "complete": value}; None where nothing came in time."""
        told: dict[str, Any] | None = self.do("next", name=name, seconds=seconds)
        return told


@contextmanager
def driven(client: str, trust: Path, **settings: Any) -> Iterator[Driven]:
    """A process with this client, connected by these settings; `trust` is the certificate that it accepts."""
    process = subprocess.Popen(
        [str(node_binary()), "driver.mjs", client],
        cwd=FOLDER,
        env={"NODE_EXTRA_CA_CERTS": str(trust)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    watch = threading.Timer(SECONDS, process.kill)
    watch.start()
    with process:
        try:
            driver = Driven(process)
            driver.do("connect", **settings)
            yield driver
        finally:
            watch.cancel()
            process.kill()


def main() -> None:
    """Install what the lock names."""
    try:
        if not is_installed(FOLDER):
            sys.stdout.write(
                "Installing the clients that the tests drive, and what makes the console's scripts (180 MB) ...\n"
            )
            sys.stdout.flush()
            install(FOLDER)
    except (ToolsMissingError, NodeMissingError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
