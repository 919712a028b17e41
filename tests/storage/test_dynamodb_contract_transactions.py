"""Contract of transactions: all or nothing, once for each token, and a reason for each action that failed."""

from typing import Any

import pytest

from tests.fakes.backends import Backend

pytest_plugins = ("tests.fakes.backends",)

INVALID = "ValidationException"
CANCELLED = "TransactionCanceledException"
MISMATCH = "IdempotentParameterMismatchException"

SKU = {"PK": {"S": "K#tea"}, "SK": {"S": "A"}}
ORDER = {"PK": {"S": "O#1"}, "SK": {"S": "A"}}
LOG = {"PK": {"S": "O#1"}, "SK": {"S": "Z#00000001"}}
OLD: dict[str, Any] = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def put(database: Backend, key: dict[str, Any] = ORDER, **more: Any) -> dict[str, Any]:
    """A Put of an item that must be new."""
    request = {
        "TableName": database.orders,
        "Item": key,
        "ConditionExpression": "attribute_not_exists(PK)",
        **OLD,
    }
    return {"Put": {**request, **more}}


def take(database: Backend, units: int) -> dict[str, Any]:
    """An Update that takes units from the stock, if there are as many."""
    return {
        "Update": {
            "TableName": database.orders,
            "Key": SKU,
            "UpdateExpression": "SET n = n - :units",
            "ConditionExpression": "n >= :units",
            "ExpressionAttributeValues": {":units": {"N": str(units)}},
            **OLD,
        }
    }


def check(database: Backend, key: dict[str, Any], condition: str = "attribute_exists(PK)") -> dict[str, Any]:
    """A ConditionCheck of an item."""
    return {
        "ConditionCheck": {"TableName": database.orders, "Key": key, "ConditionExpression": condition, **OLD}
    }


