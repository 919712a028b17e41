"""The JavaScript files, run in Node with a stand-in for AppSync's library."""

import re
from typing import Any

import pytest
from appsync_javascript import Runtime

from infra import declared
from infra.answering import JAVASCRIPT

RULE = {"fieldName": "orderId", "operator": "eq", "value": "o1"}


def filters(*rules: object) -> dict[str, Any]:
    return {"filterGroup": [{"filters": list(rules)}], "invalidation": ENDS}


ENDS = {"filterGroup": [{"filters": [{"fieldName": "actorId", "operator": "eq", "value": "a1"}]}]}


INCOMPLETE: dict[str, Any] = {
    "null": None,
    "an empty object": {},
    "a text": "all",
    "true": True,
    "no group": {"filterGroup": None},
    "an empty group": {"filterGroup": []},
    "an empty set": filters(),
    "a set without filters": {"filterGroup": [{}]},
    "a null set": {"filterGroup": [None]},
    "one of two sets empty": {"filterGroup": [{"filters": [RULE]}, {"filters": []}], "invalidation": ENDS},
    "nothing that ends it": {"filterGroup": [{"filters": [RULE]}]},
    "an empty end": {"filterGroup": [{"filters": [RULE]}], "invalidation": {"filterGroup": []}},
    "a null rule": filters(None),
    "no field": filters({"operator": "eq", "value": "o1"}),
    "an empty field": filters(RULE | {"fieldName": ""}),
    "no operator": filters({"fieldName": "orderId", "value": "o1"}),
    "no value": filters({"fieldName": "orderId", "operator": "eq"}),
    "a null value": filters(RULE | {"value": None}),
    "one of two values null": filters(RULE, RULE | {"value": None}),
    "an empty list of values": filters(RULE | {"operator": "in", "value": []}),
    "a null among the values": filters(RULE | {"operator": "in", "value": ["PLACED", None]}),
}
FAILURES = {
    "timeout": ({"type": "Lambda:Unhandled", "unhandledErrorType": "Sandbox.Timedout", "message": "i-1 timed out"}, "NotFound"),
    "throttle": ({"type": "Lambda:TooManyRequestsException", "message": "Rate Exceeded"}, "NotFound"),
    "no type": ({"message": "?"}, "NotFound"),
    "unauthorized": ({"type": "Lambda:Unhandled", "unhandledErrorType": "UnauthorizedException", "message": "no"}, "NotFound"),
    "refusal": ({"type": "Lambda:Unhandled", "unhandledErrorType": "InvalidInput", "message": "Name 1 to 5."}, "InvalidInput"),
    "bug": ({"type": "Lambda:Unhandled", "unhandledErrorType": "InternalError", "message": "Quote 7."}, "InternalError"),
}  # fmt: skip


@pytest.mark.parametrize("answer", INCOMPLETE.values(), ids=INCOMPLETE)
def test_an_incomplete_answer_registers_nothing(appsync: Runtime, answer: object) -> None:
    seen = appsync.one("subscription.js", "response", {"result": answer})

    assert (seen["registered"], seen["error"]["type"]) == ([], "NotFound")


@pytest.mark.parametrize(("error", "shown"), FAILURES.values(), ids=FAILURES)
def test_an_error_registers_nothing_even_beside_a_filter(
    appsync: Runtime, error: dict[str, Any], shown: str
) -> None:
    seen = appsync.one("subscription.js", "response", {"error": error, "result": filters(RULE)})

    assert (seen["registered"], seen["error"]["type"]) == ([], shown)


def test_a_refusal_keeps_its_words_and_lambdas_own_failure_does_not(appsync: Runtime) -> None:
    refusal = appsync.one("subscription.js", "response", {"error": FAILURES["refusal"][0]})
    timeout = appsync.one("subscription.js", "response", {"error": FAILURES["timeout"][0]})

    assert refusal["error"]["message"] == "Name 1 to 5."
    assert "timed out" not in timeout["error"]["message"]


