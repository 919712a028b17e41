"""A staff board: follows every order event over AppSync's realtime protocol, and connects again when it is cut off.

The protocol: AppSync developer guide, "Building a real-time WebSocket client"; the credential travels as a subprotocol.
"""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from cli.replay.api import ApiError
from cli.replay.eventlog import BEFORE_ALL, EventKey, Gap, LoggedEvent, uncovered
from cli.replay.pooling import batches
from domain.lifecycle import EventType

TYPES_EACH = 5  # a subscription takes at most 5 values of one argument
READY_SECONDS, QUIET_SECONDS, RETRY_SECONDS = 15.0, 10.0, 0.2
DOCUMENT = "subscription Board($types:[EventType!]!){onStaffOrderEvents(types:$types){id orderId sequence}}"


class BoardError(ApiError):
    """The subscriptions did not come about; the text says why."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where to listen, and with whose token."""

    realtime: str
    endpoint: str
    token: Callable[[], Awaitable[str]]


class Board:
    """Collects the events that come as frames; `gaps` are the times without a connection.

    The first of them is all the time before it listened: what happened then is in the log, as for any new client.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self.frames: set[EventKey] = set()
        self.gaps: list[Gap] = []
        self.twice = 0
        self._lost: datetime | None = BEFORE_ALL
        self._news = asyncio.Event()

    async def wait_for(self, logged: Collection[LoggedEvent], seconds: float = QUIET_SECONDS) -> None:
        """Return when all of these came that no gap covers, or nothing new has for so many seconds."""
        while uncovered(logged, self.gaps) - self.frames:
            self._news.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._news.wait()
            except TimeoutError:
                return

    async def follow(self, ready: asyncio.Event) -> None:
        """Listen until cancelled; `ready` is set once all subscriptions stand."""
        while True:
            try:
                async with self._connected() as socket:
                    self._note_back()
                    ready.set()
                    async for text in socket:
                        self._take(json.loads(text))
            except (OSError, TimeoutError, WebSocketException):
                if not ready.is_set():
                    raise
            self._lost = self._lost or datetime.now(UTC)
            await asyncio.sleep(RETRY_SECONDS)

    def _note_back(self) -> None:
        if self._lost:
            self.gaps.append(Gap(self._lost, datetime.now(UTC)))
            self._lost = None

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[ClientConnection]:
        """A connection on which every subscription has been acknowledged."""
        host = urlsplit(self._door.endpoint).netloc
        auth = {"host": host, "Authorization": await self._door.token()}
        packed = base64.urlsafe_b64encode(json.dumps(auth).encode()).decode().rstrip("=")
        protocols = [Subprotocol("graphql-ws"), Subprotocol(f"header-{packed}")]
        async with connect(self._door.realtime, subprotocols=protocols, proxy=None) as socket:
            await socket.send(json.dumps({"type": "connection_init"}))
            await self._until(socket, "connection_ack", 1)
            starts = [
                _start(str(n), types, auth) for n, types in enumerate(batches(list(EventType), TYPES_EACH))
            ]
            for start in starts:
                await socket.send(json.dumps(start))
            await self._until(socket, "start_ack", len(starts))
            yield socket

    async def _until(self, socket: ClientConnection, kind: str, count: int) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while count:
            async with asyncio.timeout(deadline - time.monotonic()):
                frame = json.loads(await socket.recv())
            count -= frame["type"] == kind
            self._take(frame)

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] in {"error", "connection_error"}:
            raise BoardError(f"The staff board may not listen: {json.dumps(frame.get('payload'))}")
        if frame["type"] == "data":
            event = frame["payload"]["data"]["onStaffOrderEvents"]
            key = EventKey(event["orderId"], event["sequence"])
            self.twice += key in self.frames
            self.frames.add(key)
            self._news.set()


@asynccontextmanager
async def listening(door: Door) -> AsyncIterator[Board]:
    """A board that listens while the block runs. Raises BoardError where it cannot even begin."""
    board, ready = Board(door), asyncio.Event()
    task = asyncio.create_task(board.follow(ready))
    waiting = asyncio.create_task(ready.wait())
    try:
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            raise BoardError(f"The staff board could not connect: {task.exception()}")
        yield board
        if task.done():
            task.result()  # a board does not end by itself without a reason
    finally:
        task.cancel()
        waiting.cancel()
        await asyncio.gather(task, waiting, return_exceptions=True)


def _start(name: str, types: Collection[EventType], auth: dict[str, str]) -> dict[str, Any]:
    body = {"query": DOCUMENT, "variables": {"types": [each.value for each in types]}}
    payload = {"data": json.dumps(body), "extensions": {"authorization": auth}}
    return {"id": name, "type": "start", "payload": payload}
