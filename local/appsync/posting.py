"""POST /graphql: reads a request, has it executed, and writes one of AppSync's two envelopes."""

import json
import logging
import secrets
import time
import uuid
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from local.appsync.credentials import Credentials
from local.appsync.engine import Engine, GraphQLRequest, graphql_request
from local.appsync.events import Request
from local.appsync.problems import DocumentProblem, Json, TransportProblem, unparsable
from local.appsync.signatures import Signed
from local.appsync.sockets import addresses

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/json;charset=UTF-8"
CORS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": (
        "x-amzn-RequestId,x-amzn-ErrorType,x-amz-user-agent,x-amzn-ErrorMessage,Date,x-amz-schema-version"
    ),
}
WITHHELD = frozenset({"cookie"})
encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


async def answer(request: HttpRequest, engine: Engine, credentials: Credentials) -> Response:
    """The whole of an HTTP request; never a traceback to the client."""
    try:
        return _written(200, await _result(request, engine, credentials))
    except TransportProblem as problem:
        return _written(problem.status, problem.body(), problem.error_type)
    except DocumentProblem as problem:
        return _written(200, {"data": None, "errors": problem.errors})
    except ClientDisconnect:
        return Response(status_code=499)
    except Exception:
        log.exception("A request failed inside")
        failure = TransportProblem(500, "InternalFailure", "The request could not be processed.")
        return _written(500, failure.body(), failure.error_type)


async def _result(request: HttpRequest, engine: Engine, credentials: Credentials) -> Json:
    body = await _body(request, engine.api.limits.body_bytes)
    headers = event_headers(request)
    caller = await credentials.caller(headers, Signed(request.url.path, body))
    wanted = _wanted(body)
    shown = {name: value for name, value in headers.items() if name not in WITHHELD}
    shown.setdefault("x-amzn-trace-id", _trace_id())
    return await engine.execute(wanted, Request(caller, shown, addresses(request), engine.api.domain_name))


async def _body(request: HttpRequest, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise TransportProblem(413, "RequestEntityTooLargeException", f"The body is over {limit} bytes.")
        parts.append(part)
    return b"".join(parts)


def _wanted(body: bytes) -> GraphQLRequest:
    if not body.strip():
        raise TransportProblem(400, "MalformedHttpRequestException", "Request body is empty.")
    try:
        decoded = json.loads(body)
    except (ValueError, RecursionError):
        raise unparsable() from None
    return graphql_request(decoded)


def event_headers(request: HttpRequest) -> dict[str, Any]:
    """Headers by lower-case name; repeated ones joined as AppSync does (section 4.1)."""
    found: dict[str, Any] = {}
    for name, value in request.headers.items():
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _trace_id() -> str:
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"


def _written(status: int, body: Json, error_type: str | None = None) -> Response:
    headers = {**CORS, "x-amzn-requestid": str(uuid.uuid4())}
    if error_type is None:
        headers["x-amzn-appsync-tokensconsumed"] = "1"
    else:
        headers["x-amzn-errortype"] = error_type
    # A lone surrogate leaves as its escape, which is what JSON has for it.
    return Response(encode(body).encode("utf-8", "backslashreplace"), status, headers, MEDIA_TYPE)


def preflight(request: HttpRequest) -> Response:
    """CORS: POST, and whatever headers the browser asks for (case 22)."""
    asked = request.headers.get("access-control-request-headers", "content-type,authorization,x-api-key")
    allowed = {"access-control-allow-methods": "POST", "access-control-allow-headers": asked}
    return Response(status_code=200, headers={**CORS, **allowed, "access-control-max-age": "172800"})


def not_allowed() -> Response:
    """GET and the rest: use POST."""
    problem = TransportProblem(405, "MethodNotAllowedException", "Send GraphQL requests by POST.")
    return _written(405, problem.body(), problem.error_type)