@pytest.mark.parametrize(
    "answer",
    [
        filters(RULE),
        filters(RULE | {"value": 0}, RULE | {"value": False}, RULE | {"value": ""}),
        filters(RULE | {"operator": "in", "value": ["a", "b"]}),
    ],
)
def test_a_complete_answer_sets_exactly_its_filter(appsync: Runtime, answer: dict[str, Any]) -> None:
    seen = appsync.one("subscription.js", "response", {"result": answer})

    assert seen == {
        "result": None,
        "error": None,
        "registered": [{"filterGroup": answer["filterGroup"]}],
        "ending": [ENDS],
        "ended": [],
    }


def test_nothing_but_the_filter_is_taken_from_the_answer(appsync: Runtime) -> None:
    seen = appsync.one("subscription.js", "response", {"result": filters(RULE) | {"more": 1}})

    assert seen["registered"] == [{"filterGroup": [{"filters": [RULE]}]}]


def test_the_function_gets_what_a_direct_call_would_give_it(appsync: Runtime) -> None:
    ctx = {
        "arguments": {"orderId": "o1"},
        "args": {"orderId": "o1"},
        "identity": {"sub": "s", "issuer": "i"},
        "source": None,
        "request": {"headers": {"x-amzn-trace-id": "Root=1"}, "domainName": None},
        "prev": None,
        "info": {
            "fieldName": "onOrderEvent",
            "parentTypeName": "Subscription",
            "variables": {},
            "selectionSetList": ["id", "status"],
            "selectionSetGraphQL": "{ id status }",
        },
        "stash": {},
    }

    seen = appsync.one("subscription.js", "request", ctx)

    assert seen["result"]["operation"] == "Invoke"
    assert seen["result"]["payload"] == {name: value for name, value in ctx.items() if name != "args"}


def test_a_guests_missing_identity_is_null(appsync: Runtime) -> None:
    seen = appsync.one(
        "subscription.js", "request", {"arguments": {}, "info": {}, "request": {}, "stash": {}}
    )

    assert seen["result"]["payload"]["identity"] is None


def test_publishing_answers_its_input(appsync: Runtime) -> None:
    asked = appsync.one("publish.js", "request", {"args": {"input": {"id": "e1"}}})
    answered = appsync.one("publish.js", "response", {"result": {"id": "e1"}})

    assert (asked["result"], answered["result"]) == ({"payload": {"id": "e1"}}, {"id": "e1"})


def test_publishing_shows_an_error(appsync: Runtime) -> None:
    seen = appsync.one("publish.js", "response", {"error": {"message": "m", "type": "T"}})

    assert seen["error"] == {"message": "m", "type": "T"}


ENDING = {"orderId": "o1"}


def test_ending_tells_every_subscription_that_is_declared() -> None:
    text = (JAVASCRIPT / "ending.js").read_text()
    named = re.findall(r"'(on\w+)'", text)

    assert named == [each.name for each in declared.load().fields if each.type_name == "Subscription"]
    assert len(named) <= 5  # so many distinct calls a request may make


def test_ending_answers_its_input_and_ends_by_it(appsync: Runtime) -> None:
    asked = appsync.one("ending.js", "request", {"args": {"input": ENDING}})
    answered = appsync.one("ending.js", "response", {"args": {"input": ENDING}, "result": ENDING})

    assert (asked["result"], answered["result"]) == ({"payload": ENDING}, ENDING)
    assert [each["payload"] for each in answered["ended"]] == [ENDING] * 3


@pytest.mark.parametrize("wrong", [{}, {"orderId": None}, {"orderId": ""}, {"orderId": "o", "actorId": "a"}])
def test_ending_wants_exactly_one(appsync: Runtime, wrong: dict[str, Any]) -> None:
    seen = appsync.one("ending.js", "request", {"args": {"input": wrong}})

    assert (seen["error"]["type"], seen["ended"]) == ("InvalidInput", [])


def test_ending_that_failed_ends_nothing(appsync: Runtime) -> None:
    error = {"message": "m", "type": "T"}
    seen = appsync.one("ending.js", "response", {"args": {"input": ENDING}, "error": error})

    assert (seen["error"], seen["ended"]) == (error, [])
