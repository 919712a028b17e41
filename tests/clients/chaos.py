"""Stands before an application and does to pushed frames, connections and requests what a bad network does, and worse."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Odds:
    """Of each pushed frame: to be lost, sent twice, held back behind later ones, or to end its connection; of a request: to fail."""

    lost: float = 0.1
    twice: float = 0.1
    held: float = 0.1
    cut: float = 0.004
    failed: float = 0.03


@dataclass(slots=True)
class Chaos:
    """The application behind such a network, until `calm`. `done` counts what was done."""

    app: Starlette
    dice: Random
    odds: Odds = field(default_factory=Odds)
    calm: bool = False
    done: Counter[str] = field(default_factory=Counter)

    @property
    def state(self) -> object:
        """The application's own."""
        return self.app.state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI interface."""
        if scope["type"] == "websocket":
            await self.app(scope, receive, Line(self, send))
        elif scope["type"] == "http" and self._happens(self.odds.failed, "requests failed"):
            await PlainTextResponse("no", 503)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def fate(self) -> str:
        """What becomes of a pushed frame."""
        drawn = self.dice.random()
        for name in ("lost", "twice", "held", "cut"):
            drawn -= getattr(self.odds, name)
            if drawn < 0 and not self.calm:
                self.done[name] += 1
                return name
        return "sent"

    def _happens(self, chance: float, name: str) -> bool:
        happens = not self.calm and self.dice.random() < chance
        self.done[name] += happens
        return happens


@dataclass(slots=True)
class Line:
    """What is sent on one connection."""

    chaos: Chaos
    send: Send
    held: list[Message] = field(default_factory=list)
    is_cut: bool = False

    async def __call__(self, message: Message) -> None:
        """A message of the application to its client."""
        if self.is_cut:
            return
        if not _is_push(message):
            await self.send(message)
            return
        match self.chaos.fate():
            case "lost":
                return
            case "held":
                self.held.append(message)
                return
            case "cut":
                self.is_cut = True
                await self.send({"type": "websocket.close", "code": 1001})
                return
            case "twice":
                await self.send(message)
        await self.send(message)
        if self.held and self.chaos.dice.random() < 0.5:
            late, self.held = self.held[::-1], []
            for each in late:
                await self.send(each)
            await asyncio.sleep(0)


def _is_push(message: Message) -> bool:
    text = message.get("text")
    return bool(text) and json.loads(text)["type"] == "data"
