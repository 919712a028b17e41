"""People before the server: they ask again while it is away, sign in anew, and go home between two requests."""

import asyncio
import json
import random
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from cli.outside import SayError
from cli.replay.api import Api, RejectedError
from cli.simulate import site as module
from cli.simulate.living import come
from cli.simulate.site import RefusedError, Site, StoppedError
from cli.simulate.tally import Tally
from providers.provider import Webhook

DONE = {"data": {"thing": {"id": "1", "userErrors": []}}}
REFUSED = {"data": {"thing": {"userErrors": [{"__typename": "NotAllowed", "message": "No."}]}}}
DENIED = 401


class Server:
    """Answers one after the other, the last for ever: JSON, a status, or an exception."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.asked = list(answers), list[httpx.Request]()

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer) if isinstance(answer, int) else httpx.Response(200, json=answer)


def site_of(server: Server, signed: Callable[[str | None], dict[str, str]] = lambda _: {"k": "1"}) -> Site:
    client = httpx.AsyncClient(transport=httpx.MockTransport(server.handle), base_url="http://shop")
    api = Api(client, "http://shop/graphql", lambda _: asyncio.sleep(0))
    return Site(api, client, lambda: None, "http://shop", Tally(), random.Random(1), 1e6, header_of=signed)  # type: ignore[arg-type, return-value]


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AWAY_PAUSE", 0.001)


async def test_a_server_that_is_away_is_asked_until_it_is_back() -> None:
    server = Server(*[httpx.ConnectError("away")] * 14, DONE)
    site = site_of(server)

    assert (await site.do(None, "{ thing }"))["id"] == "1"
    assert (len(server.asked), site.tally.away) == (15, False)


async def test_whoever_is_to_go_home_does_not_wait_for_a_server_that_is_away() -> None:
    site = site_of(Server(httpx.ConnectError("away")))
    site.stop.set()

    with pytest.raises(StoppedError):
        await site.ask(None, "{ thing }")
    assert site.tally.away


async def test_a_token_that_the_server_does_not_know_any_more_is_fetched_anew() -> None:
    tokens = iter(["old", "new"])
    server = Server(DENIED, DONE)
    site = site_of(server, lambda _: {"authorization": next(tokens)})

    assert (await site.do("ada@example.com", "{ thing }"))["id"] == "1"
    assert [each.headers["authorization"] for each in server.asked] == ["old", "new"]


async def test_another_rejection_is_told() -> None:
    with pytest.raises(RejectedError, match="400"):
        await site_of(Server(400)).ask(None, "{ thing }")


async def test_a_refusal_is_told_with_its_kind() -> None:
    with pytest.raises(RefusedError, match="NotAllowed: No") as refused:
        await site_of(Server(REFUSED)).do(None, "{ thing }")
    assert refused.value.kind == "NotAllowed"


async def test_a_pause_ends_where_all_go_home() -> None:
    site = site_of(Server(DONE))
    await site.pause(1, 2)
    site.stop.set()
    with pytest.raises(StoppedError):
        await site.pause(1, 2)


async def test_a_webhook_comes_again_until_it_is_taken_and_what_cannot_be_said_is_not_sent() -> None:
    server = Server(503, 404, {})
    site = site_of(server)
    webhook = Webhook({"signature": "right"}, b"{}")

    def nothing() -> tuple[Webhook, ...]:
        raise SayError("There is no such parcel.")

    await site.post("carrier", lambda: (webhook,))
    await site.post("carrier", nothing)

    assert [str(each.url) for each in server.asked] == ["http://shop/webhooks/carrier"] * 3
    assert not site.tally.problems


async def test_a_webhook_that_is_refused_is_a_problem() -> None:
    site = site_of(Server(400))
    await site.post("test", lambda: (Webhook({}, b"{}"),))
    assert site.tally.problems == {"a webhook of test was answered 400": 1}


async def test_what_goes_wrong_in_a_story_is_counted_and_the_next_buyer_comes() -> None:
    site = site_of(Server(REFUSED))
    await come(site, ["SKU"], "test", 60_000, most=5, seconds=None)

    assert site.tally.problems == {"NotAllowed: No.": 5}
    assert site.tally.here == 0
    assert "5 NotAllowed: No." in site.tally.summary()
    assert json.loads(site.tally.as_json())["problems"] == {"NotAllowed: No.": 5}


async def test_nobody_comes_once_all_are_to_go_home() -> None:
    site = site_of(Server(DONE))
    site.stop.set()
    await come(site, ["SKU"], "test", 60_000, most=None, seconds=None)
    assert (site.tally.happened, site.tally.here) == ({}, 0)


def test_the_line_says_when_the_server_is_away() -> None:
    tally = Tally(away=True)
    tally.note("placed")
    assert "1 placed" in tally.line(3)
    assert "SERVER AWAY" in tally.line(3)
