"""Contract of Query and Scan: ranges, order, pages, filters, indexes."""

from typing import Any

import pytest

from tests.fakes.backends import Backend

pytest_plugins = ("tests.fakes.backends",)

INVALID = "ValidationException"
SORT_KEYS = ["A", "B#00", "B#01", "Z#00000001", "Z#00000002"]
PK = {":pk": {"S": "O#1"}}


def query(
    database: Backend, condition: str = "PK = :pk", *, names: dict[str, str] | None = None, **more: Any
) -> Any:
    """A Query whose values may be given as strings."""
    values = {
        name: {"S": value} if isinstance(value, str) else value
        for name, value in more.pop("values", {}).items()
    }
    request = {
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": {**({} if names else PK), **values},
        **more,
    }
    return database.call("query", **request, **({"ExpressionAttributeNames": names} if names else {}))


def sort_keys(answer: Any) -> list[str]:
    """The sort keys of what was read, in order."""
    return [item["SK"]["S"] for item in answer["Items"]]


@pytest.fixture
def order(database: Backend) -> Backend:
    """A partition of five items, and one beside it."""
    for number, sort in enumerate(reversed(SORT_KEYS)):
        database.put({"PK": {"S": "O#1"}, "SK": {"S": sort}}, n={"N": str(number)})
    database.put({"PK": {"S": "O#2"}, "SK": {"S": "A"}})
    return database


@pytest.mark.parametrize(
    ("condition", "values", "found"),
    [
        ("PK = :pk", {}, SORT_KEYS),
        ("SK = :a AND PK = :pk", {":a": "A"}, ["A"]),
        ("PK = :pk AND SK < :a", {":a": "Z"}, SORT_KEYS[:3]),
        ("PK = :pk AND SK <= :a", {":a": "B#00"}, SORT_KEYS[:2]),
        ("PK = :pk AND SK > :a", {":a": "Z#00000001"}, SORT_KEYS[4:]),
        ("PK = :pk AND SK >= :a", {":a": "Z#00000001"}, SORT_KEYS[3:]),
        ("PK = :pk AND SK BETWEEN :a AND :b", {":a": "B#00", ":b": "B#01"}, SORT_KEYS[1:3]),
        ("PK = :pk AND begins_with(SK, :a)", {":a": "B#"}, SORT_KEYS[1:3]),
        ("(PK = :pk) AND (SK = :a)", {":a": "absent"}, []),
    ],
)
def test_a_range_of_sort_keys(
    order: Backend, condition: str, values: dict[str, str], found: list[str]
) -> None:
    assert sort_keys(query(order, condition, values=values)) == found


def test_sort_keys_are_in_the_order_of_their_bytes(database: Backend) -> None:
    for sort in ("b", "Z", "\uffee", "é", "\U0001f600", "a#1", "a"):
        database.put({"PK": {"S": "O#1"}, "SK": {"S": sort}})
    assert sort_keys(query(database)) == ["Z", "a", "a#1", "b", "é", "\uffee", "\U0001f600"]


def test_backwards(order: Backend) -> None:
    assert sort_keys(query(order, ScanIndexForward=False)) == SORT_KEYS[::-1]


@pytest.mark.parametrize("forward", [True, False])
def test_pages_give_every_item_once(order: Backend, forward: bool) -> None:
    seen: list[str] = []
    start: dict[str, Any] = {}
    for _ in range(3):
        answer = query(order, Limit=2, ScanIndexForward=forward, **start)
        seen += sort_keys(answer)
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]} if "LastEvaluatedKey" in answer else {}
    assert (seen, start) == (SORT_KEYS if forward else SORT_KEYS[::-1], {})


def test_a_full_last_page_still_has_a_cursor(order: Backend) -> None:
    answer = query(order, Limit=5)
    last = answer["LastEvaluatedKey"]
    assert (last["SK"]["S"], query(order, ExclusiveStartKey=last)["Items"]) == (SORT_KEYS[-1], [])


def test_a_cursor_need_not_exist_any_more(order: Backend) -> None:
    cursor = {"PK": {"S": "O#1"}, "SK": {"S": "B#00x"}}
    assert sort_keys(query(order, ExclusiveStartKey=cursor)) == SORT_KEYS[2:]


