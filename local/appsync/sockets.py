"""Carries the realtime protocol over Starlette's WebSockets: a reader, a writer and a clock for each connection."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from local.appsync.credentials import Clock, Credentials
from local.appsync.engine import Engine
from local.appsync.events import Request
from local.appsync.handshake import PROTOCOL, credential_headers, lowered
from local.appsync.hub import Subscription
from local.appsync.problems import Json, TransportProblem
from local.appsync.realtime import Action, Begin, Check, Close, End, Send, Session
from local.appsync.signatures import Signed
from local.appsync.subscribing import Refused, register

log = logging.getLogger(__name__)
CONNECT_PATH = "/graphql/connect"
START_PATH = "/graphql"
TRY_AGAIN_LATER = 1013
GOING_AWAY = 1001
CUT_SECONDS = 2.0
"""What a reader that does not read is given to take its closing frame."""


class Socket:
    """One connection."""

    def __init__(self, websocket: WebSocket, engine: Engine, credentials: Credentials, clock: Clock) -> None:
        self._websocket = websocket
        self._engine = engine
        self._credentials = credentials
        self._clock = clock
        self._headers: dict[str, str] = {}
        refused = self._handshake()
        self._session = Session(engine.api.limits, clock().timestamp(), refused)
        self._out: asyncio.Queue[Send | Close] = asyncio.Queue(engine.api.limits.queued_frames)
        self._cut = asyncio.Event()
        self._subscriptions: dict[int, Subscription] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def _handshake(self) -> TransportProblem | None:
        protocols = self._websocket.scope.get("subprotocols", [])
        if PROTOCOL not in protocols:
            return TransportProblem(400, "NoProtocolError", f"The subprotocol {PROTOCOL} must be offered.")
        try:
            self._headers = credential_headers(
                self._websocket.query_params, protocols, self._websocket.headers
            )
        except TransportProblem as problem:
            return problem
        return None

    async def serve(self) -> None:
        """Until either side closes; then nothing of the connection is left in the hub (case 120)."""
        offered = PROTOCOL in self._websocket.scope.get("subprotocols", [])
        await self._websocket.accept(subprotocol=PROTOCOL if offered else None)
        tasks = [
            asyncio.create_task(part()) for part in (self._read, self._write, self._beat, self._cut.wait)
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*tasks, *self._tasks):
                task.cancel()
            for subscription in self._subscriptions.values():
                self._engine.hub.remove(subscription)
            await asyncio.gather(*tasks, *self._tasks, return_exceptions=True)

    def close(self, code: int = GOING_AWAY) -> None:
        """Close after the frames that wait."""
        self._perform([Close(code)])

    async def _read(self) -> None:
        try:
            while True:
                message = await self._websocket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                self._perform(self._session.receive(message.get("text") or ""))
        except WebSocketDisconnect:
            return

    async def _write(self) -> None:
        try:
            while True:
                item = await self._out.get()
                if isinstance(item, Close):
                    await self._websocket.close(item.code)
                    return
                await self._websocket.send_text(item.text)
        except (WebSocketDisconnect, RuntimeError, OSError):
            return  # the client has gone; the reader learns of it too

    async def _beat(self) -> None:
        while True:
            now = self._clock().timestamp()
            self._perform(self._session.tick(now))
            await asyncio.sleep(max(0.05, self._session.due() - now))

    def _perform(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Send() | Close():
                    self._queue(action)
                case Check():
                    self._spawn(self._check())
                case Begin():
                    self._spawn(self._begin(action))
                case End():
                    self._forget(action.serial)

    def _queue(self, item: Send | Close) -> None:
        try:
            self._out.put_nowait(item)
        except asyncio.QueueFull:
            log.warning("A subscriber reads too slowly: its connection is closed")
            while not self._out.empty():
                self._out.get_nowait()
            self._out.put_nowait(Close(TRY_AGAIN_LATER))
            asyncio.get_running_loop().call_later(CUT_SECONDS, self._cut.set)

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _forget(self, serial: int) -> None:
        subscription = self._subscriptions.pop(serial, None)
        if subscription is not None:
            self._engine.hub.remove(subscription)

    async def _check(self) -> None:
        problem: TransportProblem | None = None
        try:
            await self._credentials.caller(self._headers, Signed(CONNECT_PATH, b"{}"))
        except TransportProblem as refused:
            problem = refused
        except Exception:
            log.exception("A connection's credential could not be verified")
            problem = TransportProblem(500, "InternalFailure", "The credential could not be verified.")
        self._perform(self._session.checked(problem))

    async def _begin(self, begin: Begin) -> None:
        errors: list[Json] | None = None
        subscription = None
        try:
            subscription = await self._registered(begin)
        except Refused as refused:
            errors = refused.errors
        except Exception:
            log.exception("A subscription could not be registered")
            errors = [
                {"errorType": "InternalFailure", "message": "The subscription could not be registered."}
            ]
        actions = self._session.begun(begin, errors)
        if actions and subscription is not None:
            self._subscriptions[begin.serial] = subscription
            self._engine.hub.add(subscription)
        self._perform(actions)

    async def _registered(self, begin: Begin) -> Subscription:
        headers = lowered(begin.headers)
        try:
            caller = await self._credentials.caller(headers, Signed(START_PATH, begin.data.encode()))
        except TransportProblem as problem:
            raise Refused([{"errorType": problem.error_type, "message": problem.message}]) from None
        return await register(
            self._engine,
            begin.data,
            Request(caller, headers, addresses(self._websocket), self._engine.api.domain_name),
            lambda text: self._perform(self._session.event(begin, text)),
            lambda error: self._perform(self._session.ended(begin, error)),
        )


def addresses(connection: Any) -> list[str]:
    """x-forwarded-for and then the peer (case 79)."""
    headers: Mapping[str, str] = connection.headers
    forwarded = [item.strip() for item in headers.get("x-forwarded-for", "").split(",") if item.strip()]
    return [*forwarded, connection.client.host] if connection.client is not None else forwarded
