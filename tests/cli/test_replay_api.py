"""The client: what it sends again, and what it says when that does not help."""

import json

import httpx
import pytest

from cli.replay.api import TRIES, Api, RejectedError, UnreachableError, refusal

DONE = {"data": {"confirmOrder": {"userErrors": []}}}


def said(kind, **more):
    return {"data": {"confirmOrder": {"userErrors": [{"__typename": kind, "message": "later", **more}]}}}


class Server:
    """Answers with these, one after another; the last one for ever."""

    def __init__(self, *answers):
        self._answers = list(answers)
        self.bodies, self.headers, self.pauses = [], [], []

    def _handle(self, request):
        self.bodies.append(json.loads(request.content))
        self.headers.append(request.headers)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer) if isinstance(answer, int) else httpx.Response(200, json=answer)

    async def _pause(self, seconds):
        self.pauses.append(seconds)

    async def ask(self):
        async with httpx.AsyncClient(transport=httpx.MockTransport(self._handle)) as client:
            return await Api(client, "http://localhost/graphql", self._pause).ask(
                "jwt", "mutation M", {"key": "k"}
            )


async def test_answer_is_the_data():
    assert await Server(DONE).ask() == DONE["data"]


async def test_token_goes_into_the_header():
    server = Server(DONE)
    await server.ask()
    assert server.headers[0]["authorization"] == "jwt"


@pytest.mark.parametrize(
    "first",
    [
        503,
        429,
        httpx.ReadError("lost"),
        httpx.ConnectTimeout("slow"),
        said("Busy", retryAfterMs=500),
        said("UnknownOutcome"),
        {"data": None, "errors": [{"errorType": "Lambda:ExecutionTimeoutException", "message": "slow"}]},
        {
            "data": {"l1": None},
            "errors": [{"errorType": "Lambda:TooManyRequestsException", "message": "many"}],
        },
    ],
    ids=[
        "5xx",
        "throttled",
        "lost answer",
        "no connection",
        "busy",
        "unknown outcome",
        "function timed out",
        "function throttled",
    ],
)
async def test_passing_failure_is_sent_again_as_it_was(first):
    server = Server(first, DONE)
    assert await server.ask() == DONE["data"]
    assert server.bodies[0] == server.bodies[1] == {"query": "mutation M", "variables": {"key": "k"}}


async def test_busy_is_given_the_time_it_asks_for():
    server = Server(said("Busy", retryAfterMs=5000), DONE)
    await server.ask()
    assert server.pauses == [5.0]


async def test_other_refusal_is_an_answer():
    server = Server(said("LimitExceeded"))
    await server.ask()
    assert len(server.bodies) == 1


async def test_tries_are_bounded():
    server = Server(503)
    with pytest.raises(UnreachableError, match=f"{TRIES} times; the last time: status 503"):
        await server.ask()
    assert len(server.bodies) == TRIES


async def test_graphql_error_is_not_sent_again():
    server = Server(
        {"data": None, "errors": [{"errorType": "InvalidInput", "message": "no", "path": ["orders"]}]}
    )
    with pytest.raises(RejectedError, match=r"InvalidInput: no \(at \['orders'\]\)"):
        await server.ask()
    assert len(server.bodies) == 1


async def test_refused_credential_is_not_sent_again():
    with pytest.raises(RejectedError, match="status 401"):
        await Server(401).ask()


def test_refusal_is_the_type_and_the_message():
    assert str(refusal(said("LimitExceeded")["data"]["confirmOrder"])) == "LimitExceeded: later"


def test_done_is_no_refusal():
    assert refusal({"userErrors": []}) is None
