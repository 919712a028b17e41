"""A thin client of the GraphQL endpoint: one request, sent again with the same keys until its outcome is known."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

TRIES = 6
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 3.0
CONNECTIONS = 16
SECONDS = 35.0  # AppSync itself gives up after 30
PASSES = frozenset({"Lambda:ExecutionTimeoutException", "Lambda:TooManyRequestsException"})
"""Error types that say nothing of the request: a function took too long, or as many of it run as may."""

ERRORS = "userErrors{__typename message ... on Busy{retryAfterMs}}"
"""What every mutation selects of its refusals; `refusal` and the retries read it."""

Json = dict[str, Any]
Pause = Callable[[float], Awaitable[None]]


class ApiError(Exception):
    """The API gave no answer to work with; the text says what was asked and what came."""


class UnreachableError(ApiError):
    """No answer, or none but passing failures, however often the request was sent."""


class RejectedError(ApiError):
    """The API refused the request as such: a GraphQL error or a status of 4xx. Sending it again is no use."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal of the shop: the type of its first user error, and the message."""

    kind: str
    message: str

    def __str__(self) -> str:
        """The reason, in one line."""
        return f"{self.kind}: {self.message}"


def refusal(payload: Mapping[str, Any]) -> Refusal | None:
    """Why a mutation's payload holds nothing; None where it was done."""
    errors = payload["userErrors"]
    return Refusal(errors[0]["__typename"], errors[0]["message"]) if errors else None


class Api:
    """Asks one endpoint. Every mutation sent through it must be safe to send twice."""

    def __init__(self, client: httpx.AsyncClient, endpoint: str, pause: Pause = asyncio.sleep) -> None:
        self._client = client
        self._endpoint = endpoint
        self._pause = pause
        self.requests = 0

    async def ask(self, token: str, document: str, variables: Mapping[str, Any] | None = None) -> Json:
        """As `send`, by an access token."""
        return await self.send({"authorization": token}, document, variables)

    async def send(
        self, headers: Mapping[str, str], document: str, variables: Mapping[str, Any] | None = None
    ) -> Json:
        """The answer's `data`. Raises RejectedError, and UnreachableError after TRIES tries."""
        body = {"query": document, "variables": variables or {}}
        problem = "no answer"
        for attempt in range(TRIES):
            self.requests += 1
            try:
                answer = await self._client.post(
                    self._endpoint, json=body, headers=dict(headers), timeout=SECONDS
                )
            except httpx.TransportError as error:
                passing: _Passing | Json = _Passing(f"{type(error).__name__} {error}".strip())
            else:
                passing = _read(answer)
            if not isinstance(passing, _Passing):
                return passing
            problem = passing.problem
            await self._pause(max(passing.seconds, _backoff(attempt)))
        raise UnreachableError(f"{document[:60]}... was sent {TRIES} times; the last time: {problem}")


@asynccontextmanager
async def open_api(endpoint: str) -> AsyncIterator[Api]:
    """A client with kept-alive connections; no proxy or setting of the environment plays a part."""
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    async with httpx.AsyncClient(limits=limits, trust_env=False) as client:
        yield Api(client, endpoint)


@dataclass(frozen=True, slots=True)
class _Passing:
    """A failure that passes: what it was, and how long the API asks to wait."""

    problem: str
    seconds: float = 0.0


def _read(answer: httpx.Response) -> Json | _Passing:
    if answer.status_code >= 500 or answer.status_code == 429:
        return _Passing(f"status {answer.status_code}")
    if answer.status_code != 200:
        raise RejectedError(f"status {answer.status_code}: {answer.text[:300]}")
    body: Json = answer.json()
    errors = body.get("errors") or []
    if errors:
        first = errors[0]
        if first.get("errorType") in PASSES:
            return _Passing(str(first["errorType"]))
        raise RejectedError(f"{first.get('errorType')}: {first.get('message')} (at {first.get('path')})")
    data: Json = body["data"]
    return _unsettled(data) or data


def _unsettled(data: Json) -> _Passing | None:
    """The first payload that says Busy or UnknownOutcome: the same request may be sent again, all of it."""
    for payload in data.values():
        for error in (payload or {}).get("userErrors") or ():
            if error["__typename"] in {"Busy", "UnknownOutcome"}:
                return _Passing(str(error["message"]), (error.get("retryAfterMs") or 0) / 1000)
    return None


def _backoff(attempt: int) -> float:
    return random.random() * min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**attempt)  # noqa: S311 - a pause, no secret
