"""Consumers behind HTTP routes on the laptop's port: calls as API Gateway's HTTP API hands them on (payload 2.0).

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from wiring.declarations import HttpRoute

MOST_BYTES = 6 * 1024 * 1024
"""A function's event is no larger, whatever the gateway takes."""

log = logging.getLogger(__name__)

Handler = Callable[[dict[str, Any]], object]


def http_route(source: HttpRoute, handler: Handler) -> Route:
    """A consumer's route; what it raises is the caller's 500, as on AWS."""

    async def serve(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return JSONResponse({"message": "Request Too Long"}, 413)
        event = json.loads(json.dumps(as_event(source, request, body)))
        try:
            return as_response(await run_in_threadpool(handler, event))
        except Exception:
            log.exception("the consumer behind %s failed", source.route)
            return JSONResponse({"message": "Internal Server Error"}, 500)

    return Route(source.path, serve, methods=[source.method])


def as_event(source: HttpRoute, request: Request, body: bytes) -> dict[str, Any]:
    """The event of a call. A body that is text stays as it is; what is no UTF-8 is base64."""
    text, encoded = _text(body)
    now, sender = datetime.now(UTC), request.client
    http = {
        "method": request.method,
        "path": request.url.path,
        "protocol": "HTTP/1.1",
        "sourceIp": sender.host if sender else "127.0.0.1",
        "userAgent": request.headers.get("user-agent", ""),
    }
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": source.route,
        "rawPath": request.url.path,
        "rawQueryString": request.url.query,
        "headers": _headers(request),
        "requestContext": {
            "apiId": "laptop",
            "http": http,
            "requestId": uuid4().hex,
            "routeKey": source.route,
            "stage": "$default",
            "timeEpoch": round(now.timestamp() * 1000),
        },
        "isBase64Encoded": encoded,
    }
    optional = {"body": text, "pathParameters": dict(request.path_params)}
    optional["queryStringParameters"] = _joined(request.query_params.multi_items())
    return event | {name: each for name, each in optional.items() if each}


def as_response(answer: object) -> Response:
    """What the caller gets of a function's answer; one without a status is a body of JSON with 200."""
    if not (isinstance(answer, Mapping) and "statusCode" in answer):
        return JSONResponse(answer)
    body = str(answer.get("body") or "").encode()
    if answer.get("isBase64Encoded"):
        body = base64.b64decode(body)
    return Response(body, int(answer["statusCode"]), dict(answer.get("headers") or {}))


async def _body(request: Request) -> bytes | None:
    """The body's very bytes; None where there are too many."""
    parts: list[bytes] = []
    async for part in request.stream():
        parts.append(part)
        if sum(map(len, parts)) > MOST_BYTES:
            return None
    return b"".join(parts)


def _text(body: bytes) -> tuple[str, bool]:
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True


def _headers(request: Request) -> dict[str, str]:
    return _joined([(name.lower(), each) for name, each in request.headers.items()])


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Several of a name are one, with commas."""
    joined: dict[str, str] = {}
    for name, each in pairs:
        joined[name] = f"{joined[name]},{each}" if name in joined else each
    return joined
