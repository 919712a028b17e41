"""Finds the credential of a WebSocket upgrade in the three places where clients put it (section 6.1)."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping

from local.appsync.problems import TransportProblem

PROTOCOL = "graphql-ws"
PREFIX = "header-"
CREDENTIALS = ("authorization", "x-api-key")


def credential_headers(
    query: Mapping[str, str], protocols: Iterable[str], headers: Mapping[str, str]
) -> dict[str, str]:
    """The auth headers by lower-case name; TransportProblem when there are none or they cannot be read."""
    encoded = query.get("header") or _from_protocols(protocols)
    if encoded is not None:
        found = lowered(_decoded(encoded))
    else:
        found = {name.lower(): value for name, value in headers.items()}
    if not any(name in found for name in CREDENTIALS):
        raise TransportProblem(400, "", "Required headers are missing.")
    return found


def lowered(headers: Mapping[str, object]) -> dict[str, str]:
    """Header names compare case-insensitively; of `x-api-key` and `X-Api-Key` the last counts (case 117).

    What no header could hold is left out: other types, and text that is none (JSON can escape half a character).
    """
    return {
        name.lower(): value for name, value in headers.items() if isinstance(value, str) and is_text(value)
    }


def is_text(value: str) -> bool:
    """Whether it can be written as UTF-8."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _from_protocols(protocols: Iterable[str]) -> str | None:
    return next((one.removeprefix(PREFIX) for one in protocols if one.startswith(PREFIX)), None)


def _decoded(encoded: str) -> dict[str, object]:
    """Tolerant of base64url, of missing padding and of `+` that became a space (case 104)."""
    text = encoded.strip("=").replace(" ", "+").replace("-", "+").replace("_", "/")
    try:
        found = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), validate=True))
    except (binascii.Error, ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise TransportProblem(400, "", "Required headers are missing.")
    return found
