"""A pytest plugin: the DynamoDBs that one contract must hold on. The fake, the engine, and at wish a third by address.

With DDB_LOCAL_ENDPOINT (such as http://127.0.0.1:8000) the cases run on that DynamoDB too.
The contract's modules name this one in `pytest_plugins` and import from it: hence PYTEST_DONT_REWRITE.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local.aws.clients import make_client
from local.aws.tables import ensure_tables

from .attribute_values import number
from .dynamodb import FakeDynamoDB

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

FAKE, ENGINE, SECOND = "fake", "engine", "second"
SECOND_ENDPOINT = os.environ.get("DDB_LOCAL_ENDPOINT")

BACKENDS = [FAKE, pytest.param(ENGINE, marks=pytest.mark.engine), *([SECOND] if SECOND_ENDPOINT else [])]

ORDER_KEY = {"PK": {"S": "O#1"}, "SK": {"S": "A"}}


@dataclass(frozen=True, slots=True)
class Backend:
    """A DynamoDB with the two tables, empty, under the names given. `endpoint` is empty for the fake."""

    name: str
    client: "DynamoDBClient"
    orders: str
    catalog: str
    endpoint: str

    def call(self, name: str, **request: Any) -> dict[str, Any]:
        """What a call answers, comparably: on the orders table unless it names one, sets in order."""
        if "TableName" not in request and not name.startswith(("transact", "batch")):
            request["TableName"] = self.orders
        answer = getattr(self.client, name)(**request)
        plain = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
        return _comparable_map(plain)

    def refused(self, name: str, **request: Any) -> str:
        """The error code of a call that must be refused."""
        return str(self.refusal(name, **request)["code"])

    def refusal(self, name: str, **request: Any) -> dict[str, Any]:
        """What a refusal says, comparably: its code, the item, the reasons. Fails the test when there is none."""
        try:
            answer = self.call(name, **request)
        except ClientError as error:
            return refusal_of(error)
        pytest.fail(f"{name} was not refused; it answered {answer}")

    def put(self, key: Mapping[str, Any] = ORDER_KEY, **attributes: Any) -> dict[str, Any]:
        """Put an item into orders."""
        return self.call("put_item", Item={**key, **attributes})

    def get(self, key: Mapping[str, Any] = ORDER_KEY) -> dict[str, Any] | None:
        """An item of orders as it is now, or None."""
        return self.call("get_item", Key=key, ConsistentRead=True).get("Item")

    def partition(self, value: str) -> list[dict[str, Any]]:
        """The items of a partition of orders, in order."""
        answer = self.call(
            "query",
            KeyConditionExpression="PK = :pk",
            ExpressionAttributeValues={":pk": {"S": value}},
            ConsistentRead=True,
        )
        items: list[dict[str, Any]] = answer["Items"]
        return items


@pytest.fixture(params=BACKENDS)
def database(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """Each DynamoDB in turn, with empty tables."""
    prefix = request.getfixturevalue("table_prefix")
    if request.param == FAKE:
        yield Backend(FAKE, FakeDynamoDB(prefix=prefix).client, f"{prefix}orders", f"{prefix}catalog", "")
        return
    endpoint = SECOND_ENDPOINT if request.param == SECOND else request.getfixturevalue("engine").endpoint
    yield from remote(request.param, str(endpoint), prefix)


def remote(name: str, endpoint: str, prefix: str) -> Iterator[Backend]:
    """A DynamoDB at an address, with empty tables; they are deleted at the end."""
    client = make_client("dynamodb", endpoint)
    orders, catalog = ensure_tables(client, prefix)
    try:
        yield Backend(name, client, orders, catalog, endpoint)
    finally:
        for table in (orders, catalog):
            with suppress(ClientError):
                client.delete_table(TableName=table)
        client.close()


def refusal_of(error: ClientError) -> dict[str, Any]:
    """What an error says that must be the same everywhere; messages are worded differently."""
    response: Mapping[str, Any] = error.response
    reasons = [
        {key: value for key, value in reason.items() if key != "Message"}
        for reason in response.get("CancellationReasons", [])
    ]
    said = {"code": response["Error"]["Code"], "item": response.get("Item"), "reasons": reasons}
    return _comparable_map({key: value for key, value in said.items() if value})


def comparable(answer: Any) -> Any:
    """The same answer with the members of sets in order; an empty map of attributes is none."""
    if isinstance(answer, list):
        return [comparable(each) for each in answer]
    return _comparable_map(answer) if isinstance(answer, dict) else answer


def _comparable_map(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _ordered(name, value) for name, value in answer.items() if name != "Attributes" or value}


def _ordered(name: str, value: Any) -> Any:
    if name in {"SS", "BS"} and isinstance(value, list):
        return sorted(value)
    if name == "NS" and isinstance(value, list):
        return sorted(value, key=number)
    return comparable(value)
