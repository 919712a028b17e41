"""The console's routes: its pages and scripts, who one may be, the operations that are ready, and what functions were given.

For this machine alone: a page of another name that leads here gets nothing, and a page of another origin cannot ask for a
credential, since its browser would have to ask first and is told no.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from local.aws.demo import DEMO_CUSTOMERS, DEMO_STAFF
from local.console.operations import operations
from local.console.traces import Traces

STATIC = Path(__file__).with_name("static")
OURS = frozenset({"localhost", "127.0.0.1"})
ASKED_BY_US = "x-orderbell-console"
KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; connect-src 'self' ws://{host} wss://{host}"
)
Credential = Callable[[str | None], Mapping[str, str]]
"""The header of a demo user's access token, or of the API key for None."""
AsSystem = Callable[[bytes, Mapping[str, str]], tuple[int, bytes]]
"""Signs a request's body as the system's role does and sends it, with more headers; status and body of the answer."""


def console_routes(credential: Credential, as_system: AsSystem, traces: Traces) -> list[BaseRoute]:
    """Everything that the console needs beside the API itself."""
    return [*_shown(traces), *_acting(credential, as_system), Route("/console/{name}", _script)]


def _shown(traces: Traces) -> list[BaseRoute]:
    """What is looked at: pages, who there is, what is ready, and what functions were given."""

    async def people(request: Request) -> Response:
        return _guarded(request) or JSONResponse([each.email for each in (*DEMO_CUSTOMERS, *DEMO_STAFF)])

    async def ready(request: Request) -> Response:
        return _guarded(request) or JSONResponse(_operations())

    async def trace(request: Request) -> Response:
        return _guarded(request) or JSONResponse(
            traces.of(request.path_params["name"]), headers={"cache-control": "no-store"}
        )

    return [
        Route("/", _page), Route("/board", _page), Route("/orders/{id}", _page),
        Route("/console/people", people), Route("/console/operations", ready), Route("/console/traces/{name}", trace),
    ]  # fmt: skip


def _acting(credential: Credential, as_system: AsSystem) -> list[BaseRoute]:
    """What lets the console act as somebody."""

    async def become(request: Request) -> Response:
        refused = _guarded(request) or _foreign(request)
        if refused:
            return refused
        who = (await request.json()).get("who")
        if who is not None and who not in {each.email for each in (*DEMO_CUSTOMERS, *DEMO_STAFF)}:
            return Response("There is no such demo user.\n", 404)
        given = await run_in_threadpool(credential, who)
        return JSONResponse(dict(given), headers={"cache-control": "no-store"})

    async def system(request: Request) -> Response:
        refused = _guarded(request) or _foreign(request)
        if refused:
            return refused
        more = {"x-correlation-id": request.headers.get("x-correlation-id", "")}
        status, answer = await run_in_threadpool(as_system, await request.body(), more)
        return Response(answer, status, media_type="application/json")

    return [
        Route("/console/credential", become, methods=["POST"]), Route("/console/system", system, methods=["POST"]),
    ]  # fmt: skip


async def _page(request: Request) -> Response:
    names = {"/": "index.html", "/board": "board.html"}
    return _file(request, names.get(request.url.path, "order.html"))


async def _script(request: Request) -> Response:
    return _file(request, request.path_params["name"])


def _guarded(request: Request) -> Response | None:
    if request.url.hostname not in OURS:
        return Response("Ask for localhost.\n", 403, media_type="text/plain")
    return None


def _foreign(request: Request) -> Response | None:
    """Refuse what a page of another origin sends: it cannot set this header without being allowed to, and is not."""
    if (
        request.headers.get(ASKED_BY_US) != "1"
        or request.headers.get("sec-fetch-site", "same-origin") != "same-origin"
    ):
        return Response("Only the console asks for this.\n", 403, media_type="text/plain")
    return None


def _file(request: Request, name: str) -> Response:
    refused = _guarded(request)
    if refused:
        return refused
    path = STATIC / name
    if path.parent != STATIC or path.suffix not in KINDS or not path.is_file():
        return Response("There is nothing here.\n", 404, media_type="text/plain")
    headers = {
        "content-security-policy": POLICY.format(host=request.url.netloc),
        "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cache-control": "no-cache",
    }  # fmt: skip
    return Response(path.read_bytes(), media_type=KINDS[path.suffix], headers=headers)


@cache
def _operations() -> list[dict[str, Any]]:
    return list(operations())
