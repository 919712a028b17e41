"""The locked Chromium and what drives it: installed by `python -m tests.browser.browser`, run by the locked Node."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra.javascript_tools import ToolsMissingError, install, is_installed
from infra.node import NodeMissingError, node_binary

FOLDER = Path(__file__).parent
SECONDS = 150


class BrowsingError(Exception):
    """The script ended before it had seen everything; the message is its own."""


def browsed(base: str, pictures: Path | None = None) -> dict[str, Any]:
    """What console.mjs sees of the server at this address; its pictures go into a folder. Raises BrowsingError."""
    return _run("console.mjs", base, *([str(pictures)] if pictures else []))


def watched_board(base: str, orders: int) -> dict[str, Any]:
    """In which columns the board showed each order, until there were so many and one was confirmed. Raises BrowsingError."""
    return _run("board.mjs", base, str(orders))


def written(base: str, pictures: Path | None = None) -> dict[str, Any]:
    """What the console's field for documents did while one was written in it. Raises BrowsingError."""
    return _run("editor.mjs", base, *([str(pictures)] if pictures else []))


def _run(script: str, *given: str) -> dict[str, Any]:
    words = [str(node_binary()), script, *given]
    done = subprocess.run(words, cwd=FOLDER, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode:
        raise BrowsingError(done.stderr)
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def main() -> None:
    """Install what the lock names."""
    try:
        if not is_installed(FOLDER):
            sys.stdout.write("Installing the browser of the tests (110 MB) ...\n")
            sys.stdout.flush()
            install(FOLDER)
    except (ToolsMissingError, NodeMissingError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
