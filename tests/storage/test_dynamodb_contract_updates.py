"""Contract of update expressions: what they make of an item, what they answer, which are refused."""

from typing import Any

import pytest

from tests.fakes.backends import ORDER_KEY, Backend

pytest_plugins = ("tests.fakes.backends",)

INVALID = "ValidationException"

ITEM: dict[str, Any] = {
    "n": {"N": "10"},
    "s": {"S": "text"},
    "l": {"L": [{"S": "x"}, {"S": "y"}, {"S": "z"}]},
    "m": {"M": {"q": {"N": "2"}}},
    "ss": {"SS": ["x", "y"]},
}

ONE = {":v": {"N": "1"}}
LIST = {":v": {"L": [{"S": "new"}]}}

CHANGES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("SET n = n + :v", ONE, {"n": {"N": "11"}}),
    ("SET n = n - :v", {":v": {"N": "10.5"}}, {"n": {"N": "-0.5"}}),
    ("SET n = :v - n", ONE, {"n": {"N": "-9"}}),
    ("SET n = :v", {":v": {"S": "now text"}}, {"n": {"S": "now text"}}),
    ("SET made = n", {}, {"made": {"N": "10"}}),
    ("SET s = n, n = s", {}, {"s": {"N": "10"}, "n": {"S": "text"}}),
    ("SET made = if_not_exists(n, :v)", ONE, {"made": {"N": "10"}}),
    ("SET made = if_not_exists(made, :v) + :v", ONE, {"made": {"N": "2"}}),
    ("SET l = list_append(l, :v)", LIST, {"l": {"L": [*ITEM["l"]["L"], {"S": "new"}]}}),
    ("SET l = list_append(:v, l)", LIST, {"l": {"L": [{"S": "new"}, *ITEM["l"]["L"]]}}),
    ("SET made = list_append(if_not_exists(made, :v), :v)", LIST, {"made": {"L": [{"S": "new"}] * 2}}),
    ("SET l[1] = :v", ONE, {"l": {"L": [{"S": "x"}, {"N": "1"}, {"S": "z"}]}}),
    ("SET l[9] = :v", ONE, {"l": {"L": [*ITEM["l"]["L"], {"N": "1"}]}}),
    ("SET m.q = m.q + :v, m.made = :v", ONE, {"m": {"M": {"q": {"N": "3"}, "made": {"N": "1"}}}}),
    ("REMOVE s, absent", {}, {"s": None}),
    ("REMOVE m.q, m.absent", {}, {"m": {"M": {}}}),
    ("REMOVE l[2]", {}, {"l": {"L": [{"S": "x"}, {"S": "y"}]}}),
    ("REMOVE l[9]", {}, {}),
    ("ADD n :v, made :v", ONE, {"n": {"N": "11"}, "made": {"N": "1"}}),
    ("ADD m.q :v", ONE, {"m": {"M": {"q": {"N": "3"}}}}),
    ("ADD ss :v", {":v": {"SS": ["y", "z"]}}, {"ss": {"SS": ["x", "y", "z"]}}),
    ("ADD made :v", {":v": {"NS": ["2", "1"]}}, {"made": {"NS": ["1", "2"]}}),
    ("DELETE ss :v", {":v": {"SS": ["y", "z"]}}, {"ss": {"SS": ["x"]}}),
    ("DELETE ss :v", {":v": {"SS": ["x", "y"]}}, {"ss": None}),
    ("DELETE absent :v", {":v": {"SS": ["x"]}}, {}),
    ("set n = :v remove s add made :v", ONE, {"n": {"N": "1"}, "s": None, "made": {"N": "1"}}),
]
"""An update, its values, and the attributes that differ afterwards (None: gone)."""

REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("", {}),
    ("n = :v", ONE),
    ("SET n = absent", {}),
    ("SET n = absent + :v", ONE),
    ("SET made = list_append(absent, :v)", LIST),
    ("SET absent.deeper = :v", ONE),
    ("ADD s :v", ONE),
    ("ADD ss :v", {":v": {"NS": ["1"]}}),
    ("ADD n :v", {":v": {"S": "1"}}),
    ("ADD l :v", LIST),
    ("DELETE n :v", ONE),
    ("SET PK = :v", {":v": {"S": "O#2"}}),
    ("REMOVE SK", {}),
    ("SET status = :v", ONE),
    ("SET n = :undefined", {}),
    ("SET n = :v", {**ONE, ":unused": {"N": "2"}}),
]


