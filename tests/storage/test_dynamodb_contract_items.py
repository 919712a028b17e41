"""Contract of single items: what is stored comes back, canonical; what is no valid item is refused."""

import pytest

from tests.fakes.backends import ORDER_KEY, Backend

pytest_plugins = ("tests.fakes.backends",)

INVALID = "ValidationException"
OTHER_KEY = {"PK": {"S": "O#1"}, "SK": {"S": "B#00"}}


def test_what_is_put_comes_back(database: Backend) -> None:
    item = {
        **ORDER_KEY,
        "text": {"S": "für ☂"},
        "flag": {"BOOL": False},
        "nothing": {"NULL": True},
        "bytes": {"B": b"\x00\xff"},
        "nested": {"M": {"list": {"L": [{"N": "1"}, {"M": {}}, {"L": []}]}, "empty": {"S": ""}}},
        "words": {"SS": ["a", "b"]},
    }
    database.call("put_item", Item=item)
    assert database.get() == item


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("1.50", "1.5"),
        ("007", "7"),
        ("-0.0", "0"),
        ("+5", "5"),
        (".5", "0.5"),
        ("1e3", "1000"),
        ("-1E-7", "-0.0000001"),
        ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
        ("1e125", "1" + "0" * 125),
    ],
)
def test_numbers_are_exact_and_plain(database: Backend, given: str, stored: str) -> None:
    database.put(amount={"N": given})
    assert database.get() == {**ORDER_KEY, "amount": {"N": stored}}


@pytest.mark.parametrize(
    "value",
    [
        {"N": "1e126"},
        {"N": "1e-131"},
        {"N": "1" * 39},
        {"N": "one"},
        {"N": ""},
        {"N": "NaN"},
        {"N": "1_0"},
        {"SS": []},
        {"SS": ["a", "a"]},
        {"NS": ["1", "1.0"]},
        {"NULL": False},
        {},
        {"S": "a", "N": "1"},
        {"M": {"inner": {}}},
    ],
)
def test_an_invalid_value_is_refused(database: Backend, value: dict[str, object]) -> None:
    assert database.refused("put_item", Item={**ORDER_KEY, "value": value}) == INVALID


@pytest.mark.parametrize(
    "key",
    [
        {"PK": {"S": "O#1"}},
        {"PK": {"S": "O#1"}, "SK": {"N": "1"}},
        {"PK": {"S": ""}, "SK": {"S": "A"}},
        {"PK": {"S": "O#1"}, "SK": {"S": ""}},
        {"PK": {"S": "x" * 2049}, "SK": {"S": "A"}},
        {"PK": {"S": "O#1"}, "SK": {"S": "é" * 513}},
    ],
)
@pytest.mark.parametrize("call", ["put_item", "get_item", "delete_item", "update_item"])
def test_an_invalid_key_is_refused(database: Backend, call: str, key: dict[str, object]) -> None:
    assert database.refused(call, **{"Item" if call == "put_item" else "Key": key}) == INVALID


def test_a_key_with_more_than_the_key_is_refused(database: Backend) -> None:
    assert database.refused("get_item", Key={**ORDER_KEY, "more": {"S": "x"}}) == INVALID


@pytest.mark.parametrize("call", ["get_item", "delete_item", "update_item"])
def test_an_unknown_table_is_refused(database: Backend, call: str) -> None:
    assert database.refused(call, TableName="no-such-table", Key=ORDER_KEY) == "ResourceNotFoundException"


def test_an_index_key_of_another_type_is_refused(database: Backend) -> None:
    assert database.refused("put_item", Item={**ORDER_KEY, "owner": {"N": "1"}}) == INVALID


def test_an_empty_index_key_is_refused(database: Backend) -> None:
    assert database.refused("put_item", Item={**ORDER_KEY, "owner": {"S": ""}}) == INVALID


