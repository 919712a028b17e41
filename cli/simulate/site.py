"""The running server as the simulated people meet it: they ask again while it is away, and stop between two requests."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from cli.credential import credential
from cli.outside import Outside, SayError
from cli.replay.api import Api, RejectedError, UnreachableError, refusal
from cli.simulate.tally import Tally
from cli.token import NotRunningError
from providers.provider import ProviderRefusedError, Webhook

TOKEN_SECONDS = 45 * 60
PASSING = (UnreachableError, NotRunningError, httpx.HTTPError, OSError)
"""What a server that stops and starts again may cause."""
AWAY_PAUSE = 2.0
TAKEN, NOT_YET = 200, 404
"""404 is what a server answers that has just begun to listen; senders come again."""


class StoppedError(Exception):
    """Everybody is asked to go home."""


class RefusedError(Exception):
    """The shop refused what a person of this story may do; the text has the refusal."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


@dataclass
class Site:
    """What everybody shares. `speed` shortens every pause; `stop` is set when all are to go home."""

    api: Api
    http: httpx.AsyncClient
    outside: Callable[[], Outside]
    base: str
    tally: Tally
    dice: random.Random
    speed: float = 1.0
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    header_of: Callable[[str | None], dict[str, str]] = credential
    _headers: dict[str | None, tuple[float, dict[str, str]]] = field(default_factory=dict)

    async def pause(self, least: float, most: float) -> None:
        """A person takes so many seconds, at speed 1. Raises StoppedError."""
        seconds = self.dice.uniform(least, most) / self.speed
        try:
            await asyncio.wait_for(self.stop.wait(), seconds)
        except TimeoutError:
            return
        raise StoppedError

    async def ask(self, user: str | None, document: str, **variables: object) -> Any:
        """The one field's answer, however often it must be asked. Raises RejectedError, StoppedError while it is away."""

        async def once() -> Any:
            (answer,) = (await self.api.send(await self._header(user), document, variables)).values()
            return answer

        try:
            return await self.patiently(once)
        except RejectedError as error:
            if "401" not in str(error):
                raise
            self._headers.pop(user, None)  # the server has other keys than when this was signed
            return await self.patiently(once)

    async def do(self, user: str | None, document: str, **variables: object) -> Any:
        """A mutation's payload. Raises as `ask` does, and RefusedError."""
        payload = await self.ask(user, document, **variables)
        refused = refusal(payload)
        if refused:
            raise RefusedError(refused.kind, str(refused))
        return payload

    async def post(self, sender: str, say: Callable[[], tuple[Webhook, ...]]) -> None:
        """Post what somebody outside says. What they find they cannot say any more is nobody's trouble."""
        try:
            told = await self.patiently(lambda: asyncio.to_thread(say))
        except (SayError, ProviderRefusedError):
            return
        for each in told:
            await self.patiently(lambda each=each: self._posted(sender, each))  # type: ignore[misc]

    async def click(self, page: str) -> int:
        """What the bank's page answers to a payer's yes."""

        async def once() -> int:
            return (await self.http.post(page, data={"answer": "approve"})).status_code

        status: int = await self.patiently(once)
        return status

    async def patiently(self, work: Callable[[], Any]) -> Any:
        """Do it, again while the server is away: keys make it safe. Raises StoppedError where all go home meanwhile."""
        while True:
            try:
                answer = await work()
            except PASSING:
                self.tally.away = True
                if self.stop.is_set():
                    raise StoppedError from None
                await asyncio.sleep(AWAY_PAUSE)
            else:
                self.tally.away = False
                return answer

    async def _posted(self, sender: str, webhook: Webhook) -> None:
        answer = await self.http.post(
            f"{self.base}/webhooks/{sender}", content=webhook.body, headers=webhook.headers
        )
        if answer.status_code >= 500 or answer.status_code == NOT_YET:
            raise UnreachableError(f"webhook: status {answer.status_code}")
        if answer.status_code != TAKEN:
            self.tally.problems[f"a webhook of {sender} was answered {answer.status_code}"] += 1

    async def _header(self, user: str | None) -> Mapping[str, str]:
        kept = self._headers.get(user)
        if kept is None or kept[0] < time.monotonic() - TOKEN_SECONDS:
            kept = (time.monotonic(), await asyncio.to_thread(self.header_of, user))
            self._headers[user] = kept
        return kept[1]
