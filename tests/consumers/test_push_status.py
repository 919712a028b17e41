"""Pushing the log: a captured stream event in, publishing documents with their variables out."""

import json
import logging
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from consumers.app import bind, load
from consumers.publisher import Publisher
from consumers.push_status import BOTH, END, STAFF_ONLY, push_status
from wiring.logs import LOGGER

EVENT: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "events" / "order-log-stream.json").read_text()
)
RECORDS = EVENT["Records"]
FIRST, SECOND = (RECORDS[index]["dynamodb"]["Keys"]["PK"]["S"].removeprefix("O#") for index in (0, -1))
Accept = Callable[[dict[str, Any]], bool]


class Posted:
    """What was published. `accept` says of each publication whether AppSync takes it."""

    def __init__(self, accept: Accept = lambda _: True) -> None:
        self.accept = accept
        self.bodies: list[dict[str, Any]] = []

    def send(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        self.bodies.append(json.loads(body))
        return (200, b'{"data": {}}') if self.accept(self.bodies[-1]) else (400, b"{}")

    def of(self, order_id: str, audience: str) -> list[dict[str, Any]]:
        """What one audience was sent of one order."""
        sent = [body["variables"][audience] for body in self.bodies if audience in body["variables"]]
        return [event for event in sent if event["orderId"] == order_id]


def pushed(accept: Accept = lambda _: True, records: list[dict[str, Any]] = RECORDS) -> tuple[Any, Posted]:
    posted = Posted(accept)
    return push_status({"Records": records}, Publisher(posted.send, sleep=lambda _: None)), posted


def test_an_event_of_the_log_becomes_one_document_for_both_audiences() -> None:
    answer, posted = pushed(records=RECORDS[:1])
    (body,) = posted.bodies
    assert answer == {"batchItemFailures": []}
    assert body["query"] == BOTH
    assert body["variables"]["order"] == {
        "id": f"{FIRST}.1",
        "orderId": FIRST,
        "sequence": 1,
        "previousSequence": 0,
        "version": 1,
        "type": "ORDER_PLACED",
        "status": "PLACED",
        "paymentStatus": "UNPAID",
        "fulfillmentStatus": "UNFULFILLED",
        "returnStatus": "NONE",
        "previousStatus": None,
        "occurredAt": "2026-11-23T09:30:00.000Z",
        "actorKind": "CUSTOMER",
        "summaryCode": "order_placed.by_customer",
        "ownerKey": body["variables"]["staff"]["ownerKey"],
    }


def test_staff_are_told_who_and_whose() -> None:
    _, posted = pushed(records=RECORDS[:1])
    staff = posted.bodies[0]["variables"]["staff"]
    assert (staff["actorId"], staff["customerId"], staff["visibility"]) == ("ada", "ada", "PUBLIC")


def test_customers_are_never_told_of_events_for_staff() -> None:
    _, posted = pushed()
    assert {event["type"] for event in posted.of(FIRST, "staff")} - {
        e["type"] for e in posted.of(FIRST, "order")
    } == {"FULFILLMENT_CREATED"}


def test_an_event_for_staff_is_published_by_the_staff_mutation_alone() -> None:
    _, posted = pushed(records=RECORDS[2:3])
    (body,) = posted.bodies
    assert (body["query"], set(body["variables"])) == (STAFF_ONLY, {"staff"})
    assert "publishOrderEvent" not in body["query"]


def test_the_events_of_an_order_go_in_their_order() -> None:
    _, posted = pushed()
    assert [event["sequence"] for event in posted.of(FIRST, "staff")] == [1, 2, 3, 4, 5, 6]
    assert [event["sequence"] for event in posted.of(SECOND, "staff")] == [1, 2]


def test_each_audience_can_follow_what_it_is_sent() -> None:
    _, posted = pushed()
    for audience in ("order", "staff"):
        sent = posted.of(FIRST, audience)
        assert [e["previousSequence"] for e in sent] == [0, *(e["sequence"] for e in sent[:-1])]


def test_what_was_not_taken_is_answered_by_the_first_record_of_its_order() -> None:
    answer, posted = pushed(lambda body: body["variables"]["staff"]["type"] != "FULFILLMENT_SHIPPED")
    number = RECORDS[3]["dynamodb"]["SequenceNumber"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": number}]}
    assert [event["sequence"] for event in posted.of(FIRST, "staff")] == [1, 2, 3, 4]


def test_the_failure_of_one_order_does_not_hold_another() -> None:
    _, posted = pushed(lambda body: body["variables"]["staff"]["orderId"] != FIRST)
    assert [event["sequence"] for event in posted.of(SECOND, "staff")] == [1, 2]


def test_the_second_event_of_an_entry_that_fails_names_the_entry() -> None:
    answer, _ = pushed(lambda body: body["variables"]["staff"]["sequence"] != 6, RECORDS[4:5])
    assert answer["batchItemFailures"] == [{"itemIdentifier": RECORDS[4]["dynamodb"]["SequenceNumber"]}]


def test_every_order_that_failed_is_answered() -> None:
    answer, _ = pushed(lambda _: False)
    firsts = {RECORDS[index]["dynamodb"]["SequenceNumber"] for index in (0, 5)}
    assert {each["itemIdentifier"] for each in answer["batchItemFailures"]} == firsts


def test_what_is_logged_names_the_order_and_no_person(caplog: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(LOGGER, "propagate", True)
    with caplog.at_level(logging.INFO, logger=LOGGER.name):
        pushed(lambda _: False)
    assert FIRST in caplog.text
    assert '"ada"' not in caplog.text


def test_no_event_carries_personal_data_or_free_text() -> None:
    _, posted = pushed()
    text = json.dumps(posted.bodies)
    assert not [word for word in ("Bell Lane", "London", "LANTERN", "Bell Post") if word in text]


def revoking() -> list[dict[str, Any]]:
    """A stream record of an order whose tokens were revoked."""
    record = deepcopy(RECORDS[2])
    event = record["dynamodb"]["NewImage"]["events"]["L"][0]["M"]
    event["type"], event["data"] = {"S": "ORDER_TOKEN_REVOKED"}, {"S": '{"generation":0}'}
    return [record]


def test_revoking_tokens_is_told_to_staff_and_ends_the_orders_subscriptions() -> None:
    answer, posted = pushed(records=revoking())
    told, ended = posted.bodies
    assert answer == {"batchItemFailures": []}
    assert (told["query"], told["variables"]["staff"]["visibility"]) == (STAFF_ONLY, "STAFF")
    assert (ended["query"], ended["variables"]) == (END, {"input": {"orderId": FIRST}})


def test_subscriptions_that_could_not_be_ended_are_tried_again() -> None:
    answer, _ = pushed(lambda body: body["query"] != END, revoking())
    assert answer == {"batchItemFailures": [{"itemIdentifier": RECORDS[2]["dynamodb"]["SequenceNumber"]}]}


def test_the_consumer_is_found_by_its_name_and_bound_to_its_tool() -> None:
    posted = Posted()
    consumer = load("push_status")
    bind(consumer, Publisher(posted.send))(EVENT, None)
    assert (consumer.publishes, len(posted.bodies)) == (
        ("publishOrderEvent", "publishStaffOrderEvent", "endOrderSubscriptions"),
        8,
    )
