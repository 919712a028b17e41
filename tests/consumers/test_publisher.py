"""The publisher: tries again what may pass, gives up on what will not, and signs each try."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, cast

import pytest
import urllib3
from botocore.credentials import Credentials

from consumers.publisher import TRIES, Publisher, PublishError

TAKEN = (200, b'{"data": {"publishOrderEvent": {"id": "1"}}}')
Answer = tuple[int, bytes] | Exception


class Scripted:
    """Answers in turn; the last answer stays."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.bodies: list[bytes] = []
        self.slept: list[float] = []

    def send(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        self.bodies.append(body)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def publish(self) -> None:
        Publisher(self.send, self.slept.append, dice=lambda: 1.0).publish("mutation { x }", {"a": 1})


def test_a_document_is_posted_with_its_variables() -> None:
    script = Scripted(TAKEN)
    script.publish()
    assert [json.loads(body) for body in script.bodies] == [
        {"query": "mutation { x }", "variables": {"a": 1}}
    ]


@pytest.mark.parametrize(
    "answer",
    [
        *((status, b"") for status in (429, 500, 502, 503, 504)),
        urllib3.exceptions.ReadTimeoutError(cast(Any, None), "", "slow"),
    ],
)
def test_what_may_pass_is_tried_again_with_the_same_body(answer: Answer) -> None:
    script = Scripted(answer, TAKEN)
    script.publish()
    assert script.bodies == [script.bodies[0]] * 2


def test_after_its_tries_it_gives_up_and_says_why() -> None:
    script = Scripted((503, b""))
    with pytest.raises(PublishError, match="HTTP 503"):
        script.publish()
    assert len(script.bodies) == TRIES


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
def test_what_will_not_pass_is_tried_once(status: int) -> None:
    script = Scripted((status, b""))
    with pytest.raises(PublishError, match=f"HTTP {status}"):
        script.publish()
    assert (len(script.bodies), script.slept) == (1, [])


def test_errors_in_the_answer_are_a_failure_that_is_not_tried_again() -> None:
    script = Scripted((200, b'{"data": null, "errors": [{"message": "Not Authorized"}]}'))
    with pytest.raises(PublishError, match="Not Authorized"):
        script.publish()
    assert len(script.bodies) == 1


def test_pauses_grow_and_none_follows_the_last_try() -> None:
    script = Scripted((429, b""))
    with pytest.raises(PublishError):
        script.publish()
    assert script.slept == [0.1, 0.4]


@contextmanager
def endpoint(taken: list[Any]) -> Iterator[str]:
    """An HTTP server on this machine that keeps the headers it is sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            taken.append((dict(self.headers.items()), body))
            self.send_response(200)
            self.send_header("content-length", str(len(TAKEN[1])))
            self.end_headers()
            self.wfile.write(TAKEN[1])

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/graphql"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_each_publication_is_signed_for_appsync() -> None:
    taken: list[Any] = []
    with endpoint(taken) as url:
        Publisher.signing(url, "eu-west-1", Credentials("AKIAEXAMPLE", "a secret", "a token")).publish(
            "m", {}
        )
    ((headers, body),) = taken
    named = {name.lower(): value for name, value in headers.items()}
    assert json.loads(body) == {"query": "m", "variables": {}}
    assert named["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/")
    assert "/eu-west-1/appsync/aws4_request" in named["authorization"]
    assert named["x-amz-security-token"] == "a token"
