"""`python -m tests.clients.compiling`: checks docs/clients/*.ts, and makes the console's scripts: its follower and its editor."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.javascript_tools import ToolsMissingError, tool
from infra.node import NodeMissingError
from tests.clients.driving import FOLDER

ROOT = FOLDER.parents[1]
CONSOLE = ROOT / "local" / "console"
STATIC = CONSOLE / "static"
MADE = ("follow.js", "editor.js", "editor.licenses.txt")
"""What lies in the console's folder of static files and is made here."""
PACKAGE = re.compile(r"node_modules/((?:@[^/]+/)?[^/]+)")


class CompilingError(Exception):
    """A source is wrong; the message is the compiler's."""


def made(folder: Path) -> None:
    """Make all of MADE in a folder. Raises CompilingError, ToolsMissingError, NodeMissingError."""
    _run(*tool("typescript/bin/tsc", FOLDER), "--project", ".", "--outDir", str(folder))
    with tempfile.TemporaryDirectory() as beside:
        parts = Path(beside) / "parts.json"
        _run(
            *tool("esbuild/bin/esbuild", FOLDER), str(CONSOLE / "editor.js"),
            "--bundle", "--format=esm", "--target=es2022", "--minify", "--legal-comments=none", "--log-level=warning",
            "--banner:js=// Made of local/console/editor.js by `make client`. Licenses: editor.licenses.txt",
            f"--metafile={parts}", f"--outfile={folder / 'editor.js'}",
        )  # fmt: skip
        (folder / "editor.licenses.txt").write_text(_licenses(json.loads(parts.read_text())["inputs"]))


def _run(*command: str) -> None:
    done = subprocess.run(
        command, cwd=FOLDER, env={**os.environ, "NODE_PATH": str(FOLDER / "node_modules")},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    if done.returncode:
        raise CompilingError(done.stdout + done.stderr)


def _licenses(inputs: dict[str, object]) -> str:
    """The license of each package that went into a bundle: all of them ask to go along with it."""
    names = sorted({found[1] for each in inputs if (found := PACKAGE.search(each))})
    return "\n".join(f"{name}\n{'-' * len(name)}\n{_license(name)}\n" for name in names)


def _license(package: str) -> str:
    folder = FOLDER / "node_modules" / package
    files = sorted(each for each in folder.iterdir() if each.name.lower().startswith("licen"))
    if files:
        return files[0].read_text().strip() + "\n"
    return f"{json.loads((folder / 'package.json').read_text())['license']}\n"


def main() -> None:
    """Make them, and put them where the console serves them."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            made(Path(folder))
            for name in MADE:
                shutil.copyfile(Path(folder) / name, STATIC / name)
    except (CompilingError, ToolsMissingError, NodeMissingError) as error:
        sys.exit(str(error))
    sys.stdout.write(f"{', '.join(MADE)} of {STATIC.relative_to(ROOT)} are made\n")


if __name__ == "__main__":
    main()
