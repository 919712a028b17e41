"""The library of pictures as this machine's processor runs it: the deployed layer is built for Lambda's.

`python -m tests.emulator.native` installs it beside the packages, by the same lock file and its hashes.
"""

import subprocess
import sys
from pathlib import Path

from infra import bytecode, packages

LOCK = packages.CARRIED["pictures"]


def pictures(interpreter: Path) -> Path:
    """A layer's folder with the library for this interpreter; installed where it is missing. Raises CalledProcessError."""
    tag = subprocess.run(
        [interpreter, "-c", "import sys; print('cp%d%d' % sys.version_info[:2])"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    folder = packages.BUILD / "native" / f"{tag}-{packages.digest_of(LOCK)}"
    if not folder.exists():
        packages.at_once(folder, lambda made: _install(made / "python", interpreter, tag))
    return folder


def _install(into: Path, interpreter: Path, tag: str) -> None:
    """By this environment's pip, for the interpreter's version: what it finds there must run there."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-compile",
    ]
    command += ["--require-hashes", "--no-deps", "--only-binary=:all:", "--implementation", "cp"]
    command += ["--python-version", f"{tag[2]}.{tag[3:]}", "--target", str(into), "-r", str(LOCK)]
    subprocess.run(command, check=True)
    loaded = f"import sys; sys.path.insert(0, {str(into)!r}); import PIL.Image"
    subprocess.run([interpreter, "-I", "-S", "-B", "-c", loaded], check=True)


if __name__ == "__main__":
    found = bytecode.find()
    pictures(found.binary if found else Path(sys.executable))
