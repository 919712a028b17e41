"""The publisher's bounds: three tries within two seconds, whatever AppSync does, then the truth about it."""

import socket
import time
from collections.abc import Iterator, Mapping

import pytest
from botocore.credentials import Credentials

from consumers.publisher import PAUSES, TRIES, TRY_SECONDS, Publisher, PublishError


@pytest.fixture
def silent() -> Iterator[str]:
    """An endpoint that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/graphql"


def test_an_endpoint_that_never_answers_is_given_up_within_two_seconds(silent: str) -> None:
    publisher = Publisher.signing(silent, "eu-west-1", Credentials("AKIAEXAMPLE", "a secret"))
    began = time.monotonic()
    with pytest.raises(PublishError, match="ReadTimeoutError"):
        publisher.publish("m", {})
    assert TRIES * TRY_SECONDS <= time.monotonic() - began < 2.5  # half a second for a busy machine


def test_tries_and_pauses_add_up_to_two_seconds() -> None:
    assert (len(PAUSES), TRIES * TRY_SECONDS + sum(PAUSES)) == (TRIES - 1, 2.0)


def test_pauses_are_drawn_from_nothing_to_their_limit() -> None:
    slept: list[float] = []
    drawn = iter([0.0, 0.5])
    with pytest.raises(PublishError, match="HTTP 429"):
        Publisher(lambda *_: (429, b""), slept.append, drawn.__next__).publish("m", {})
    assert slept == [0.0, 0.2]


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]"])
def test_an_answer_that_is_no_graphql_result_is_tried_again_and_told(answer: bytes) -> None:
    tries: list[bytes] = []

    def send(body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        tries.append(body)
        return 200, answer

    with pytest.raises(PublishError, match="no GraphQL result"):
        Publisher(send, lambda _: None).publish("m", {})
    assert len(tries) == TRIES
