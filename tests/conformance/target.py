"""The API that the portable cases are held against: AppSync itself where the environment names one, else the laptop's."""

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from infra.neutral.function import handler
from infra.neutral.stack import SCHEMA, resolved_fields
from local.appsync.api import Api, ApiKey, Auth, IamCaller, Resolver
from local.appsync.serve import LocalServer, running
from local.appsync.server import create_app

SECONDS = 15.0
LAPTOP_KEY = "da2-local0000000000000000000000"
STANDARD = ".appsync-api."


@dataclass(frozen=True, slots=True)
class Target:
    """Where it is, and its API key."""

    url: str
    key: str

    @property
    def realtime(self) -> str:
        """Its realtime address: AppSync has another host for it, a custom domain and the laptop another path."""
        address = self.url.replace("http", "ws", 1)
        if STANDARD in address:
            return address.replace(STANDARD, ".appsync-realtime-api.")
        return f"{address}/realtime"

    def post(self, body: str | bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        """Exactly this body, with the key unless other headers are given."""
        sent = {"x-api-key": self.key} if headers is None else headers
        return httpx.post(self.url, content=body, headers=sent, timeout=SECONDS)

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """A request's result."""
        answer: dict[str, Any] = self.post(json.dumps({"query": query, "variables": variables})).json()
        return answer

    @asynccontextmanager
    async def connected(self, key: str | None = None) -> AsyncIterator["Wire"]:
        """A WebSocket that has said nothing yet."""
        header = {"host": urlsplit(self.url).netloc, "x-api-key": key or self.key}
        encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
        protocols = [Subprotocol("graphql-ws"), Subprotocol(f"header-{encoded}")]
        async with connect(self.realtime, subprotocols=protocols, proxy=None, close_timeout=2) as socket:
            yield Wire(socket, header)


@dataclass(frozen=True, slots=True)
class Wire:
    """A connection's frames."""

    socket: ClientConnection
    header: dict[str, str]

    async def send(self, **frame: Any) -> None:
        """A frame."""
        await self.socket.send(json.dumps(frame))

    async def start(self, id_: str, query: str, **variables: Any) -> None:
        """A subscription."""
        data = json.dumps({"query": query, "variables": variables})
        await self.send(
            id=id_, type="start", payload={"data": data, "extensions": {"authorization": self.header}}
        )

    async def next(self, *kinds: str) -> dict[str, Any]:
        """The next frame that is no keep-alive, unless one is asked for. Raises TimeoutError."""
        async with asyncio.timeout(SECONDS):
            while True:
                frame: dict[str, Any] = json.loads(await self.socket.recv())
                if frame["type"] != "ka" or "ka" in kinds:
                    return frame

    async def ready(self) -> None:
        """Be acknowledged."""
        await self.send(type="connection_init")
        frame = await self.next()
        if frame["type"] != "connection_ack":
            raise RuntimeError(str(frame))

    async def silent(self, seconds: float) -> bool:
        """Whether nothing but keep-alives comes for so long."""
        try:
            async with asyncio.timeout(seconds):
                await self.next()
        except TimeoutError:
            return True
        return False


@contextmanager
def target() -> Iterator[Target]:
    """AppSync at APPSYNC_URL with APPSYNC_KEY (the stack of infra/neutral), or a laptop's for the while."""
    if url := os.environ.get("APPSYNC_URL"):
        yield Target(url, os.environ["APPSYNC_KEY"])
        return
    resolvers = tuple(Resolver(*names, invoke=handler) for names in resolved_fields())
    keys = (ApiKey(LAPTOP_KEY, datetime.now(UTC) + timedelta(hours=1)),)
    iam = (IamCaller("AKIALOCAL", "secret-of-nobody", "123456789012", "arn", "name"),)
    app = create_app(Api(SCHEMA.read_text(), resolvers, Auth(api_keys=keys, iam_callers=iam)))
    with running(LocalServer(app)) as server:
        yield Target(f"http://localhost:{server.port}/graphql", LAPTOP_KEY)
