"""What the fake offers beyond DynamoDB itself: hooks, counting, a clock, lag, and TTL."""

from collections.abc import Mapping
from typing import Any

import pytest
from boto3 import client as boto3_client
from botocore.exceptions import ClientError, ConnectionClosedError, ParamValidationError

from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.refusals import client_error

KEY = {"PK": {"S": "O#1"}, "SK": {"S": "A"}}
OWNED = {**KEY, "owner": {"S": "ann"}, "ownerAt": {"S": "2026"}}


class Clock:
    """A clock that a test sets, in seconds since 1970."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def fake() -> FakeDynamoDB:
    return FakeDynamoDB()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def put(fake: FakeDynamoDB, item: Mapping[str, Any] = KEY) -> None:
    fake.client.put_item(TableName="orders", Item=item)


def owned_by_ann(fake: FakeDynamoDB) -> int:
    answer = fake.client.query(
        TableName="orders",
        IndexName="by-owner",
        KeyConditionExpression="#o = :o",
        ExpressionAttributeNames={"#o": "owner"},
        ExpressionAttributeValues={":o": {"S": "ann"}},
    )
    return answer["Count"]


def lose(name: str, request: Mapping[str, Any]) -> None:
    raise ConnectionClosedError(endpoint_url="https://dynamodb")


def test_a_hook_before_loses_the_request(fake: FakeDynamoDB) -> None:
    fake.before(lose)
    with pytest.raises(ConnectionClosedError):
        put(fake)
    assert fake.items("orders") == []


def test_a_hook_after_loses_the_answer_only(fake: FakeDynamoDB) -> None:
    fake.after(lose)
    with pytest.raises(ConnectionClosedError):
        put(fake)
    assert fake.items("orders") == [KEY]


def test_a_hook_can_be_removed(fake: FakeDynamoDB) -> None:
    fake.before(lose)()
    put(fake)
    assert fake.items("orders") == [KEY]


def test_a_hook_sees_the_call_and_may_use_the_fake(fake: FakeDynamoDB) -> None:
    def race(name: str, request: Mapping[str, Any]) -> None:
        remove()
        put(fake, {**KEY, "first": {"BOOL": True}})

    remove = fake.before(race)
    with pytest.raises(fake.client.exceptions.ConditionalCheckFailedException):
        fake.client.put_item(TableName="orders", Item=KEY, ConditionExpression="attribute_not_exists(PK)")
    assert [name for name, _ in fake.calls] == ["put_item", "put_item"]


def test_an_injected_error_is_one_of_the_sdk(fake: FakeDynamoDB) -> None:
    def conflict(name: str, request: Mapping[str, Any]) -> None:
        reasons = [{"Code": "TransactionConflict"}]
        raise client_error("TransactionCanceledException", operation=name, CancellationReasons=reasons)

    fake.before(conflict)
    with pytest.raises(fake.exceptions.TransactionCanceledException) as caught:
        fake.client.transact_write_items(TransactItems=[{"Delete": {"TableName": "orders", "Key": KEY}}])
    assert caught.value.response["CancellationReasons"] == [{"Code": "TransactionConflict"}]


@pytest.mark.parametrize(
    ("code", "status"),
    [("ThrottlingException", 400), ("InternalServerError", 500), ("ValidationException", 400)],
)
def test_an_injected_error_has_its_http_status(code: str, status: int) -> None:
    error = client_error(code, operation="Query")
    assert (isinstance(error, ClientError), error.response["ResponseMetadata"]["HTTPStatusCode"]) == (
        True,
        status,
    )


def test_each_round_trip_is_counted_with_its_request(fake: FakeDynamoDB) -> None:
    put(fake)
    fake.client.get_item(TableName="orders", Key=KEY)
    assert fake.calls == [
        ("put_item", {"TableName": "orders", "Item": KEY}),
        ("get_item", {"TableName": "orders", "Key": KEY}),
    ]


@pytest.mark.parametrize(
    "request_",
    [
        {"TableName": "orders"},
        {"TableName": "orders", "Key": KEY, "Unknown": 1},
        {"TableName": "orders", "Key": {"PK": {"N": 1}}},
    ],
)
def test_what_the_sdk_would_not_send_is_no_round_trip(fake: FakeDynamoDB, request_: dict[str, Any]) -> None:
    with pytest.raises(ParamValidationError):
        fake.client.get_item(**request_)
    assert fake.calls == []


def test_legacy_parameters_are_not_pretended(fake: FakeDynamoDB) -> None:
    with pytest.raises(NotImplementedError, match="AttributesToGet"):
        fake.client.get_item(TableName="orders", Key=KEY, AttributesToGet=["PK"])


def test_the_exceptions_are_those_of_the_sdk(fake: FakeDynamoDB) -> None:
    real = boto3_client(
        "dynamodb", region_name="eu-west-1", aws_access_key_id="local", aws_secret_access_key="local"
    )
    offered = {name for name in dir(real.exceptions) if name[0].isupper()}
    real.close()
    assert offered == {name for name in dir(fake.exceptions) if name[0].isupper()}


def test_an_item_given_or_answered_is_not_the_one_stored(fake: FakeDynamoDB) -> None:
    item: dict[str, Any] = {**KEY, "m": {"M": {"a": {"L": []}}}}
    put(fake, item)
    item["m"]["M"]["a"]["L"].append({"S": "given"})
    answer: Any = fake.client.get_item(TableName="orders", Key=KEY)
    answer["Item"]["m"]["M"]["a"]["L"].append({"S": "answered"})
    assert fake.items("orders") == [{**KEY, "m": {"M": {"a": {"L": []}}}}]


def test_an_index_lags_as_long_as_it_is_told(clock: Clock) -> None:
    fake = FakeDynamoDB(clock=clock)
    fake.index_delay_seconds = 10
    put(fake, OWNED)
    before = owned_by_ann(fake)
    clock.now += 10
    assert (before, owned_by_ann(fake)) == (0, 1)


def test_a_token_is_forgotten_after_ten_minutes(clock: Clock) -> None:
    fake = FakeDynamoDB(clock=clock)
    add: Any = {
        "TableName": "orders",
        "Key": KEY,
        "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    for seconds in (0, 599, 2):
        clock.now += seconds
        fake.client.transact_write_items(TransactItems=[{"Update": add}], ClientRequestToken="t")
    assert fake.items("orders") == [{**KEY, "n": {"N": "2"}}]


def test_ttl_deletes_what_has_expired_as_the_service_does(clock: Clock) -> None:
    fake = FakeDynamoDB(clock=clock)
    put(fake, {**KEY, "ttl": {"N": "1000000"}})
    put(fake, {**KEY, "SK": {"S": "later"}, "ttl": {"N": "1000001"}})
    assert (fake.expire(), [item["SK"]["S"] for item in fake.items("orders")]) == (1, ["later"])
    assert fake.stream("orders")[-1]["userIdentity"] == {
        "type": "Service",
        "principalId": "dynamodb.amazonaws.com",
    }


def test_a_stream_record_has_the_shape_that_lambda_gives(clock: Clock) -> None:
    fake = FakeDynamoDB(prefix="test-", clock=clock)
    fake.client.put_item(TableName="test-orders", Item=KEY)
    assert fake.stream("orders") == [
        {
            "eventID": "test-orders-000000000000000000001",
            "eventName": "INSERT",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": "eu-west-1",
            "dynamodb": {
                "ApproximateCreationDateTime": 1_000_000,
                "Keys": KEY,
                "NewImage": KEY,
                "SequenceNumber": "000000000000000000001",
                "SizeBytes": 16,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
            "eventSourceARN": "arn:aws:dynamodb:eu-west-1:000000000000:table/test-orders/stream/2026-01-01T00:00:00.000",
        }
    ]


def test_a_batch_read_can_leave_keys_unprocessed(fake: FakeDynamoDB) -> None:
    keys = [{**KEY, "SK": {"S": sort}} for sort in "ABC"]
    for key in keys:
        put(fake, key)
    fake.batch_get_limit = 2
    answer = fake.client.batch_get_item(RequestItems={"orders": {"Keys": keys}})
    assert (answer["Responses"], answer["UnprocessedKeys"]) == (
        {"orders": keys[:2]},
        {"orders": {"Keys": keys[2:]}},
    )


def test_a_batch_read_is_billed_item_by_item(fake: FakeDynamoDB) -> None:
    put(fake, {**KEY, "z": {"S": "x" * 5000}})
    answer = fake.client.batch_get_item(
        RequestItems={"orders": {"Keys": [KEY, {**KEY, "SK": {"S": "absent"}}], "ConsistentRead": True}},
        ReturnConsumedCapacity="TOTAL",
    )
    assert answer["ConsumedCapacity"] == [{"TableName": "orders", "CapacityUnits": 3.0}]


def test_a_transaction_bills_its_index_once(fake: FakeDynamoDB) -> None:
    answer = fake.client.transact_write_items(
        TransactItems=[{"Put": {"TableName": "orders", "Item": OWNED}}], ReturnConsumedCapacity="INDEXES"
    )
    (capacity,) = answer["ConsumedCapacity"]
    assert (capacity["CapacityUnits"], capacity["Table"]["CapacityUnits"]) == (3.0, 2.0)
