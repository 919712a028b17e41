"""Makes the ASGI application of an API: POST /graphql, and WebSockets on /graphql/realtime and /graphql."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from local.appsync.api import Api
from local.appsync.credentials import Clock, Credentials
from local.appsync.engine import Engine
from local.appsync.posting import answer, not_allowed, preflight
from local.appsync.sockets import GOING_AWAY, Socket
from local.appsync.tokens import Fetch, fetch_keys

THREADS = 32


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class Gate:
    """The two doors of an API, and the connections that are open."""

    def __init__(self, engine: Engine, credentials: Credentials, clock: Clock) -> None:
        self.engine = engine
        self._credentials = credentials
        self._clock = clock
        self._sockets: set[Socket] = set()
        self._empty = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def http(self, request: Request) -> Response:
        """Any method on /graphql."""
        self._loop = asyncio.get_running_loop()
        if request.method == "OPTIONS":
            return preflight(request)
        if request.method != "POST":
            return not_allowed()
        return await answer(request, self.engine, self._credentials)

    async def websocket(self, websocket: WebSocket) -> None:
        """A realtime connection, until it ends."""
        self._loop = asyncio.get_running_loop()
        socket = Socket(websocket, self.engine, self._credentials, self._clock)
        self._sockets.add(socket)
        try:
            await socket.serve()
        finally:
            self._sockets.discard(socket)
            if not self._sockets:
                self._empty.set()

    def close_sockets(self, code: int = GOING_AWAY) -> None:
        """Ask every connection to end, after the frames that wait. From the event loop's thread."""
        for socket in list(self._sockets):
            socket.close(code)

    async def drain(self, seconds: float = 5.0) -> None:
        """Close every connection and wait until they are gone, or the time is over."""
        self.close_sockets()
        if self._sockets:
            self._empty.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._empty.wait()

    def end_subscriptions(self, field_name: str, payload: dict[str, Any]) -> None:
        """End the subscriptions of a field whose invalidation filter matches (5.6). From any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.engine.hub.end_subscriptions, field_name, payload)


class Door:
    """POST /graphql as an ASGI application: it answers whatever happens, so it needs none of what a route wraps around a function."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request of any method."""
        response = await self._gate.http(Request(scope, receive, send))
        await response(scope, receive, send)


def create_app(
    api: Api, *, clock: Clock = utc_now, executor: Executor | None = None, fetch: Fetch = fetch_keys
) -> Starlette:
    """The application of an API; SchemaProblem when its SDL or resolvers are wrong.

    `app.state.gate` is its Gate. Routes may be added to `app.router.routes`. `executor` runs the resolver
    functions (default: 32 threads of its own, ended with the application); `fetch` reads a JWKS document.
    """
    threads = executor if executor is not None else ThreadPoolExecutor(THREADS, thread_name_prefix="resolver")
    gate = Gate(Engine(api, threads), Credentials(api.auth, clock, fetch), clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        gate.close_sockets()
        if executor is None:
            threads.shutdown(wait=False, cancel_futures=True)

    routes = [
        Route("/graphql", Door(gate)),
        WebSocketRoute("/graphql/realtime", gate.websocket),
        WebSocketRoute("/graphql", gate.websocket),
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.gate = gate
    return app
