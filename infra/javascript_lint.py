"""`python -m infra.javascript_lint`: ESLint with AppSync's own rules over the JavaScript that AppSync runs."""

import subprocess
import sys

from infra.javascript_tools import FOLDER, ToolsMissingError, tool
from infra.node import NodeMissingError


def main() -> int:
    """Print the findings; 0 where there are none, 1 where there are, 2 where ESLint could not run."""
    try:
        command = [*tool("eslint/bin/eslint.js"), "--max-warnings=0", "."]
    except (ToolsMissingError, NodeMissingError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return subprocess.run(command, cwd=FOLDER, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
