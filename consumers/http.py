"""HTTP calls as API Gateway hands them to a function (payload 2.0): the body's very bytes in, an answer out."""

import base64
from collections.abc import Mapping
from typing import Any

Call = Mapping[str, Any]


def raw_body(call: Call) -> bytes:
    """The bytes that the caller sent: what a signature is made over. Raises ValueError for broken base64."""
    body = str(call.get("body") or "")
    return base64.b64decode(body, validate=True) if call.get("isBase64Encoded") else body.encode()


def headers_of(call: Call) -> Mapping[str, str]:
    """The headers; their names are in small letters."""
    return dict(call.get("headers") or {})


def parameter(call: Call, name: str) -> str:
    """What stands in the path for `{name}`. Raises KeyError."""
    return str(call["pathParameters"][name])


def answer(status: int, body: str = "") -> dict[str, Any]:
    """What the caller is told."""
    return {"statusCode": status, "headers": {"content-type": "text/plain"}, "body": body}
