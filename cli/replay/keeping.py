"""Where replays keep their stores, one folder a file, and how such a folder is forgotten."""

import re
import shutil
from pathlib import Path

from cli.state import ROOT, state_dir
from local.aws.record import Previous, end_previous, inspect_previous

DIGITS = 16
FOLDER = re.compile(rf"[0-9a-f]{{{DIGITS}}}")
USUAL = ROOT / ".orderbell" / "state"


class InUseError(Exception):
    """A process uses the folder right now; the text says which and what to do."""


def replays_folder() -> Path:
    """The folder of all replays, beside the server's state folder."""
    state = state_dir()
    return state.with_name("replays" if state == USUAL else f"{state.name}-replays")


def kept_at(digest: str) -> Path:
    """The folder of the file with this digest: the same content under any name goes on in it."""
    return replays_folder() / digest[:DIGITS]


def kept_replays() -> list[Path]:
    """The folders of all files that were replayed here, and nothing else that may lie beside them."""
    folder = replays_folder()
    return sorted(each for each in folder.iterdir() if FOLDER.fullmatch(each.name)) if folder.is_dir() else []


def check_unused(folder: Path) -> None:
    """Raise InUseError while a process uses this state folder."""
    found = inspect_previous(folder)
    if found.state is Previous.IN_USE:
        raise InUseError(found.text)


def forget(folder: Path) -> None:
    """Delete a state folder, after ending the engine that a kill left in it. Raises InUseError."""
    check_unused(folder)
    end_previous(folder)
    if folder.exists():
        shutil.rmtree(folder)
