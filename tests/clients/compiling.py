"""`python -m tests.clients.compiling`: checks docs/clients/*.ts, and makes the console's script of follow.ts."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.javascript_tools import ToolsMissingError, tool
from infra.node import NodeMissingError
from tests.clients.driving import FOLDER

ROOT = FOLDER.parents[1]
MADE = ROOT / "local" / "console" / "static" / "follow.js"


class CompilingError(Exception):
    """The TypeScript is wrong; the message is the compiler's."""


def compiled(folder: Path) -> Path:
    """Compile the sources, strictly, into a folder; gives the script of follow.ts. Raises CompilingError."""
    command = [*tool("typescript/bin/tsc", FOLDER), "--project", ".", "--outDir", str(folder)]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise CompilingError(done.stdout + done.stderr)
    return folder / "follow.js"


def main() -> None:
    """Compile, and put the script where the console serves it."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copyfile(compiled(Path(folder)), MADE)
    except (CompilingError, ToolsMissingError, NodeMissingError) as error:
        sys.exit(str(error))
    sys.stdout.write(f"{MADE.relative_to(ROOT)} is made of docs/clients/follow.ts\n")


if __name__ == "__main__":
    main()
