"""Contract of the stream: one record for each change, with both images, and none where nothing changed."""

from typing import Any, cast

from local.aws.clients import make_client
from tests.fakes.backends import FAKE, ORDER_KEY, Backend
from tests.fakes.dynamodb import FakeDynamoDB

pytest_plugins = ("tests.fakes.backends",)


def records(database: Backend) -> list[dict[str, Any]]:
    """The records of the orders table so far: name, keys and images."""
    if database.name == FAKE:
        found = cast("FakeDynamoDB", database.client).stream("orders")
    else:
        found = remote_records(database)
    kept = ("Keys", "OldImage", "NewImage")
    return [
        {
            "eventName": record["eventName"],
            **{name: record["dynamodb"][name] for name in kept if name in record["dynamodb"]},
        }
        for record in found
    ]


def remote_records(database: Backend) -> list[Any]:
    """The same from a service at an address, from the oldest."""
    arn = database.client.describe_table(TableName=database.orders)["Table"]["LatestStreamArn"]
    streams = make_client("dynamodbstreams", database.endpoint)
    try:
        (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        return list(streams.get_records(ShardIterator=iterator)["Records"])
    finally:
        streams.close()


def test_each_change_has_a_record_with_both_images(database: Backend) -> None:
    first, second = {**ORDER_KEY, "n": {"N": "1"}}, {**ORDER_KEY, "n": {"N": "2"}}
    database.call("put_item", Item=first)
    database.call("put_item", Item=second)
    database.call("delete_item", Key=ORDER_KEY)
    assert records(database) == [
        {"eventName": "INSERT", "Keys": ORDER_KEY, "NewImage": first},
        {"eventName": "MODIFY", "Keys": ORDER_KEY, "OldImage": first, "NewImage": second},
        {"eventName": "REMOVE", "Keys": ORDER_KEY, "OldImage": second},
    ]


def test_a_write_that_changes_nothing_has_no_record(database: Backend) -> None:
    database.put(n={"N": "1"})
    database.put(n={"N": "1.0"})
    database.call("update_item", Key=ORDER_KEY, UpdateExpression="REMOVE absent")
    database.call("delete_item", Key={**ORDER_KEY, "SK": {"S": "absent"}})
    assert [record["eventName"] for record in records(database)] == ["INSERT"]


def test_a_refused_write_has_no_record(database: Backend) -> None:
    database.refused("put_item", Item=ORDER_KEY, ConditionExpression="attribute_exists(PK)")
    check = {"TableName": database.orders, "Key": ORDER_KEY, "ConditionExpression": "attribute_exists(PK)"}
    put = {"TableName": database.orders, "Item": {**ORDER_KEY, "SK": {"S": "B"}}}
    database.refused("transact_write_items", TransactItems=[{"Put": put}, {"ConditionCheck": check}])
    database.put()
    assert len(records(database)) == 1


def test_a_transaction_has_a_record_for_each_item(database: Backend) -> None:
    keys = [{"PK": {"S": "O#1"}, "SK": {"S": sort}} for sort in "ABC"]
    puts = [{"Put": {"TableName": database.orders, "Item": key}} for key in keys]
    for _ in range(2):
        database.call("transact_write_items", TransactItems=puts, ClientRequestToken=database.orders)
    found = sorted(record["Keys"]["SK"]["S"] for record in records(database))
    assert found == ["A", "B", "C"]
