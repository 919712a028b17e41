"""Contract of condition expressions: which hold of an item, which are refused, and what a failure says."""

from typing import Any

import pytest

from tests.fakes.backends import ORDER_KEY, Backend

pytest_plugins = ("tests.fakes.backends",)

INVALID = "ValidationException"
FAILED = "ConditionalCheckFailedException"

ITEM: dict[str, Any] = {
    "a": {"N": "10"},
    "s": {"S": "hé"},
    "l": {"L": [{"S": "x"}, {"N": "1"}]},
    "m": {"M": {"q": {"N": "2"}, "deep": {"M": {"er": {"S": "!"}}}}},
    "ss": {"SS": ["x", "y"]},
    "yes": {"BOOL": True},
}
"""What is stored while conditions are tried."""

N1, N2, N9, N10 = ({"N": n} for n in ("1", "2", "9", "10.0"))

TRUE: list[tuple[str, dict[str, Any]]] = [
    ("attribute_exists(PK)", {}),
    ("attribute_exists(m.deep.er)", {}),
    ("attribute_not_exists(m.absent)", {}),
    ("attribute_not_exists(absent.deeper)", {}),
    ("a = :v", {":v": N10}),
    ("a > :v", {":v": N9}),
    ("a >= :v AND a <= :v", {":v": N10}),
    ("a <> :v", {":v": N9}),
    ("a <> :v", {":v": {"S": "10"}}),
    ("absent <> :v", {":v": N1}),
    ("NOT absent = :v", {":v": N1}),
    ("s < :v", {":v": {"S": "hê"}}),
    ("a BETWEEN :v AND :w", {":v": N9, ":w": N10}),
    ("a IN (:v, :w)", {":v": N9, ":w": N10}),
    ("l[1] = :v", {":v": N1}),
    ("m.q = :v", {":v": N2}),
    ("m = :v", {":v": ITEM["m"]}),
    ("ss = :v", {":v": {"SS": ["y", "x"]}}),
    ("yes = :v", {":v": {"BOOL": True}}),
    ("begins_with(s, :v)", {":v": {"S": "h"}}),
    ("contains(s, :v)", {":v": {"S": "é"}}),
    ("contains(ss, :v)", {":v": {"S": "y"}}),
    ("contains(l, :v)", {":v": {"N": "1.0"}}),
    ("attribute_type(m, :v)", {":v": {"S": "M"}}),
    ("size(l) = :v AND size(m) = :v", {":v": N2}),
    ("size(ss) BETWEEN :v AND :w", {":v": N1, ":w": N2}),
    ("a = :v OR a = :w AND s = :v", {":v": N10, ":w": N9}),
    ("NOT (a = :v OR a = :w)", {":v": N1, ":w": N2}),
    ("NOT NOT a = :v", {":v": N10}),
    ("a = :v and s <> :v or not a = :v", {":v": N10}),
    ("a>:v", {":v": N1}),
]

FALSE: list[tuple[str, dict[str, Any]]] = [
    ("attribute_not_exists(PK)", {}),
    ("attribute_exists(l[9])", {}),
    ("a = :v", {":v": {"S": "10"}}),
    ("a < :v", {":v": {"S": "9"}}),
    ("absent = :v", {":v": N1}),
    ("absent < :v", {":v": N1}),
    ("a = absent", {}),
    ("absent BETWEEN :v AND :w", {":v": N1, ":w": N2}),
    ("a IN (:v)", {":v": {"S": "10"}}),
    ("size(absent) < :v", {":v": N9}),
    ("contains(ss, :v)", {":v": N1}),
    ("contains(a, :v)", {":v": N1}),
    ("contains(absent, :v)", {":v": N1}),
    ("begins_with(absent, :v)", {":v": {"S": "x"}}),
    ("attribute_type(a, :v)", {":v": {"S": "S"}}),
    ("(a = :v OR a = :w) AND s = :v", {":v": N10, ":w": N9}),
    ("a.b.c = :v", {":v": N1}),
]

REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("", {}),
    ("a", {}),
    ("a =", {}),
    ("a = :v AND", {":v": N1}),
    ("(a = :v", {":v": N1}),
    ("a = :v)", {":v": N1}),
    ("a == :v", {":v": N1}),
    ("1a = :v", {":v": N1}),
    ("((a = :v))", {":v": N1}),
    ("size(a)", {}),
    ("attribute_exists(:v)", {":v": N1}),
    ("attribute_exists(s, a)", {}),
    ("begins_with(s, :v)", {":v": N1}),
    ("a BETWEEN :v AND :w", {":v": N2, ":w": N1}),
    ("a = :undefined", {}),
    ("#undefined = :v", {":v": N1}),
    ("a = :v", {":v": N1, ":unused": N2}),
    ("status = :v", {":v": N1}),
    ("a.owner = :v", {":v": N1}),
    (f"{'x' * 4097} = :v", {":v": N1}),
]


