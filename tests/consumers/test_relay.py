"""The relay: a captured stream event in, entries on the bus out; whatever fails, nothing is lost or overtaken."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from consumers.app import bind, load
from consumers.bus import MOST_BYTES, MOST_ENTRIES, PAUSES, Bus, Entry, put
from consumers.relay import relay

EVENT: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "events" / "order-log-stream.json").read_text()
)
RECORDS = EVENT["Records"]
FIRST, SECOND = (RECORDS[index]["dynamodb"]["Keys"]["PK"]["S"].removeprefix("O#") for index in (0, -1))


class Stopped(BaseException):
    """The function's process ended here."""


class Taken:
    """A bus that keeps what it takes. `answer` says of each entry of each call its error code, or raises."""

    def __init__(self, answer: Callable[[int, Entry], str] = lambda _call, _entry: "") -> None:
        self.answer = answer
        self.calls: list[list[Entry]] = []
        self.entries: list[Entry] = []
        self.pauses: list[float] = []

    def put(self, entries: Sequence[Entry]) -> Sequence[str]:
        self.calls.append(list(entries))
        codes = [self.answer(len(self.calls), each) for each in entries]
        self.entries += [each for each, code in zip(entries, codes, strict=True) if not code]
        return codes

    def bus(self) -> Bus:
        return Bus(self.put, sleep=self.pauses.append, dice=lambda: 0.5)

    def sequences(self, order_id: str) -> list[int]:
        return [json.loads(each.detail)["sequence"] for each in self.entries if each.order_id == order_id]


def relayed(taken: Taken, records: Sequence[dict[str, Any]] = RECORDS) -> list[str]:
    """The sequence numbers of the records that are to come again."""
    answer = relay({"Records": records}, taken.bus())
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def sequence_of(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def test_an_event_goes_on_the_bus_as_staff_see_it() -> None:
    taken = Taken()
    assert relayed(taken, RECORDS[:1]) == []
    (entry,) = taken.entries
    body = json.loads(entry.detail)
    assert (entry.type, body["orderId"], body["sequence"], body["format"]) == ("ORDER_PLACED", FIRST, 1, 1)
    assert (body["actorId"], body["customerId"], body["visibility"]) == ("ada", "ada", "PUBLIC")


def test_every_event_is_put_each_order_in_its_order() -> None:
    taken = Taken()
    assert relayed(taken) == []
    assert (taken.sequences(FIRST), taken.sequences(SECOND)) == ([1, 2, 3, 4, 5, 6], [1, 2])


def test_the_request_that_set_it_off_goes_along() -> None:
    taken = Taken()
    traced = json.loads(json.dumps(RECORDS[0]))
    traced["dynamodb"]["NewImage"]["trace"] = {"S": "one-request"}
    relayed(taken, [traced])
    assert json.loads(taken.entries[0].detail)["trace"] == "one-request"


def test_an_entry_that_failed_is_put_again_and_alone() -> None:
    failing = iter(["ThrottlingException"])
    taken = Taken(lambda _, entry: next(failing, "") if entry.order_id == FIRST else "")
    assert relayed(taken, [RECORDS[0], RECORDS[-2]]) == []
    assert [[each.order_id for each in call] for call in taken.calls] == [[FIRST, SECOND], [FIRST]]
    assert taken.pauses == [0.5 * PAUSES[0]]


def test_no_event_of_an_order_overtakes_one_that_failed() -> None:
    answers = iter(["InternalFailure", "", "InternalFailure"])
    taken = Taken(lambda _call, _entry: next(answers, ""))
    relayed(taken, RECORDS[:5])
    assert taken.sequences(FIRST) == [1, 2, 3, 4, 5, 6]


def test_what_is_never_taken_is_answered_by_the_first_record_of_its_order() -> None:
    taken = Taken(lambda _, entry: "InternalFailure" if entry.type == "FULFILLMENT_SHIPPED" else "")
    assert relayed(taken) == [sequence_of(RECORDS[3])]
    assert taken.sequences(FIRST) == [1, 2, 3]
    assert len(taken.pauses) == len(PAUSES)


def test_a_bus_that_cannot_be_reached_is_tried_so_often_and_all_comes_again() -> None:
    def unreachable(_call: int, _entry: Entry) -> str:
        raise EndpointConnectionError(endpoint_url="https://events")

    taken = Taken(unreachable)
    assert relayed(taken) == [sequence_of(RECORDS[0]), sequence_of(RECORDS[5])]
    assert (len(taken.calls), taken.entries) == (len(PAUSES) + 1, [])


@pytest.mark.parametrize("stop_at", range(1, 8))
def test_stopped_between_any_two_calls_and_called_again_nothing_is_lost(stop_at: int) -> None:
    def stop(call: int, _entry: Entry) -> str:
        if call == stop_at:
            raise Stopped
        return ""

    taken = Taken(stop)
    try:
        relayed(taken)
    except Stopped:
        relayed(taken)
    for order_id, events in ((FIRST, [1, 2, 3, 4, 5, 6]), (SECOND, [1, 2])):
        assert list(dict.fromkeys(taken.sequences(order_id))) == events


def test_a_call_has_no_more_entries_than_the_bus_takes() -> None:
    taken = Taken()
    many = {str(number): [Entry(str(number), "ORDER_PLACED", "{}")] for number in range(25)}
    assert set(taken.bus().send(many).values()) == {1}
    assert [len(call) for call in taken.calls] == [MOST_ENTRIES, MOST_ENTRIES, 5]


def test_a_call_has_no_more_bytes_than_the_bus_takes() -> None:
    taken = Taken()
    large = "ö" * (MOST_BYTES // 5)  # two bytes each: two of them fit into a call, three do not
    taken.bus().send({str(number): [Entry(str(number), "ORDER_PLACED", large)] for number in range(5)})
    assert [len(call) for call in taken.calls] == [2, 2, 1]
    assert all(sum(each.size for each in call) < MOST_BYTES for call in taken.calls)


def test_every_entry_of_an_answer_is_looked_at() -> None:
    class Client:
        def put_events(self, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803 - boto3's name
            self.entries = Entries
            return {"FailedEntryCount": 1, "Entries": [{"EventId": "1"}, {"ErrorCode": "InternalFailure"}]}

    client = Client()
    codes = put(client, "orders-bus", [Entry("a", "ORDER_PLACED", "{}"), Entry("b", "ORDER_PLACED", "{}")])
    assert codes == ["", "InternalFailure"]
    assert client.entries[0] == {
        "EventBusName": "orders-bus",
        "Source": "orderbell.orders",
        "DetailType": "ORDER_PLACED",
        "Detail": "{}",
    }


def test_no_event_on_the_bus_carries_personal_data_or_free_text() -> None:
    taken = Taken()
    relayed(taken)
    text = json.dumps([each.detail for each in taken.entries])
    assert not [word for word in ("Bell Lane", "London", "LANTERN", "Bell Post") if word in text]


def test_the_relay_reads_the_log_in_one_lane_so_that_no_entry_overtakes_another() -> None:
    consumer = load("relay")
    taken = Taken()
    bind(consumer, taken.bus())(EVENT, None)
    assert (consumer.puts_to_bus, consumer.source.parallelization, len(taken.entries)) == (True, 1, 8)  # type: ignore[union-attr]
