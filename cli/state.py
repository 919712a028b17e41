"""Where this checkout keeps what its server has stored."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def state_dir() -> Path:
    """The state folder: `.orderbell/state` in the checkout, unless ORDERBELL_STATE names another."""
    named = os.environ.get("ORDERBELL_STATE")
    return Path(named).resolve() if named else ROOT / ".orderbell" / "state"


def remember_port(port: int) -> None:
    """Note where the server of this state folder listens, for the commands that talk to it."""
    (state_dir() / "port").write_text(str(port))


def last_port() -> int:
    """Where the server listens, or listened last; 4000 where none has run."""
    try:
        return int((state_dir() / "port").read_text())
    except (FileNotFoundError, ValueError):
        return 4000
