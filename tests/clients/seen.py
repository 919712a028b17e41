"""Stands before an application and keeps what clients sent it: requests, addresses, frames and closing codes."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.types import Message, Receive, Scope, Send


@dataclass(slots=True)
class Connection:
    """A WebSocket: how it was opened, each frame from the client, and the code with which the client closed."""

    scheme: str
    path: str
    query: str
    frames: list[dict[str, Any]] = field(default_factory=list)
    code: int | None = None

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The frames of a type."""
        return [frame for frame in self.frames if frame.get("type") == kind]


class Seen:
    """The application, watched. `rewrite` may change a text frame on its way to the client."""

    def __init__(self, app: Starlette, rewrite: Callable[[str], str] = lambda text: text) -> None:
        self.app, self.state, self._rewrite = app, app.state, rewrite
        self.requests: list[Scope] = []
        self.connections: list[Connection] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI interface."""
        if scope["type"] == "http":
            self.requests.append(scope)
        if scope["type"] != "websocket":
            return await self.app(scope, receive, send)
        connection = Connection(scope["scheme"], scope["path"], scope["query_string"].decode())
        self.connections.append(connection)

        async def receiving() -> Message:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                connection.code = message.get("code")
            elif message.get("text"):
                connection.frames.append(json.loads(message["text"]))
            return message

        async def sending(message: Message) -> None:
            if message.get("text"):
                message = {**message, "text": self._rewrite(message["text"])}
            await send(message)

        return await self.app(scope, receiving, sending)

    def drop_connections(self) -> None:
        """Close every WebSocket from this side."""
        gate = self.state.gate
        gate._loop.call_soon_threadsafe(gate.close_sockets)


def until(fact: Callable[[], Any], seconds: float = 20.0) -> Any:
    """Wait for a fact that threads make, and give it. Raises TimeoutError."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not (value := fact()):
        if time.monotonic() > end:
            raise TimeoutError("it did not come about")
        pause.wait(0.01)
    return value
