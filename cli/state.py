"""Where this checkout keeps what its server has stored."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def state_dir() -> Path:
    """The state folder: `.orderbell/state` in the checkout, unless ORDERBELL_STATE names another."""
    named = os.environ.get("ORDERBELL_STATE")
    return Path(named).resolve() if named else ROOT / ".orderbell" / "state"
