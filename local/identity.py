"""What this laptop's API is known by: its API key and the server secret, made once and kept in the state folder."""

import json
import secrets
import string
from dataclasses import asdict, dataclass, field
from pathlib import Path

FILE = "laptop.json"
_KEY_LETTERS = string.ascii_lowercase + string.digits


@dataclass(frozen=True, slots=True)
class Identity:
    """The API key has AppSync's form (`da2-` and 26 small letters or digits); the secret keys ids and cursors."""

    api_key: str
    secret: str = field(repr=False)


def new_identity() -> Identity:
    """A fresh API key and secret."""
    key = "".join(secrets.choice(_KEY_LETTERS) for _ in range(26))
    return Identity(f"da2-{key}", secrets.token_urlsafe(48))


def kept_identity(folder: Path) -> Identity:
    """The identity of a state folder, made at its first use; readable by its owner alone."""
    path = folder / FILE
    if path.is_file():
        return Identity(**json.loads(path.read_text()))
    identity = new_identity()
    folder.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(identity)))
    return identity
