"""Sends what hostile.py draws to an API without a network, and says what should never have come back."""

import asyncio
import contextlib
import json
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from starlette.applications import Starlette

from tests.local.appsync import hostile
from tests.local.appsync.neutral_api import KEY, KEY_HEADERS, Wire, ask, make_app, order, wired

ALLOWED = frozenset({200, 400, 401, 403, 405, 413})
FRAMES = 60
"""On one connection, at most."""
MARKS = ("Traceback", 'File \\"', "site-packages", "Error(", " object at 0x")
ON_STATUS = "subscription { onStatus { id status } }"


@dataclass(slots=True)
class Found:
    """What was sent, what came back, and what of it is wrong."""

    wrong: list[str] = field(default_factory=list)
    came: Counter[str] = field(default_factory=Counter)
    memory: list[int] = field(default_factory=list)

    def growth(self) -> float:
        """Resident memory at the end, as a share of that after the first fifth; 1 where it cannot be read."""
        settled = self.memory[len(self.memory) // 5 : len(self.memory) // 5 + 1]
        return self.memory[-1] / settled[0] if settled and settled[0] else 1.0


async def fuzz(seed: int, count: int) -> Found:
    """So many requests and frames, one after the other, while a bystander hears what is published."""
    dice, found = Random(seed), Found()
    app = make_app(dict.fromkeys(("Query.order", "Query.everyone"), lambda _: order()))
    async with wired(app) as bystander:
        await _subscribe(bystander)
        sent = 0
        while sent < count:
            for _ in range(FRAMES):
                await _request(app, dice, found)
            sent += FRAMES + await _connection(app, dice, found)
            await _is_heard(app, bystander, found)
            found.memory.append(resident())
    if app.state.gate.engine.hub.count():
        found.wrong.append("subscriptions of closed connections are left")
    return found


def resident() -> int:
    """Bytes of this process in memory; 0 where the machine does not say."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if statm.exists() else 0


async def _subscribe(wire: Wire) -> None:
    await wire.send({"type": "connection_init"})
    kinds = [(await wire.receive())["type"] for _ in range(2)]
    kinds.append((await wire.start("bystander", ON_STATUS))["type"])
    if kinds != ["connection_ack", "ka", "start_ack"]:
        raise RuntimeError(str(kinds))


async def _is_heard(app: Starlette, bystander: Wire, found: Found) -> None:
    """Whoever did nothing wrong hears a change."""
    await ask(app, 'mutation { setStatus(id: "77", status: PAID) { id status } }')
    try:
        while True:
            frame = await bystander.receive()
            if frame.get("payload", {}).get("data", {}).get("onStatus", {}).get("id") == "77":
                return
    except (TimeoutError, AttributeError) as error:
        found.wrong.append(f"the bystander heard nothing: {error!r}")


async def _request(app: Starlette, dice: Random, found: Found) -> None:
    body, out = hostile.body(dice), list[dict[str, Any]]()
    scope = {
        "type": "http", "http_version": "1.1", "method": dice.choice(["POST"] * 30 + ["GET", "OPTIONS", "PUT"]), "path": "/graphql",
        "raw_path": b"/graphql", "query_string": b"", "headers": hostile.headers(dice, KEY), "client": ("9.9.9.9", 1),
        "server": ("localhost", 80), "scheme": "http", "root_path": "",
    }  # fmt: skip
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Any:
        return next(messages, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        out.append(message)

    await app(scope, receive, send)
    status, text = out[0]["status"], b"".join(each.get("body", b"") for each in out[1:])
    found.came[f"HTTP {status}"] += 1
    if status not in ALLOWED:
        found.wrong.append(f"{status} for {body[:300]!r} {scope['headers']}")
    if text:
        _check(text.decode(), f"{body[:300]!r}", found)


async def _connection(app: Starlette, dice: Random, found: Found) -> int:
    """A connection of its own that sends frames until it is closed; how many it sent."""
    sent, count = 0, dice.randint(1, FRAMES)
    async with _opened(app, dice) as wire:
        while sent < count:
            message = hostile.frame(dice, KEY)
            await wire.to_app.put(message)
            sent += 1
            await asyncio.sleep(0)
            if _took(wire, found, str(message)[:300]):
                break
        await asyncio.sleep(0.002)
        _took(wire, found, "the last frames")
    return sent


@asynccontextmanager
async def _opened(app: Starlette, dice: Random) -> AsyncIterator[Wire]:
    """Mostly a good handshake."""
    given = (
        KEY_HEADERS if dice.random() < 0.8 else {dice.choice(["host", "Authorization"]): hostile.value(dice)}
    )
    async with wired(app, given) as wire:
        if dice.random() < 0.8:
            await wire.send({"type": "connection_init"})
        yield wire


def _took(wire: Wire, found: Found, sent: str) -> bool:
    """Look at what came, without waiting; whether the connection is closed."""
    with contextlib.suppress(asyncio.QueueEmpty):
        while True:
            message = wire.from_app.get_nowait()
            if message["type"] == "websocket.close":
                found.came[f"close {message.get('code')}"] += 1
                return True
            _check(message["text"], sent, found)
            found.came[json.loads(message["text"])["type"]] += 1
    return False


def _check(text: str, sent: str, found: Found) -> None:
    try:
        answer = json.loads(text)
    except ValueError:
        found.wrong.append(f"no JSON: {text[:200]} for {sent}")
        return
    if any(mark in text for mark in MARKS):
        found.wrong.append(f"an inside is shown: {text[:300]} for {sent}")
    errors = answer.get("errors") or (answer.get("payload") or {}).get("errors") or []
    if any(not isinstance(each.get("message"), str) or not each["message"] for each in errors):
        found.wrong.append(f"an error without a message: {text[:300]} for {sent}")
    if any(each.get("errorType") == "InternalFailure" for each in errors):
        found.wrong.append(f"InternalFailure for {sent}")
