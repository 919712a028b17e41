"""Cursors: opaque, authenticated, bound to the caller and the list they came from."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from typing import TypeVar

from domain.refusals import InvalidCursor, Refused
from resolvers.context import Context
from resolvers.shapes.lists import Connection, Edge, PageInfo

Node = TypeVar("Node")
_MAC = 12


def seal(context: Context, listing: object, position: object) -> str:
    """A cursor for a position in a list; `listing` is all that selects the list (field and filter)."""
    body = json.dumps(position, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_mac(context, listing, body) + body).decode().rstrip("=")


def unseal(context: Context, listing: object, cursor: str | None) -> object | None:
    """The position of a cursor, None without one. Raises Refused(InvalidCursor)."""
    if cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        raw = b""
    mac, body = raw[:_MAC], raw[_MAC:]
    if not hmac.compare_digest(mac, _mac(context, listing, body)):
        message = "This cursor belongs to another list or another caller: start again without one."
        raise Refused(InvalidCursor("INVALID_CURSOR", message, ("after",)))
    return json.loads(body)  # type: ignore[no-any-return]


def connection(
    nodes: Iterable[tuple[Node, object]], resume: object | None, make: Callable[[object], str]
) -> Connection[Node]:
    """A page from nodes with their positions; `resume` is where the list goes on, None where it ends."""
    edges = tuple(Edge(make(position), node) for node, position in nodes)
    page = PageInfo(
        resume is not None, make(resume) if resume is not None else (edges[-1].cursor if edges else None)
    )
    return Connection(tuple(edge.node for edge in edges), edges, page)


def _mac(context: Context, listing: object, body: bytes) -> bytes:
    bound = json.dumps(
        [context.actor.kind.value, context.actor.id, listing], sort_keys=True, default=str
    ).encode()
    return hmac.new(
        context.secret, b"cursor" + hashlib.sha256(bound).digest() + body, hashlib.sha256
    ).digest()[:_MAC]
