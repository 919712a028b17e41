"""AppSync's events, as captured, to functions and back."""

import logging
from typing import Any

import pytest

from domain.refusals import Refused, invalid, not_found
from tests.wiring.things import FIELDS, ThingPayload, caller, captured
from wiring.dispatch import InternalError, RefusedQuery, compile_call, guarded, handler
from wiring.identity import UnauthorizedException

TRACE = "1-67891233-abcdef012345678912345678"


def send(event: Any) -> Any:
    return handler(FIELDS, caller)(event, None)


def changed(name: str, **arguments: object) -> Any:
    event = captured(name)
    event["arguments"] |= arguments
    return event


def test_a_direct_event_is_answered_by_its_fields_function() -> None:
    assert send(captured("query_customer")) == {"id": "t1", "size": 5, "seenBy": "customer-1"}


def test_an_argument_left_out_or_null_takes_its_default() -> None:
    assert send(captured("query_guest"))["size"] == 20
    assert send(changed("query_guest", first=None))["size"] == 20


def test_a_mutation_gets_its_input_typed() -> None:
    answer = send(captured("mutation_staff"))
    assert answer == {"thing": {"id": "Lamp", "size": 3, "seenBy": "staff-1"}, "userErrors": []}


def test_a_payload_carries_every_refusal() -> None:
    event = captured("mutation_staff")
    event["arguments"]["input"]["name"] = "Refused"
    answer = send(event)
    assert answer["thing"] is None
    assert [error["__typename"] for error in answer["userErrors"]] == ["InvalidInput", "NotFound"]


def test_a_payload_carries_what_is_wrong_with_the_input_by_path() -> None:
    answer = send(changed("mutation_staff", input={"size": 99}))
    assert [error["path"] for error in answer["userErrors"]] == [["input", "name"], ["input", "size"]]


def test_a_mutation_without_its_input_says_that_it_is_required() -> None:
    event = captured("mutation_staff")
    event["arguments"] = {}
    (error,) = send(event)["userErrors"]
    assert (error["path"], error["message"]) == (["input"], "input is required")


def test_a_query_refuses_by_an_exception_that_bears_the_refusals_name() -> None:
    with pytest.raises(RefusedQuery, match="There is no such thing") as caught:
        send(changed("query_customer", id="missing"))
    assert type(caught.value).__name__ == "NotFound"


def test_a_query_with_a_wrong_argument_is_refused_as_invalid_input() -> None:
    with pytest.raises(RefusedQuery, match="first must be 1 to 50") as caught:
        send(changed("query_customer", first=51))
    assert type(caught.value).__name__ == "InvalidInput"


def test_a_bug_tells_nothing_but_the_correlation_id() -> None:
    with pytest.raises(InternalError) as caught:
        send(changed("query_customer", id="broken"))
    assert str(caught.value) == f"Something went wrong on our side. Quote {TRACE}."
    assert caught.value.__suppress_context__


def test_a_bug_is_logged_with_its_place_but_not_with_its_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "orderbell"), pytest.raises(InternalError):
        send(changed("query_customer", id="broken"))
    assert all(words in caplog.text for words in ('"error":"RuntimeError"', "things.py", TRACE))
    assert "customer-1" not in caplog.text


def test_each_call_is_logged_with_its_outcome(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "orderbell"):
        send(captured("query_customer"))
    assert '"field":"Query.thing","outcome":"answered"' in caplog.text
    assert "customer-1" not in caplog.text


def test_a_batch_is_answered_item_by_item_in_order() -> None:
    answers = send(captured("batch_customer"))
    assert [answer["data"] and answer["data"]["id"] for answer in answers] == ["t1", None, None, "t2"]
    assert answers[1] == {"data": None, "errorMessage": "There is no such thing.", "errorType": "NotFound"}


def test_a_bug_in_a_batch_tells_nothing_and_spares_the_others() -> None:
    broken = send(captured("batch_customer"))[2]
    assert broken["errorType"] == "InternalError"
    assert broken["errorMessage"] == f"Something went wrong on our side. Quote {TRACE}."


def test_an_empty_batch_is_answered_by_none() -> None:
    assert send([]) == []


def test_a_field_that_no_function_answers_is_named() -> None:
    with pytest.raises(InternalError, match=r"does not answer Query\.nothing"):
        send(captured("unknown_field"))


def test_an_identity_of_another_pool_is_turned_away() -> None:
    event = captured("query_customer")
    event["identity"]["issuer"] = "https://elsewhere.example.com"
    with pytest.raises(UnauthorizedException):
        send(event)


def test_a_guarded_function_answers_its_payload_and_raises_elsewhere() -> None:
    def payload() -> ThingPayload:
        raise Refused(invalid("No."))

    def query() -> str:
        raise Refused(not_found("thing"))

    answer = guarded(payload)()
    assert isinstance(answer, ThingPayload)
    assert answer.user_errors == (invalid("No."),)
    with pytest.raises(RefusedQuery, match="no such thing"):
        guarded(query)()


def test_a_function_that_asks_for_no_context_gets_none() -> None:
    def double(number: int) -> int:
        return number * 2

    assert compile_call(double)({"number": 21}, "context") == 42
