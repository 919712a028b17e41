"""Many HTTP clients at once, in a process of their own: `python -m tests.journeys.crowd` is that process.

Some requests lose their answer on purpose, as a bad network does it: the connection ends before the answer is read.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import IO, Any

import httpx

from local.laptop import ROOT

SECONDS = 60.0
TRIES = 40
UNREAD, HANG_UP = "unread", "hang up"
"""How an answer is lost: after it has begun to arrive, or within milliseconds of sending, done or not."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `drop` loses its answer, `then` follows an answer whose order id it takes as `$id`."""

    name: str
    token: str
    document: str
    variables: dict[str, Any]
    drop: str = ""
    then: "Request | None" = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request: the payload of its one field, or None where its answer was lost; and when."""

    name: str
    payload: dict[str, Any] | None
    started: float
    ended: float
    tries: int
    errors: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Crowd:
    """A running process of clients."""

    process: "subprocess.Popen[bytes]"
    output: IO[bytes]

    def answers(self, seconds: float = 120.0) -> list[Answer]:
        """Every answer, once all clients have done; those of a server that ended are lost."""
        assert self.process.wait(seconds) == 0, "the clients failed: see standard error"
        self.output.seek(0)
        return [Answer(**json.loads(line)) for line in self.output]


@contextmanager
def crowd(url: str, requests: Sequence[Request], clients: int = 16) -> Iterator[Crowd]:
    """Send these requests in their order, by so many clients at once. The process ends with the block."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output:
        work = {"url": url, "clients": clients, "requests": [asdict(request) for request in requests]}
        given.write(json.dumps(work).encode())
        given.seek(0)
        command = [sys.executable, "-m", "tests.journeys.crowd"]
        process = subprocess.Popen(command, cwd=ROOT, stdin=given, stdout=output)
        try:
            yield Crowd(process, output)
        finally:
            process.kill()
            process.wait()


def send(url: str, requests: Sequence[Request], clients: int = 16, *, seconds: float = 120.0) -> list[Answer]:
    """Send these requests and wait for every answer."""
    with crowd(url, requests, clients) as running:
        return running.answers(seconds)


def rate(answers: Sequence[Answer]) -> float:
    """Requests a second, from the first sent to the last answered."""
    return len(answers) / (max(each.ended for each in answers) - min(each.started for each in answers))


async def main() -> None:
    """Read the work from standard input, write a line for each answer as it comes."""
    work = json.load(sys.stdin)
    waiting = iter([_request(each) for each in work["requests"]])
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=work["clients"])
    async with httpx.AsyncClient(limits=limits, trust_env=False, timeout=SECONDS) as client:

        async def one_client() -> None:
            for request in waiting:
                following: Request | None = request
                while following:
                    answer = await _ask(client, work["url"], following)
                    print(json.dumps(asdict(answer)), flush=True)
                    following = _next(following, answer)

        await asyncio.gather(*(one_client() for _ in range(work["clients"])))


def _request(given: dict[str, Any]) -> Request:
    then = given.pop("then")
    return Request(**given, then=_request(then) if then else None)


def _next(request: Request, answer: Answer) -> Request | None:
    then, order = request.then, (answer.payload or {}).get("order")
    if then is None or not order:
        return None
    return Request(then.name, then.token, then.document, then.variables | {"id": order["id"]}, then.drop)


async def _ask(client: httpx.AsyncClient, url: str, request: Request) -> Answer:
    """Ask until the outcome is known; a lost answer stays lost."""
    started = time.monotonic()
    for attempt in range(1, TRIES + 1):
        body = await _post(client, url, request)
        payload = next(iter((body.get("data") or {}).values()), None) if body else None
        refusals = (payload or {}).get("userErrors") or []
        if not any(each["__typename"] in {"Busy", "UnknownOutcome"} for each in refusals):
            break
        await asyncio.sleep(0.02 * attempt)
    errors = body.get("errors", []) if body else []
    return Answer(request.name, payload, started, time.monotonic(), attempt, errors)


async def _post(client: httpx.AsyncClient, url: str, request: Request) -> dict[str, Any] | None:
    """The whole GraphQL result, None where it was lost."""
    message = {"query": request.document, "variables": request.variables}
    patience = httpx.Timeout(SECONDS, read=0.002) if request.drop == HANG_UP else httpx.Timeout(SECONDS)
    try:
        async with client.stream(
            "POST", url, json=message, headers={"Authorization": request.token}, timeout=patience
        ) as answer:
            if request.drop:
                return None
            result: dict[str, Any] = json.loads(await answer.aread())
            return result
    except httpx.TransportError:
        return None


if __name__ == "__main__":
    asyncio.run(main())
