"""Bytecode for Lambda's own Python: without it, each start compiles everything again, which costs twice the processor time."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

LAMBDA_VERSION = (3, 13)
VARIABLE = "ORDERBELL_PYTHON313"
TASK_ROOT, LAYER_ROOT = "/var/task", "/opt/python"
"""Where Lambda unpacks a function and a layer: tracebacks name files there."""


@dataclass(frozen=True, slots=True)
class Compiler:
    """A Python of Lambda's version, such as `3.13.0`."""

    binary: Path
    version: str


def find(environment: Mapping[str, str] = os.environ) -> Compiler | None:
    """The first Python of Lambda's version: the variable's, this one, `python3.13` on PATH, then pyenv's and uv's."""
    for binary in _candidates(environment):
        version = _version(binary)
        if version and version.startswith("{}.{}.".format(*LAMBDA_VERSION)):
            return Compiler(binary, version)
    return None


def compile_all(compiler: Compiler, folder: Path, *, root: str = TASK_ROOT, alone: bool = False) -> None:
    """Write bytecode for every module; the same sources give the same bytes.

    `alone` puts it in the place of the sources, which go: half the size, and tracebacks without source lines.
    """
    command = [str(compiler.binary), "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    command += [*(["-b"] if alone else []), "-s", str(folder), "-p", root, str(folder)]
    environment = {"PYTHONHASHSEED": "0", "PATH": os.environ.get("PATH", "")}
    subprocess.run(command, check=True, env=environment)  # noqa: S603
    if alone:
        for source in folder.rglob("*.py"):
            source.unlink()


def _candidates(environment: Mapping[str, str]) -> Iterator[Path]:
    if environment.get(VARIABLE):
        yield Path(environment[VARIABLE])
    if sys.version_info[:2] == LAMBDA_VERSION:
        yield Path(sys.executable)
    version = "{}.{}".format(*LAMBDA_VERSION)
    name = f"python{version}"
    yield from (Path(folder) / name for folder in environment.get("PATH", "").split(os.pathsep) if folder)
    home = Path(environment.get("HOME", os.devnull))
    managed = (
        Path(environment.get("PYENV_ROOT", home / ".pyenv")) / "versions",
        home / ".local/share/uv/python",
    )
    for folder in managed:  # installed by a version manager, which shows only the chosen one on PATH
        yield from sorted(folder.glob(f"*{version}*/bin/{name}"))


def _version(binary: Path) -> str | None:
    """What it says it is; None where it is not there or does not run (a version manager's stand-in)."""
    ask = [str(binary), "-c", "import platform; print(platform.python_version())"]
    try:
        answer = subprocess.run(ask, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    except OSError:
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None
