"""Working through a queue's messages, reading HTTP calls, and sending to queues."""

import base64
import json
from typing import Any

import pytest

from consumers.http import headers_of, parameter, raw_body
from consumers.messages import Message, body_of, each_message
from consumers.sending import Sender, put, variable


def message(body: str, group: str | None = None) -> dict[str, Any]:
    return {"messageId": body, "body": body, "attributes": {"MessageGroupId": group} if group else {}}


def worked(*messages: dict[str, Any], failing: str = "") -> tuple[list[str], list[str]]:
    """What was done, and what is to come again."""
    done: list[str] = []

    def work(each: Message) -> None:
        if each["body"] in failing.split():
            raise ValueError(each["body"])
        done.append(each["body"])

    answer = each_message({"Records": messages}, work)
    return done, [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def test_a_message_that_fails_comes_again_alone() -> None:
    assert worked(message("a"), message("b"), message("c"), failing="b") == (["a", "c"], ["b"])


def test_in_an_ordered_queue_it_holds_back_its_group_and_no_other() -> None:
    messages = [message("a1", "a"), message("b1", "b"), message("a2", "a"), message("b2", "b")]
    assert worked(*messages, failing="a1") == (["b1", "b2"], ["a1", "a2"])


def test_a_body_that_is_no_object_is_refused() -> None:
    assert body_of({"body": '{"a": 1}'}) == {"a": 1}
    for text in ("[]", "nonsense"):
        with pytest.raises(ValueError, match=r"."):
            body_of({"body": text})


@pytest.mark.parametrize("sent", [b'{"a": "\xc3\xa9"}', b"\xff\x00", b""])
def test_the_bytes_of_a_call_are_those_that_were_sent(sent: bytes) -> None:
    encoded = {"body": base64.b64encode(sent).decode(), "isBase64Encoded": True}
    assert raw_body(encoded) == sent
    if b"\xff" not in sent:
        assert raw_body({"body": sent.decode(), "isBase64Encoded": False}) == sent


def test_broken_base64_is_refused() -> None:
    with pytest.raises(ValueError, match=r"base64|padding"):
        raw_body({"body": "%%%", "isBase64Encoded": True})


def test_a_call_tells_its_path_and_headers() -> None:
    call = {"pathParameters": {"provider": "stripe"}, "headers": {"x-signature": "s"}}
    assert (parameter(call, "provider"), headers_of(call)) == ("stripe", {"x-signature": "s"})


class Sqs:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send_message(self, **given: Any) -> None:
        self.sent.append(given)


def test_what_is_sent_in_order_says_its_group_and_what_it_is_once() -> None:
    sqs, addresses = Sqs(), {variable("payment-events"): "https://queue"}
    sender = Sender(lambda queue, given: put(sqs, lambda name: addresses[variable(name)], queue, given))
    sender.send_in_order("payment-events", {"id": "evt_1"}, group="ord_1", once="evt_1")
    sender.send("payment-events", {"id": "evt_2"})
    first, second = sqs.sent
    assert (first["QueueUrl"], json.loads(first["MessageBody"])) == ("https://queue", {"id": "evt_1"})
    assert (first["MessageGroupId"], first["MessageDeduplicationId"]) == ("ord_1", "evt_1")
    assert "MessageGroupId" not in second


def test_a_queue_that_is_not_declared_cannot_be_sent_to() -> None:
    sender = Sender(lambda queue, given: put(Sqs(), {}.__getitem__, queue, given))
    with pytest.raises(KeyError):
        sender.send("mail", {})
