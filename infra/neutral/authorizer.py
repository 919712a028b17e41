"""The authorizer of the neutral API. It needs nothing, so that it fits into a template; the token says what it answers."""

import json
import time
from typing import Any

REFUSED = {"no": {"isAuthorized": False}, "nothing": {}}
SECONDS = {"kept": 60, "asked": 0}
"""How long the answer to a token that begins so may be kept."""


def handler(event: Any, _context: Any = None) -> Any:
    """Let in whom the token says; the context tells a resolver what was asked, and when."""
    said = event["authorizationToken"]
    if said == "raises":
        raise ValueError("boom")
    if said in REFUSED:
        return REFUSED[said]
    asked = {"event": sorted(event), "context": sorted(event["requestContext"])}
    return {
        "isAuthorized": True,
        "resolverContext": {"asked": json.dumps(asked), "at": str(time.time_ns())},
        "deniedFields": ["Order.note"] if said == "no-note" else [],
        "ttlOverride": SECONDS.get(said.partition("-")[0], 0),
    }
