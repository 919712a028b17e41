"""AppSync's realtime protocol from the client's side: connect, start subscriptions, read their frames.

Source: the AppSync Developer Guide's page on building a real-time WebSocket client.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

ACK_SECONDS = 15.0


class SubscriptionError(Exception):
    """The server refused the connection or a subscription; the text is the server's own."""


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


@contextmanager
def subscribed(
    url: str, credential: Mapping[str, str], wanted: Sequence[Subscription]
) -> Iterator[Iterator[Frame]]:
    """Frames of all these subscriptions, once each is acknowledged, until the connection ends.

    `credential` is `{"x-api-key": ...}` or `{"Authorization": <JWT>}`. Raises SubscriptionError, OSError.
    """
    header = {"host": urlsplit(url).netloc, **credential}
    encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    protocols = [Subprotocol("graphql-ws"), Subprotocol(f"header-{encoded}")]
    with connect(url, subprotocols=protocols, open_timeout=ACK_SECONDS, max_size=None, proxy=None) as socket:
        socket.send(json.dumps({"type": "connection_init"}))
        _until(socket, "connection_ack")
        early: list[Frame] = []
        for subscription in wanted:
            socket.send(json.dumps(_start(subscription, header)))
            early += _until(socket, "start_ack")
        yield _frames(socket, early)


def _start(subscription: Subscription, header: Mapping[str, str]) -> dict[str, Any]:
    data = json.dumps({"query": subscription.document, "variables": dict(subscription.variables)})
    payload = {"data": data, "extensions": {"authorization": header}}
    return {"id": subscription.id, "type": "start", "payload": payload}


def _until(socket: ClientConnection, wanted: str) -> list[Frame]:
    """Read until the acknowledgement; events of other subscriptions may come before it."""
    early: list[Frame] = []
    while True:
        message = json.loads(socket.recv(timeout=ACK_SECONDS))
        if message["type"] == wanted:
            return early
        early += _frame(message)


def _frames(socket: ClientConnection, early: list[Frame]) -> Iterator[Frame]:
    yield from early
    for text in socket:
        yield from _frame(json.loads(text))


def _frame(message: Mapping[str, Any]) -> list[Frame]:
    match message["type"]:
        case "data":
            return [Frame(message["id"], message["payload"])]
        case "error" | "connection_error":
            error = message["payload"]["errors"][0]
            raise SubscriptionError(f"{error.get('errorType', 'Error')}: {error.get('message', '')}")
        case _:
            return []
