"""The JavaScript under Node and the laptop give the same: what is registered, what is refused, what is ended."""

import json
from collections import Counter
from random import Random
from typing import Any

import pytest
from appsync_javascript import Call, Runtime
from subscribe_answers import answers, events

from domain import refusals
from domain.refusals import UserError
from local.appsync import filters
from local.appsync.subscribing import Refused, closed, whole_filters
from wiring.dispatch import InternalError, refused_query
from wiring.identity import UnauthorizedException

CASES = 1500
Registered = tuple[Any, Any] | str
"""The filter and the one that ends it, or the error type of a refusal."""


def in_node(seen: dict[str, Any]) -> Registered:
    if seen["error"] is not None:
        assert (seen["registered"], seen["ending"]) == ([], [])
        return str(seen["error"]["type"])
    ((group,), (ends,)) = (seen["registered"], seen["ending"])
    assert set(group) == set(ends) == {"filterGroup"}
    return group["filterGroup"], ends["filterGroup"]


def on_the_laptop(answer: Any) -> Registered:
    try:
        return whole_filters(answer)
    except Refused as refused:
        (error,) = refused.errors
        return str(error["errorType"])


@pytest.fixture(scope="module")
def both(appsync: Runtime) -> list[tuple[Any, Registered, Registered]]:
    """Each answer with what Node and what the laptop made of it."""
    given = answers(CASES, seed=20261126)
    seen = appsync.all([Call("subscription.js", "response", {"result": answer}) for answer in given])
    return [(answer, in_node(one), on_the_laptop(answer)) for answer, one in zip(given, seen, strict=True)]


def test_the_same_answers_register_the_same_filters_or_nothing(
    both: list[tuple[Any, Registered, Registered]],
) -> None:
    different = [
        (answer, node, laptop) for answer, node, laptop in both if json.dumps(node) != json.dumps(laptop)
    ]

    assert different[:3] == []


def test_the_answers_are_of_both_kinds(both: list[tuple[Any, Registered, Registered]]) -> None:
    kinds = Counter("refused" if isinstance(node, str) else "registered" for _, node, _ in both)

    assert min(kinds["refused"], kinds["registered"]) > 200


def test_what_is_registered_hears_and_ends_alike(both: list[tuple[Any, Registered, Registered]]) -> None:
    stream, heard = events(Random(7)), Counter[bool]()
    for _, node, laptop in both:
        if isinstance(node, str) or isinstance(laptop, str):
            continue
        for event, (ours, theirs) in zip(stream, [*zip(node, laptop, strict=True)] * 3, strict=False):
            found = filters.matches(ours, event)
            assert found == filters.matches(theirs, event)
            heard[found] += 1

    assert min(heard[True], heard[False]) > 100


@pytest.mark.parametrize(
    "nothing",
    [None, {}, {"filterGroup": None}, {"filterGroup": []}, {"filterGroup": [{"filters": []}]}],
    ids=["null", "an empty object", "no filter", "an empty filter", "an empty set"],
)
def test_nothing_is_registered_without_a_filter(appsync: Runtime, nothing: Any) -> None:
    seen = appsync.one("subscription.js", "response", {"result": nothing})

    assert (in_node(seen), on_the_laptop(nothing)) == ("NotFound", "NotFound")


def test_nothing_is_registered_on_an_error(appsync: Runtime) -> None:
    whole = next(a for a in answers(200, seed=1) if not isinstance(on_the_laptop(a), str))
    error = as_lambda_tells(refused_query("InvalidInput")("Name 1 to 5.", "INVALID"))
    seen = appsync.one("subscription.js", "response", {"result": whole, "error": error})

    assert in_node(seen) == "InvalidInput"


@pytest.mark.parametrize(
    "error",
    [
        {"type": "Lambda:Unhandled", "unhandledErrorType": "Sandbox.Timedout", "message": "timed out"},
        {"type": "Lambda:ExecutionTimeoutException", "message": "Execution timed out."},
    ],
    ids=["Lambda's", "AppSync's"],
)
def test_nothing_is_registered_on_a_timeout(appsync: Runtime, error: dict[str, str]) -> None:
    whole = next(a for a in answers(200, seed=1) if not isinstance(on_the_laptop(a), str))
    seen = appsync.one("subscription.js", "response", {"result": whole, "error": error})

    assert in_node(seen) == closed(TimeoutError()).errors[0]["errorType"] == "NotFound"


def as_lambda_tells(error: Exception) -> dict[str, str]:
    """What AppSync's `ctx.error` is where a Python function raised."""
    return {"type": "Lambda:Unhandled", "unhandledErrorType": type(error).__name__, "message": str(error)}


def raised() -> list[Exception]:
    ours = [
        refused_query(name)(f"Words of {name}.", "CODE")
        for name, kind in vars(refusals).items()
        if isinstance(kind, type) and issubclass(kind, UserError)
    ]
    named = ("Unauthorized", "NotAuthorizedException", "ClientError", "ThrottlingException")
    others = [type(name, (Exception,), {})("internal") for name in named]
    bugs = [KeyError("internal"), TimeoutError(), RecursionError("internal"), StopIteration()]
    return [*ours, *others, *bugs, InternalError("Quote 7."), UnauthorizedException("internal")]


@pytest.mark.parametrize("error", raised(), ids=lambda error: type(error).__name__)
def test_the_same_is_told_of_what_a_function_raised(appsync: Runtime, error: Exception) -> None:
    seen = appsync.one("subscription.js", "response", {"error": as_lambda_tells(error)})
    (told,) = closed(error).errors

    assert seen["error"]["type"] == told["errorType"]
    assert words_shown(seen["error"]["message"], error) == words_shown(told["message"], error)


def words_shown(message: str, error: Exception) -> bool:
    """Whether a client reads the function's own words; what is internal it never reads."""
    assert "internal" not in message
    return message == str(error)
