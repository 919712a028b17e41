"""Contract of the indexes: what is in them, what a reader sees, how their pages go on."""

from typing import Any

import pytest

from tests.fakes.backends import ORDER_KEY, Backend

pytest_plugins = ("tests.fakes.backends",)

INVALID = "ValidationException"
OWNER = {"owner": {"S": "customer:1"}}


def by_owner(database: Backend, **more: Any) -> Any:
    """What a query of the index by owner answers."""
    return database.call(
        "query",
        IndexName="by-owner",
        KeyConditionExpression="#owner = :owner",
        ExpressionAttributeNames={"#owner": "owner"},
        ExpressionAttributeValues={":owner": OWNER["owner"]},
        **more,
    )


def place(database: Backend, number: int, **more: Any) -> dict[str, Any]:
    """Put an order of the owner and return its key."""
    key = {"PK": {"S": f"O#{number}"}, "SK": {"S": "A"}}
    database.put(key, **OWNER, ownerAt={"S": f"2026-01-0{number}#{number}"}, **more)
    return key


def test_an_index_shows_its_keys_and_what_it_projects(database: Backend) -> None:
    key = place(database, 1, status={"S": "PAID"}, secret={"S": "unseen"})
    expected = {**key, **OWNER, "ownerAt": {"S": "2026-01-01#1"}, "status": {"S": "PAID"}}
    assert by_owner(database)["Items"] == [expected]


@pytest.mark.parametrize("missing", ["owner", "ownerAt"])
def test_an_item_without_both_keys_is_not_in_the_index(database: Backend, missing: str) -> None:
    item = {**ORDER_KEY, **OWNER, "ownerAt": {"S": "2026"}}
    del item[missing]
    database.call("put_item", Item=item)
    assert by_owner(database)["Items"] == []


def test_an_update_moves_an_item_in_the_index(database: Backend) -> None:
    keys = [place(database, number) for number in (1, 2)]
    database.call(
        "update_item",
        Key=keys[0],
        UpdateExpression="SET ownerAt = :at",
        ExpressionAttributeValues={":at": {"S": "2026-01-09#1"}},
    )
    assert [item["PK"]["S"] for item in by_owner(database)["Items"]] == ["O#2", "O#1"]


@pytest.mark.parametrize("how", ["update_item", "delete_item"])
def test_an_item_leaves_the_index(database: Backend, how: str) -> None:
    key = place(database, 1)
    update = {"UpdateExpression": "REMOVE ownerAt"} if how == "update_item" else {}
    database.call(how, Key=key, **update)
    assert by_owner(database)["Items"] == []


@pytest.mark.parametrize("forward", [True, False])
def test_pages_of_an_index_give_every_item_once(database: Backend, forward: bool) -> None:
    for number in (3, 1, 5, 2, 4):
        place(database, number)
    seen: list[str] = []
    start: dict[str, Any] = {}
    for _ in range(3):
        answer = by_owner(database, Limit=2, ScanIndexForward=forward, **start)
        seen += [item["PK"]["S"] for item in answer["Items"]]
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]} if "LastEvaluatedKey" in answer else {}
    expected = ["O#1", "O#2", "O#3", "O#4", "O#5"]
    assert (seen, start) == (expected if forward else expected[::-1], {})


def test_a_cursor_of_an_index_holds_both_keys(database: Backend) -> None:
    key = place(database, 1)
    cursor = by_owner(database, Limit=1)["LastEvaluatedKey"]
    assert cursor == {**key, **OWNER, "ownerAt": {"S": "2026-01-01#1"}}


def test_equal_sort_keys_are_all_paged_through(database: Backend) -> None:
    for number in range(5):
        database.put({"PK": {"S": f"O#{number}"}, "SK": {"S": "A"}}, **OWNER, ownerAt={"S": "same"})
    first = by_owner(database, Limit=3)
    rest = by_owner(database, ExclusiveStartKey=first["LastEvaluatedKey"])
    seen = {item["PK"]["S"] for item in (*first["Items"], *rest["Items"])}
    assert (len(seen), first["Count"], rest["Count"]) == (5, 3, 2)


@pytest.mark.parametrize(
    "more",
    [
        {"ConsistentRead": True},
        {"ExclusiveStartKey": ORDER_KEY},
        {"ExclusiveStartKey": {**ORDER_KEY, "owner": {"S": "other"}, "ownerAt": {"S": "x"}}},
    ],
    ids=["consistent", "cursor of the table", "cursor of another partition"],
)
def test_an_invalid_read_of_an_index_is_refused(database: Backend, more: dict[str, Any]) -> None:
    refused = database.refused(
        "query",
        IndexName="by-owner",
        KeyConditionExpression="#owner = :owner",
        ExpressionAttributeNames={"#owner": "owner"},
        ExpressionAttributeValues={":owner": OWNER["owner"]},
        **more,
    )
    assert refused == INVALID


def test_a_transaction_shows_in_the_index(database: Backend) -> None:
    item = {**ORDER_KEY, **OWNER, "ownerAt": {"S": "2026"}}
    database.call(
        "transact_write_items", TransactItems=[{"Put": {"TableName": database.orders, "Item": item}}]
    )
    assert by_owner(database)["Items"] == [item]


def test_a_scan_of_an_index(database: Backend) -> None:
    place(database, 1)
    database.put({"PK": {"S": "O#9"}, "SK": {"S": "A"}})
    assert database.call("scan", IndexName="by-owner")["Count"] == 1