def delete(database: Backend, key: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A Delete of an item."""
    return {"Delete": {"TableName": database.orders, "Key": key, **more}}


def transact(database: Backend, *actions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Carry the actions out."""
    return database.call("transact_write_items", TransactItems=list(actions), **more)


def refusal(database: Backend, *actions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """How the actions are refused."""
    return database.refusal("transact_write_items", TransactItems=list(actions), **more)


@pytest.fixture
def stocked(database: Backend) -> Backend:
    """Ten units in stock."""
    database.put(SKU, n={"N": "10"})
    return database


def test_all_four_actions_at_once(stocked: Backend) -> None:
    stocked.put(LOG)
    other = {"TableName": stocked.catalog, "Item": {**ORDER, "spans": {"S": "tables"}}}
    key = {"PK": {"S": "O#2"}, "SK": {"S": "A"}}
    stocked.put(key)
    transact(
        stocked, take(stocked, 3), put(stocked), delete(stocked, LOG), check(stocked, key), {"Put": other}
    )
    assert (stocked.get(SKU), stocked.get(ORDER), stocked.get(LOG)) == ({**SKU, "n": {"N": "7"}}, ORDER, None)
    assert stocked.call("get_item", TableName=stocked.catalog, Key=ORDER)["Item"] == other["Item"]


def test_a_failed_condition_cancels_everything(stocked: Backend) -> None:
    stocked.put(LOG, text={"S": "first"})
    said = refusal(stocked, take(stocked, 3), put(stocked, LOG), check(stocked, ORDER))
    failed = {"Code": "ConditionalCheckFailed"}
    assert said == {
        "code": CANCELLED,
        "reasons": [{"Code": "None"}, {**failed, "Item": {**LOG, "text": {"S": "first"}}}, failed],
    }
    assert stocked.get(SKU) == {**SKU, "n": {"N": "10"}}


def test_too_few_units_show_how_many_there_are(stocked: Backend) -> None:
    said = refusal(stocked, put(stocked), take(stocked, 11))
    assert (said["reasons"][1], stocked.get(ORDER)) == (
        {"Code": "ConditionalCheckFailed", "Item": {**SKU, "n": {"N": "10"}}},
        None,
    )


def test_the_item_is_shown_only_when_asked_for(stocked: Backend) -> None:
    said = refusal(stocked, put(stocked, SKU, ReturnValuesOnConditionCheckFailure="NONE"), put(stocked))
    assert said["reasons"] == [{"Code": "ConditionalCheckFailed"}, {"Code": "None"}]


def test_a_cancelled_transaction_has_a_class_of_its_own(database: Backend) -> None:
    with pytest.raises(database.client.exceptions.TransactionCanceledException) as caught:
        transact(database, check(database, ORDER))
    reasons = caught.value.response["CancellationReasons"]
    assert [(reason.get("Code"), reason.get("Message")) for reason in reasons] == [
        ("ConditionalCheckFailed", "The conditional request failed")
    ]


def test_an_update_that_does_not_fit_its_item_cancels(stocked: Backend) -> None:
    missing = take(stocked, 1)
    missing["Update"] |= {
        "UpdateExpression": "SET absent = absent + :units",
        "ConditionExpression": "n > :units",
    }
    said = refusal(stocked, put(stocked), missing)
    assert (said["reasons"], stocked.get(ORDER)) == ([{"Code": "None"}, {"Code": "ValidationError"}], None)


def test_an_index_key_of_another_type_cancels(database: Backend) -> None:
    said = refusal(database, put(database, LOG), put(database, {**ORDER, "owner": {"N": "1"}}))
    assert (said["reasons"], database.get(LOG)) == ([{"Code": "None"}, {"Code": "ValidationError"}], None)


def test_an_item_grown_over_400_kb_cancels(database: Backend) -> None:
    database.put(SKU, z={"S": "x" * 409_000})
    grow = {
        "TableName": database.orders,
        "Key": SKU,
        "UpdateExpression": "SET more = :more",
        "ExpressionAttributeValues": {":more": {"S": "x" * 700}},
    }
    said = refusal(database, put(database), {"Update": grow})
    assert (said["reasons"], database.get(ORDER)) == ([{"Code": "None"}, {"Code": "ValidationError"}], None)


def test_one_item_may_occur_once(stocked: Backend) -> None:
    assert refusal(stocked, take(stocked, 1), check(stocked, SKU)) == {"code": INVALID}


def test_a_hundred_actions_are_carried_out(database: Backend) -> None:
    keys = [{"PK": {"S": "O#1"}, "SK": {"S": f"{number:03}"}} for number in range(100)]
    transact(database, *(put(database, key) for key in keys))
    assert len(database.partition("O#1")) == 100


def test_a_hundred_and_one_are_refused(database: Backend) -> None:
    keys = [{"PK": {"S": "O#1"}, "SK": {"S": f"{number:03}"}} for number in range(101)]
    said = refusal(database, *(put(database, key) for key in keys))
    assert (said, database.partition("O#1")) == ({"code": INVALID}, [])


def test_more_than_4_mb_are_refused(database: Backend) -> None:
    items = [{"PK": {"S": "O#1"}, "SK": {"S": str(n)}, "z": {"S": "x" * 400_000}} for n in range(11)]
    said = refusal(database, *(put(database, item) for item in items))
    assert (said, database.partition("O#1")) == ({"code": INVALID}, [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"UpdateExpression": "SET n = :undefined"},
        {"ConditionExpression": "n >="},
        {"TableName": "no-such-table"},
        {"Key": {"PK": {"S": "K#tea"}, "SK": {"S": ""}}},
    ],
)
def test_an_invalid_action_refuses_the_whole(stocked: Backend, wrong: dict[str, Any]) -> None:
    action = {"Update": {**take(stocked, 1)["Update"], **wrong}}
    said = refusal(stocked, put(stocked), action)
    expected = "ResourceNotFoundException" if "TableName" in wrong else INVALID
    assert (said, stocked.get(ORDER)) == ({"code": expected}, None)


# The table's name is a token that no other test of this engine uses: it remembers them for ten minutes.
def test_a_token_is_carried_out_once(stocked: Backend) -> None:
    answers = [transact(stocked, take(stocked, 3), ClientRequestToken=stocked.orders) for _ in range(3)]
    assert (answers, stocked.get(SKU)) == ([{}, {}, {}], {**SKU, "n": {"N": "7"}})


def test_a_token_belongs_to_one_request(stocked: Backend) -> None:
    transact(stocked, take(stocked, 3), ClientRequestToken=stocked.orders)
    said = refusal(stocked, take(stocked, 4), ClientRequestToken=stocked.orders)
    assert (said, stocked.get(SKU)) == ({"code": MISMATCH}, {**SKU, "n": {"N": "7"}})


def test_a_cancelled_transaction_frees_its_token(stocked: Backend) -> None:
    first = refusal(stocked, take(stocked, 11), ClientRequestToken=stocked.orders)
    stocked.put(SKU, n={"N": "11"})
    transact(stocked, take(stocked, 11), ClientRequestToken=stocked.orders)
    assert (first["code"], stocked.get(SKU)) == (CANCELLED, {**SKU, "n": {"N": "0"}})


def test_a_token_has_at_most_36_characters(stocked: Backend) -> None:
    assert refusal(stocked, take(stocked, 1), ClientRequestToken="t" * 37) == {"code": INVALID}


def get(database: Backend, key: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A Get in a transaction."""
    return {"Get": {"TableName": database.orders, "Key": key, **more}}


def test_a_transaction_reads_several_items(stocked: Backend) -> None:
    gets = [get(stocked, ORDER), get(stocked, SKU, ProjectionExpression="n")]
    answer = stocked.call("transact_get_items", TransactItems=gets)
    assert answer["Responses"] == [{}, {"Item": {"n": {"N": "10"}}}]


@pytest.mark.parametrize("count", [2, 101])
def test_an_invalid_read_transaction_is_refused(database: Backend, count: int) -> None:
    keys = [{"PK": {"S": "O#1"}, "SK": {"S": "A" if count == 2 else str(n)}} for n in range(count)]
    gets = [get(database, key) for key in keys]
    assert database.refused("transact_get_items", TransactItems=gets) == INVALID
