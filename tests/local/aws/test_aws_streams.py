"""Records of a stream as they came, and the problems that boto3's own client would raise."""

import base64

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from local.aws.clients import make_client
from local.aws.streams import Streams
from local.aws.tables import ensure_tables

pytestmark = pytest.mark.engine


@pytest.fixture
def client(engine):
    return make_client("dynamodbstreams", engine.endpoint)


def place(streams, table):
    """The oldest place of a table's stream."""
    arn = streams.list_streams(TableName=table)["Streams"][0]["StreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    asked = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
    return streams.get_shard_iterator(**asked)["ShardIterator"]


def test_records_are_those_that_boto3_reads(engine, client, table_prefix):
    dynamodb, table = make_client("dynamodb", engine.endpoint), f"{table_prefix}orders"
    ensure_tables(dynamodb, table_prefix)
    image = {
        "PK": {"S": "O#1"},
        "SK": {"S": "A"},
        "blob": {"B": b"\x00\xff"},
        "deep": {"M": {"n": {"N": "1.5"}}},
    }
    dynamodb.put_item(TableName=table, Item=image)
    streams = Streams(client)
    (ours,) = streams.get_records(place(streams, table), 10)["Records"]
    (theirs,) = client.get_records(ShardIterator=place(streams, table))["Records"]
    assert (
        base64.b64decode(ours["dynamodb"]["NewImage"]["blob"]["B"])
        == theirs["dynamodb"]["NewImage"]["blob"]["B"]
    )
    assert ours["dynamodb"]["NewImage"]["deep"] == theirs["dynamodb"]["NewImage"]["deep"]
    assert ours["dynamodb"]["SequenceNumber"] == theirs["dynamodb"]["SequenceNumber"]
    moment = theirs["dynamodb"]["ApproximateCreationDateTime"].timestamp()
    assert ours["dynamodb"]["ApproximateCreationDateTime"] == moment
    assert set(ours) == set(theirs)


def test_a_problem_is_the_one_that_boto3_raises(client):
    found = []
    for ask in (
        lambda: Streams(client).get_records("nonsense", 10),
        lambda: client.get_records(ShardIterator="nonsense"),
    ):
        with pytest.raises(ClientError) as raised:
            ask()
        found.append((type(raised.value), raised.value.response["Error"]["Code"]))
    assert found[0] == found[1]


def test_an_engine_that_is_gone_is_botocores_problem():
    with pytest.raises(EndpointConnectionError):
        Streams(make_client("dynamodbstreams", "http://127.0.0.1:1")).get_records("any", 10)
