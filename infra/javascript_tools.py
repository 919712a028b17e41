"""`python -m infra.javascript_tools`: installs what package-lock.json of infra/javascript/ names, by the locked Node.

ESLint with AppSync's rules, and the CDK command line. Everything lands in that folder's node_modules; npm's cache is
thrown away, so that neither a home folder nor an earlier install is needed or changed.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from infra.node import NodeMissingError, node_binary

FOLDER = Path(__file__).resolve().parent / "javascript"

CAUSES = {
    "EINTEGRITY": "A package is not the one that was locked: its hash differs. Nothing was installed.",
    "EUSAGE": "package.json and package-lock.json do not fit together: regenerate the lock with `npm install`.",
    "EBADENGINE": "This Node is too old: install requirements/test.txt again, it brings the locked one.",
    "E404": "The registry does not have a locked package: is `registry` in your npm settings the right one?",
    "ENOSPC": "The disk is full: about 150 MB are needed while it installs.",
}
OUT_OF_REACH = (
    "The package registry could not be reached: check the network, proxy and certificates, then try again."
)
UNREACHED = (
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "ERR_SOCKET_TIMEOUT",
    "CERT",
)
"""Parts of npm's codes for a network that does not answer, and for a certificate that is not trusted."""
WORDS = 6
"""Lines of npm that are shown: then it goes on with usage, or a stack."""
PATIENCE = ["--fetch-retries=2", "--fetch-retry-mintimeout=2000", "--fetch-retry-maxtimeout=10000"]
"""npm's own tries a registry that does not answer for over a minute, and says nothing meanwhile."""


class ToolsMissingError(Exception):
    """The tools are not installed, or could not be; the message says why and what to do."""


def install(folder: Path = FOLDER) -> bool:
    """Install what the lock names; whether there was anything to do. Raises ToolsMissingError, NodeMissingError."""
    stamp, locked = _stamp(folder), _fingerprint(folder)
    if is_installed(folder):
        stamp.touch()  # Make compares times: a checkout may have made the lock newer without changing it
        return False
    stamp.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="npm-cache-") as cache:
        command = [*npm(), "ci", *PATIENCE, "--cache", cache]
        done = subprocess.run(  # noqa: S603
            command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise ToolsMissingError(explained(done.stderr))
    stamp.write_text(locked)
    return True


def _environment() -> dict[str, str]:
    """The caller's, with the machine's own certificates trusted, too: behind a company's proxy pip does, but Node does not."""
    return {"NODE_USE_SYSTEM_CA": "1", **os.environ}


def tool(script: str, folder: Path = FOLDER) -> list[str]:
    """The command that runs a tool's script, such as `eslint/bin/eslint.js`. Raises ToolsMissingError."""
    path = folder / "node_modules" / script
    if not is_installed(folder) or not path.is_file():
        raise ToolsMissingError(
            f"{script} of the lock is not installed: `make test` does that, or python -m infra.javascript_tools"
        )
    return [str(node_binary()), str(path)]


def npm() -> list[str]:
    """The npm that comes with the locked Node, as a command. Raises NodeMissingError."""
    binary = node_binary()
    root = binary.parent if os.name == "nt" else binary.parent.parent / "lib"
    return [str(binary), str(root / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def explained(said: str) -> str:
    """The cause of a failed install, then the first of npm's own words."""
    words = [line for line in said.splitlines() if line.startswith("npm error")]
    code = next((line.split()[-1] for line in words if line.startswith("npm error code ")), "")
    known = OUT_OF_REACH if any(part in code for part in UNREACHED) else "npm could not install the tools."
    return "\n".join([CAUSES.get(code, known), *(words or said.splitlines())[:WORDS]])


def is_installed(folder: Path = FOLDER) -> bool:
    """Whether what is there was installed from this lock."""
    stamp = _stamp(folder)
    return stamp.is_file() and stamp.read_text() == _fingerprint(folder)


def _stamp(folder: Path) -> Path:
    return folder / "node_modules" / ".installed"


def _fingerprint(folder: Path) -> str:
    names = ("package.json", "package-lock.json")
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in names)).hexdigest()


def main() -> None:
    """Install, and say what was installed; the exit code is 1 where it was not."""
    started = time.monotonic()
    try:
        if not is_installed():
            _say("Installing ESLint with AppSync's rules and the CDK command line (90 MB) ...")
        anew = install()
    except (ToolsMissingError, NodeMissingError) as error:
        sys.exit(str(error))
    took = f"installed in {time.monotonic() - started:.1f} s" if anew else "already installed"
    _say(f"infra/javascript/node_modules: {took}")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