def test_an_update_to_an_index_key_of_another_type_is_refused(database: Backend) -> None:
    database.put()
    refused = database.refused(
        "update_item",
        Key=ORDER_KEY,
        UpdateExpression="SET #owner = :one",
        ExpressionAttributeNames={"#owner": "owner"},
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
    assert refused == INVALID


def test_an_item_of_400_kb_is_stored(database: Backend) -> None:
    overhead = len("PK" + "O#1" + "SK" + "A" + "z")
    database.put(z={"S": "x" * (400 * 1024 - overhead)})
    assert database.get() is not None


def test_an_item_over_400_kb_is_refused(database: Backend) -> None:
    overhead = len("PK" + "O#1" + "SK" + "A" + "z")
    item = {**ORDER_KEY, "z": {"S": "x" * (400 * 1024 - overhead + 1)}}
    assert database.refused("put_item", Item=item) == INVALID


def test_an_update_beyond_400_kb_is_refused_and_changes_nothing(database: Backend) -> None:
    database.put(z={"S": "x" * 409_000})
    refused = database.refused(
        "update_item",
        Key=ORDER_KEY,
        UpdateExpression="SET more = :more",
        ExpressionAttributeValues={":more": {"S": "x" * 700}},
    )
    assert (refused, set(database.get() or {})) == (INVALID, {"PK", "SK", "z"})


def test_a_put_returns_the_old_item(database: Backend) -> None:
    first = database.call("put_item", Item={**ORDER_KEY, "n": {"N": "1"}}, ReturnValues="ALL_OLD")
    second = database.call("put_item", Item=ORDER_KEY, ReturnValues="ALL_OLD")
    assert (first, second) == ({}, {"Attributes": {**ORDER_KEY, "n": {"N": "1"}}})


def test_a_delete_returns_the_old_item_and_may_be_repeated(database: Backend) -> None:
    database.put()
    answers = [database.call("delete_item", Key=ORDER_KEY, ReturnValues="ALL_OLD") for _ in range(2)]
    assert answers == [{"Attributes": ORDER_KEY}, {}]


def test_a_put_cannot_return_the_new_item(database: Backend) -> None:
    assert database.refused("put_item", Item=ORDER_KEY, ReturnValues="ALL_NEW") == INVALID


def test_a_projection_shows_what_it_names(database: Backend) -> None:
    database.put(a={"M": {"b": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}]}, "c": {"S": "c"}}}, d={"S": "d"})
    answer = database.call(
        "get_item",
        Key=ORDER_KEY,
        ProjectionExpression="a.b[2], a.b[0], #d, absent, a.absent",
        ExpressionAttributeNames={"#d": "d"},
    )
    assert answer["Item"] == {"a": {"M": {"b": {"L": [{"N": "0"}, {"N": "2"}]}}}, "d": {"S": "d"}}


@pytest.mark.parametrize("projection", ["a, a", "a, a.b", "status"])
def test_an_invalid_projection_is_refused(database: Backend, projection: str) -> None:
    assert database.refused("get_item", Key=ORDER_KEY, ProjectionExpression=projection) == INVALID


def test_a_batch_read_answers_what_is_there(database: Backend) -> None:
    database.put()
    answer = database.call("batch_get_item", RequestItems={database.orders: {"Keys": [ORDER_KEY, OTHER_KEY]}})
    assert (answer["Responses"], answer["UnprocessedKeys"]) == ({database.orders: [ORDER_KEY]}, {})


def test_a_batch_read_spans_tables(database: Backend) -> None:
    database.put()
    database.call("put_item", TableName=database.catalog, Item=OTHER_KEY)
    answer = database.call(
        "batch_get_item",
        RequestItems={
            database.orders: {"Keys": [ORDER_KEY], "ConsistentRead": True},
            database.catalog: {"Keys": [OTHER_KEY], "ProjectionExpression": "SK"},
        },
    )
    assert answer["Responses"] == {database.orders: [ORDER_KEY], database.catalog: [{"SK": OTHER_KEY["SK"]}]}


@pytest.mark.parametrize(
    "keys",
    [
        [ORDER_KEY, ORDER_KEY],
        [{"PK": {"S": "O#1"}, "SK": {"S": str(n)}} for n in range(101)],
        [{"PK": {"S": "O#1"}}],
    ],
    ids=["twice", "101", "half a key"],
)
def test_an_invalid_batch_read_is_refused(database: Backend, keys: list[object]) -> None:
    assert database.refused("batch_get_item", RequestItems={database.orders: {"Keys": keys}}) == INVALID
