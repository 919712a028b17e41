"""A WebSocket of AppSync's protocol, frame by frame."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection

SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Wire:
    """A connection's frames; `headers` is the credential of what is started without one of its own."""

    socket: ClientConnection
    headers: Mapping[str, str]

    async def send(self, **frame: Any) -> None:
        """A frame."""
        await self.socket.send(json.dumps(frame))

    async def start(
        self, id_: str, query: str, headers: Mapping[str, str] | None = None, **variables: Any
    ) -> None:
        """A subscription."""
        await self.start_data(
            id_, json.dumps({"query": query, "variables": variables}), headers or self.headers
        )

    async def start_data(self, id_: str, data: str, headers: Mapping[str, str]) -> None:
        """A subscription of exactly this data."""
        payload = {"data": data, "extensions": {"authorization": dict(headers)}}
        await self.send(id=id_, type="start", payload=payload)

    async def started(
        self, id_: str, query: str, headers: Mapping[str, str] | None = None, **variables: Any
    ) -> dict[str, Any]:
        """A subscription, and the answer to it."""
        await self.start(id_, query, headers, **variables)
        return await self.next()

    async def next(self, *kinds: str) -> dict[str, Any]:
        """The next frame that is no keep-alive, unless one is asked for. Raises TimeoutError."""
        async with asyncio.timeout(SECONDS):
            while True:
                frame: dict[str, Any] = json.loads(await self.socket.recv())
                if frame["type"] != "ka" or "ka" in kinds:
                    return frame

    async def ready(self) -> "Wire":
        """Be acknowledged. Raises RuntimeError where it is not."""
        await self.send(type="connection_init")
        frame = await self.next()
        if frame["type"] != "connection_ack":
            raise RuntimeError(str(frame))
        return self

    async def silent(self, seconds: float = 2.0) -> bool:
        """Whether nothing but keep-alives comes for so long."""
        try:
            async with asyncio.timeout(seconds):
                await self.next()
        except TimeoutError:
            return True
        return False