@pytest.mark.parametrize(
    "cursor",
    [
        {"PK": {"S": "O#1"}},
        {"PK": {"S": "O#2"}, "SK": {"S": "A"}},
        {"PK": {"S": "O#1"}, "SK": {"N": "1"}},
        {"PK": {"S": "O#1"}, "SK": {"S": "A"}},
    ],
    ids=["half", "another partition", "another type", "before the range"],
)
def test_an_invalid_cursor_is_refused(order: Backend, cursor: dict[str, Any]) -> None:
    refused = order.refused(
        "query",
        KeyConditionExpression="PK = :pk AND SK > :a",
        ExpressionAttributeValues={**PK, ":a": {"S": "B"}},
        ExclusiveStartKey=cursor,
    )
    assert refused == INVALID


def test_a_filter_comes_after_the_limit(order: Backend) -> None:
    answer = query(order, FilterExpression="n < :n", values={":n": {"N": "2"}}, Limit=4)
    assert (sort_keys(answer), answer["Count"], answer["ScannedCount"]) == (["Z#00000001"], 1, 4)


def test_a_count_has_no_items(order: Backend) -> None:
    assert query(order, Select="COUNT") == {"Count": 5, "ScannedCount": 5}


def test_a_projection_of_a_query(order: Backend) -> None:
    assert query(order, ProjectionExpression="n", Limit=1)["Items"] == [{"n": {"N": "4"}}]


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        ("SK = :pk", {}),
        ("PK > :pk", {}),
        ("PK = :pk AND n = :a", {":a": "x"}),
        ("PK = :pk AND SK > :a AND SK < :b", {":a": "A", ":b": "Z"}),
        ("PK = :pk AND PK = :pk", {}),
        ("PK IN (:pk)", {}),
        ("PK = :pk AND SK BETWEEN :a AND :b", {":a": "Z", ":b": "A"}),
        ("PK = :a", {":a": "unused :pk"}),
        ("PK = :pk AND SK = :a", {":a": ""}),
        ("PK = :pk AND SK = :a", {":a": {"N": "1"}}),
    ],
)
def test_an_invalid_key_condition_is_refused(order: Backend, condition: str, values: dict[str, Any]) -> None:
    given = {name: {"S": value} if isinstance(value, str) else value for name, value in values.items()}
    refused = order.refused(
        "query", KeyConditionExpression=condition, ExpressionAttributeValues={**PK, **given}
    )
    assert refused == INVALID


def test_a_query_needs_a_key_condition(database: Backend) -> None:
    assert database.refused("query") == INVALID


@pytest.mark.parametrize(
    "more",
    [
        {"Select": "SPECIFIC_ATTRIBUTES"},
        {"Select": "COUNT", "ProjectionExpression": "n"},
        {"Select": "ALL_PROJECTED_ATTRIBUTES"},
        {"IndexName": "by-nothing"},
    ],
)
def test_a_contradiction_is_refused(order: Backend, more: dict[str, Any]) -> None:
    refused = order.refused("query", KeyConditionExpression="PK = :pk", ExpressionAttributeValues=PK, **more)
    assert refused == INVALID


def test_a_page_ends_at_one_megabyte(database: Backend) -> None:
    for number in range(5):
        database.put({"PK": {"S": "O#1"}, "SK": {"S": str(number)}}, z={"S": "x" * 300_000})
    first = query(database, ProjectionExpression="SK")
    rest = query(database, ProjectionExpression="SK", ExclusiveStartKey=first["LastEvaluatedKey"])
    assert (sort_keys(first), sort_keys(rest)) == (["0", "1", "2"], ["3", "4"])


def test_a_scan_gives_every_item_once(order: Backend) -> None:
    answers = [order.call("scan", Segment=segment, TotalSegments=3) for segment in range(3)]
    found = sorted((item["PK"]["S"], item["SK"]["S"]) for answer in answers for item in answer["Items"])
    assert found == [*(("O#1", sort) for sort in SORT_KEYS), ("O#2", "A")]


def test_a_scan_goes_on_from_its_cursor(order: Backend) -> None:
    seen: list[tuple[str, str]] = []
    request: dict[str, Any] = {"Limit": 4}
    for _ in range(2):
        answer = order.call("scan", **request)
        seen += [(item["PK"]["S"], item["SK"]["S"]) for item in answer["Items"]]
        request["ExclusiveStartKey"] = answer.get("LastEvaluatedKey")
    assert (len(seen), len(set(seen)), request["ExclusiveStartKey"]) == (6, 6, None)


@pytest.mark.parametrize("more", [{"Segment": 0}, {"Segment": 3, "TotalSegments": 3}])
def test_an_invalid_segment_is_refused(database: Backend, more: dict[str, int]) -> None:
    assert database.refused("scan", **more) == INVALID