def holds(database: Backend, condition: str, values: dict[str, Any]) -> str:
    """Whether a condition holds of the stored item: "holds", or the code of the refusal."""
    request: dict[str, Any] = {"Item": {**ORDER_KEY, **ITEM}, "ConditionExpression": condition}
    if values:
        request["ExpressionAttributeValues"] = values
    database.put(**ITEM)
    try:
        database.call("put_item", **request)
    except database.client.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    return "holds"


@pytest.mark.parametrize(("condition", "values"), TRUE)
def test_a_true_condition_holds(database: Backend, condition: str, values: dict[str, Any]) -> None:
    assert holds(database, condition, values) == "holds"


@pytest.mark.parametrize(("condition", "values"), FALSE)
def test_a_false_condition_fails(database: Backend, condition: str, values: dict[str, Any]) -> None:
    assert holds(database, condition, values) == FAILED


@pytest.mark.parametrize(("condition", "values"), REFUSED)
def test_an_invalid_condition_is_refused(database: Backend, condition: str, values: dict[str, Any]) -> None:
    assert holds(database, condition, values) == INVALID


@pytest.mark.parametrize(
    "word",
    [
        "status",
        "name",
        "number",
        "owner",
        "total",
        "at",
        "key",
        "ref",
        "ttl",
        "work",
        "window",
        "date",
        "items",
    ],
)
def test_a_reserved_word_needs_an_alias(database: Backend, word: str) -> None:
    assert holds(database, f"attribute_not_exists({word})", {}) == INVALID


@pytest.mark.parametrize(
    "word", ["id", "version", "pay", "ful", "cur", "units", "pub", "phase", "slug", "title"]
)
def test_other_words_need_none(database: Backend, word: str) -> None:
    assert holds(database, f"attribute_not_exists({word})", {}) == "holds"


def test_an_alias_may_hold_dots_and_reserved_words(database: Backend) -> None:
    answer = database.call(
        "put_item",
        Item=ORDER_KEY,
        ConditionExpression="attribute_not_exists(#a) AND attribute_not_exists(#b)",
        ExpressionAttributeNames={"#a": "status", "#b": "a.b"},
    )
    assert answer == {}


@pytest.mark.parametrize("names", [{}, {"#a": "a", "#unused": "b"}], ids=["empty", "unused"])
def test_names_must_be_used(database: Backend, names: dict[str, str]) -> None:
    refused = database.refused(
        "put_item",
        Item=ORDER_KEY,
        ConditionExpression="attribute_exists(#a)" if names else "attribute_exists(a)",
        ExpressionAttributeNames=names,
    )
    assert refused == INVALID


@pytest.mark.parametrize("call", ["put_item", "update_item", "delete_item"])
def test_a_failed_condition_changes_nothing_and_shows_the_item(database: Backend, call: str) -> None:
    database.put(n=N1)
    request: dict[str, Any] = {"Item": ORDER_KEY} if call == "put_item" else {"Key": ORDER_KEY}
    said = database.refusal(
        call,
        **request,
        ConditionExpression="attribute_not_exists(PK)",
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )
    assert said == {"code": FAILED, "item": {**ORDER_KEY, "n": N1}}
    assert database.get() == {**ORDER_KEY, "n": N1}


def test_a_failed_condition_on_nothing_shows_no_item(database: Backend) -> None:
    said = database.refusal(
        "update_item",
        Key=ORDER_KEY,
        ConditionExpression="attribute_exists(PK)",
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )
    assert (said, database.get()) == ({"code": FAILED}, None)


def test_the_item_is_shown_only_when_asked_for(database: Backend) -> None:
    database.put()
    said = database.refusal("put_item", Item=ORDER_KEY, ConditionExpression="attribute_not_exists(PK)")
    assert said == {"code": FAILED}


def test_a_failed_condition_has_a_class_of_its_own(database: Backend) -> None:
    with pytest.raises(database.client.exceptions.ConditionalCheckFailedException):
        database.call("delete_item", Key=ORDER_KEY, ConditionExpression="attribute_exists(PK)")
