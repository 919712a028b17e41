"""HTTP routes of the laptop: the event that a call becomes, and the answer that it gets."""

import asyncio
import base64
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from local.http_routes import MOST_BYTES, Handler, http_route
from wiring.declarations import HttpRoute

ROUTE = HttpRoute("POST /webhooks/{provider}")


def call(
    handler: Handler,
    body: bytes = b"",
    path: str = "/webhooks/stripe",
    headers: list[tuple[str, str]] | None = None,
    method: str = "POST",
) -> httpx.Response:
    """What a caller gets."""
    app = httpx.ASGITransport(Starlette(routes=[http_route(ROUTE, handler)]))

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=app, base_url="http://localhost") as client:
            return await client.request(method, path, content=body, headers=headers or [])

    return asyncio.run(ask())


def heard(
    body: bytes, path: str = "/webhooks/stripe", headers: list[tuple[str, str]] | None = None
) -> dict[str, Any]:
    """The event of a call."""
    events: list[dict[str, Any]] = []
    call(events.append, body, path, headers)
    return events[0]


def test_a_call_becomes_an_event_of_payload_2() -> None:
    event = heard(b'{"id": 1}', "/webhooks/stripe?a=1&a=2&b=3")
    assert (event["version"], event["routeKey"]) == ("2.0", "POST /webhooks/{provider}")
    assert (event["rawPath"], event["rawQueryString"]) == ("/webhooks/stripe", "a=1&a=2&b=3")
    assert event["pathParameters"] == {"provider": "stripe"}
    assert event["queryStringParameters"] == {"a": "1,2", "b": "3"}
    assert event["requestContext"]["http"]["method"] == "POST"


def test_the_bytes_of_a_body_are_kept_text_as_text_and_others_as_base64() -> None:
    text, other = heard(b'{ "a" :  "\xc3\xa9" }\n'), heard(b"\xff\x00")
    assert (text["body"], text["isBase64Encoded"]) == ('{ "a" :  "é" }\n', False)
    assert (base64.b64decode(other["body"]), other["isBase64Encoded"]) == (b"\xff\x00", True)


def test_names_of_headers_are_in_small_letters_and_several_are_joined() -> None:
    event = heard(b"", headers=[("X-Signature", "one"), ("X-Signature", "two")])
    assert event["headers"]["x-signature"] == "one,two"


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        ({"statusCode": 400, "body": ""}, 400, b""),
        ({"statusCode": 200, "body": "ok", "headers": {"content-type": "text/plain"}}, 200, b"ok"),
        ({"statusCode": 200, "body": "/wA=", "isBase64Encoded": True}, 200, b"\xff\x00"),
        ({"taken": True}, 200, b'{"taken":true}'),
    ],
)
def test_the_caller_gets_what_the_function_answers(answer: object, status: int, body: bytes) -> None:
    got = call(lambda _event: answer)
    assert (got.status_code, got.content) == (status, body)


def test_a_function_that_raises_is_a_500_that_tells_nothing() -> None:
    def fail(_event: dict[str, Any]) -> object:
        raise ValueError("a secret of ours")

    got = call(fail)
    assert (got.status_code, got.json()) == (500, {"message": "Internal Server Error"})


def test_a_body_larger_than_a_function_takes_is_refused_before_it() -> None:
    called: list[object] = []
    got = call(called.append, b"x" * (MOST_BYTES + 1))
    assert (got.status_code, called) == (413, [])


def test_another_method_is_not_taken() -> None:
    assert call(lambda _event: None, method="GET").status_code == 405
