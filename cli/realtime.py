"""AppSync's realtime protocol from the client's side: connect, start subscriptions, read their frames.

Source: the AppSync Developer Guide's page on building a real-time WebSocket client.
"""

import base64
import json
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosedOK
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

ACK_SECONDS = 15.0
SILENCE_SECONDS = 300.0
LEAVE_SECONDS = 1.0
"""Closing waits so long: behind frames that nobody reads any more, the other side's goodbye is not heard."""


class SubscriptionError(Exception):
    """The server refused the connection or a subscription, or ended it; the text is the server's own."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Subscription:
    """One document with its variables; its frames bear `id`."""

    id: str
    document: str
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Frame:
    """One event of a subscription: the GraphQL result as the server sent it."""

    id: str
    payload: Mapping[str, Any]


class Frames:
    """The frames of a connection, one after another, until it ends."""

    def __init__(self, socket: ClientConnection, early: Sequence[Frame], silence: float) -> None:
        self._socket = socket
        self._waiting = deque(early)
        self._silence = silence
        self._dead_at = time.monotonic() + silence

    def __iter__(self) -> Iterator[Frame]:
        """Every frame until the server ends the connection. Raises as `within` does, but for a normal end."""
        try:
            while True:
                if frame := self.within(self._silence):
                    yield frame
        except ConnectionClosedOK:
            return

    def within(self, seconds: float) -> Frame | None:
        """The next frame; None when none comes within `seconds`.

        Raises ConnectionClosed, SubscriptionError, and TimeoutError where the server has been silent, without even a
        keep-alive, for as long as it said at the start: then the connection is dead, although nobody closed it.
        """
        until = time.monotonic() + seconds
        while not self._waiting:
            left = min(until, self._dead_at) - time.monotonic()
            try:
                message = json.loads(self._socket.recv(timeout=max(0.0, left)))
            except TimeoutError:
                if time.monotonic() >= self._dead_at:
                    raise TimeoutError(f"nothing came for {self._silence:g} seconds") from None
                return None
            self._dead_at = time.monotonic() + self._silence
            self._waiting.extend(_frame(message))
        return self._waiting.popleft()


@contextmanager
def subscribed(url: str, credential: Mapping[str, str], wanted: Sequence[Subscription]) -> Iterator[Frames]:
    """Frames of all these subscriptions, once each is acknowledged, until the connection ends.

    `credential` is `{"x-api-key": ...}` or `{"Authorization": <JWT>}`. Raises SubscriptionError, OSError, and
    WebSocketException where what answers is no realtime endpoint.
    """
    header = {"host": urlsplit(url).netloc, **credential}
    encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    protocols = [Subprotocol("graphql-ws"), Subprotocol(f"header-{encoded}")]
    with connect(
        url,
        subprotocols=protocols,
        open_timeout=ACK_SECONDS,
        close_timeout=LEAVE_SECONDS,
        max_size=None,
        proxy=None,
    ) as socket:
        socket.send(json.dumps({"type": "connection_init"}))
        early: list[Frame] = []
        acknowledged = _until(socket, "connection_ack", early)
        for subscription in wanted:
            socket.send(json.dumps(_start(subscription, header)))
            _until(socket, "start_ack", early)
        told = acknowledged.get("payload", {}).get("connectionTimeoutMs")
        yield Frames(socket, early, told / 1000 if told else SILENCE_SECONDS)


def _start(subscription: Subscription, header: Mapping[str, str]) -> dict[str, Any]:
    data = json.dumps({"query": subscription.document, "variables": dict(subscription.variables)})
    payload = {"data": data, "extensions": {"authorization": header}}
    return {"id": subscription.id, "type": "start", "payload": payload}


def _until(socket: ClientConnection, wanted: str, early: list[Frame]) -> Mapping[str, Any]:
    """Read until the acknowledgement; events of other subscriptions may come before it."""
    while True:
        message: Mapping[str, Any] = json.loads(socket.recv(timeout=ACK_SECONDS))
        if message["type"] == wanted:
            return message
        early += _frame(message)


def _frame(message: Mapping[str, Any]) -> list[Frame]:
    match message["type"]:
        case "data":
            return [Frame(message["id"], message["payload"])]
        case "error" | "connection_error":
            error = message["payload"]["errors"][0]
            raise SubscriptionError(error.get("errorType", "Error"), error.get("message", ""))
        case "complete":
            raise SubscriptionError("Complete", "the server ended the subscription")
        case _:
            return []