def request_for(update: str, values: dict[str, Any]) -> dict[str, Any]:
    """An UpdateItem of the one item."""
    request: dict[str, Any] = {"Key": ORDER_KEY, "UpdateExpression": update}
    return {**request, "ExpressionAttributeValues": values} if values else request


@pytest.mark.parametrize(("update", "values", "changed"), CHANGES)
def test_an_update_changes_what_it_says(
    database: Backend, update: str, values: dict[str, Any], changed: dict[str, Any]
) -> None:
    database.put(**ITEM)
    answer = database.call("update_item", **request_for(update, values), ReturnValues="ALL_NEW")
    expected = {name: value for name, value in {**ORDER_KEY, **ITEM, **changed}.items() if value is not None}
    assert (answer["Attributes"], database.get()) == (expected, expected)


@pytest.mark.parametrize(("update", "values"), REFUSED)
def test_a_refused_update_changes_nothing(database: Backend, update: str, values: dict[str, Any]) -> None:
    database.put(**ITEM)
    refused = database.refused("update_item", **request_for(update, values))
    assert (refused, database.get()) == (INVALID, {**ORDER_KEY, **ITEM})


def test_a_sum_beyond_the_range_is_refused(database: Backend) -> None:
    database.put(n={"N": "9e125"})
    assert database.refused("update_item", **request_for("ADD n :v", {":v": {"N": "9e125"}})) == INVALID


@pytest.mark.parametrize(
    ("wanted", "attributes"),
    [
        ("NONE", None),
        ("ALL_OLD", {**ORDER_KEY, "n": {"N": "10"}, "s": {"S": "text"}}),
        ("ALL_NEW", {**ORDER_KEY, "n": {"N": "11"}, "made": {"N": "1"}}),
        ("UPDATED_OLD", {"n": {"N": "10"}, "s": {"S": "text"}}),
        ("UPDATED_NEW", {"n": {"N": "11"}, "made": {"N": "1"}}),
    ],
)
def test_an_update_answers_what_is_asked_for(
    database: Backend, wanted: str, attributes: dict[str, Any] | None
) -> None:
    database.put(n={"N": "10"}, s={"S": "text"})
    update = request_for("SET n = n + :v REMOVE s ADD made :v", ONE)
    assert database.call("update_item", **update, ReturnValues=wanted).get("Attributes") == attributes


def test_updated_attributes_show_only_the_nested_part(database: Backend) -> None:
    database.put(m={"M": {"q": {"N": "2"}, "other": {"S": "unseen"}}})
    answer = database.call("update_item", **request_for("SET m.q = :v", ONE), ReturnValues="UPDATED_NEW")
    assert answer == {"Attributes": {"m": {"M": {"q": {"N": "1"}}}}}


@pytest.mark.parametrize(
    ("update", "values", "made"),
    [
        ("SET n = :v", ONE, {"n": {"N": "1"}}),
        ("ADD n :v", ONE, {"n": {"N": "1"}}),
        ("SET n = if_not_exists(n, :v)", ONE, {"n": {"N": "1"}}),
        ("REMOVE absent", {}, {}),
    ],
)
def test_an_update_makes_an_item_that_is_missing(
    database: Backend, update: str, values: dict[str, Any], made: dict[str, Any]
) -> None:
    answer = database.call("update_item", **request_for(update, values), ReturnValues="ALL_OLD")
    assert (answer, database.get()) == ({}, {**ORDER_KEY, **made})


def test_an_update_without_an_expression_makes_the_key(database: Backend) -> None:
    database.call("update_item", Key=ORDER_KEY)
    assert database.get() == ORDER_KEY


def test_a_condition_sees_the_item_before_the_update(database: Backend) -> None:
    database.put(n={"N": "1"})
    request = request_for("SET n = n - :v", ONE)
    first = database.call("update_item", **request, ConditionExpression="n >= :v")
    second = database.refused("update_item", **request, ConditionExpression="n >= :v")
    assert (first, second, database.get()) == (
        {},
        "ConditionalCheckFailedException",
        {**ORDER_KEY, "n": {"N": "0"}},
    )
