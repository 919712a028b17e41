"""Many HTTP clients at once, in a process of their own: `python -m tests.journeys.crowd` is that process.

Some requests lose their answer on purpose, as a bad network does it: the connection ends before the answer is read.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
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

    def wait_for_the_first(self, seconds: float = 60.0) -> None:
        """Return once the first answer has come: the load is on."""
        deadline = time.monotonic() + seconds
        while not os.fstat(self.output.fileno()).st_size:
            assert self.process.poll() is None, "the clients failed: see standard error"
            assert time.monotonic() < deadline, "no answer came"
            time.sleep(0.01)

    def answers(self, seconds: float = 120.0) -> list[Answer]:
        """Every answer, once all clients have done; those of a server that ended are lost."""
        assert self.process.wait(seconds) == 0, "the clients failed: see standard error"
        self.output.seek(0)
        return [Answer(**json.loads(line)) for line in self.output]


@contextmanager
def crowd(
    url: str, requests: Sequence[Request], clients: int = 16, *, until_lost: bool = False
) -> Iterator[Crowd]:
    """Send these requests in their order, by so many clients at once. The process ends with the block.

    `until_lost`: a client whose answer is lost sends nothing more.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output:
        work: dict[str, Any] = {"url": url, "clients": clients, "untilLost": until_lost}
        work["requests"] = [asdict(request) for request in requests]
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


def ask_all(url: str, requests: Sequence[Request], clients: int = 12) -> list[Answer]:
    """The same from this process: where nothing is measured, another one's start need not be waited for."""
    answers: list[Answer] = []
    asyncio.run(_ask_all(url, requests, clients, answers.append, until_lost=False))
    return answers


def main() -> None:
    """Read the work from standard input, write a line for each answer as it comes."""
    work = json.load(sys.stdin)
    requests = [_request(each) for each in work["requests"]]

    def tell(answer: Answer) -> None:
        sys.stdout.write(json.dumps(asdict(answer)) + "\n")
        sys.stdout.flush()

    asyncio.run(_ask_all(work["url"], requests, work["clients"], tell, until_lost=work["untilLost"]))


async def _ask_all(
    url: str, requests: Sequence[Request], clients: int, tell: Callable[[Answer], None], *, until_lost: bool
) -> None:
    waiting = iter(requests)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=clients)
    async with httpx.AsyncClient(limits=limits, trust_env=False, timeout=SECONDS) as client:

        async def one_client() -> None:
            for request in waiting:
                following: Request | None = request
                while following:
                    answer = await _ask(client, url, following)
                    tell(answer)
                    if answer.payload is None and until_lost:
                        return
                    following = _next(following, answer)

        await asyncio.gather(*(one_client() for _ in range(clients)))


def _request(given: dict[str, Any]) -> Request:
    then = given.pop("then")
    return Request(**given, then=_request(then) if then else None)


def _next(request: Request, answer: Answer) -> Request | None:
    then, order = request.then, (answer.payload or {}).get("order")
    if then is None or not order:
        return None
    return Request(then.name, then.token, then.document, then.variables | {"id": order["id"]}, then.drop)


async def _ask(client: httpx.AsyncClient, url: str, request: Request) -> Answer:
    """Ask until the outcome is known; a lost answer stays lost. What is unknown is safe to repeat by its key alone."""
    again = {"Busy", "UnknownOutcome"} if request.variables.get("key") else {"Busy"}
    started = time.monotonic()
    for attempt in range(1, TRIES + 1):
        body = await _post(client, url, request)
        payload = next(iter((body.get("data") or {}).values()), None) if body else None
        refusals = (payload or {}).get("userErrors") or []
        if not any(each["__typename"] in again for each in refusals):
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
    main()
