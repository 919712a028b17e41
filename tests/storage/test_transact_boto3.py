"""The retry layer through boto3 itself: answers come from botocore's own hook before a request is sent, not a network.

The SDK makes one attempt (`storage.settings.DYNAMODB_CONFIG`), so each try that is seen here is one of ours.
"""

import json
from collections.abc import Iterable
from typing import Any, cast

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError

from domain.refusals import Busy, Refused, UnknownOutcome
from storage.settings import DYNAMODB_CONFIG
from storage.store import Store
from storage.transact import Failed, transact
from tests.fakes.dynamodb import FakeDynamoDB

PUT: dict[str, Any] = {
    "Put": {
        "TableName": "orders",
        "Item": {"PK": {"S": "p"}, "SK": {"S": "s"}},
        "ConditionExpression": "attribute_not_exists(PK)",
    }
}
HEADERS = cast(Any, {"content-type": "application/x-amz-json-1.0"})
SERVED, LOST_BEFORE, LOST_AFTER = "served", "lost before its effect", "lost after its effect"


class Raw:
    """What urllib3 would have read."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, **_: object) -> Iterable[bytes]:
        yield self.body


class Wire:
    """Answers requests before they are sent: as scripted, then from an in-memory table."""

    def __init__(self, *script: str | tuple[int, str]) -> None:
        self.script = list(script)
        self.bodies: list[dict[str, Any]] = []
        self.table = FakeDynamoDB()

    def __call__(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        body = json.loads(cast(bytes, request.body))
        self.bodies.append(body)
        step = self.script.pop(0) if self.script else SERVED
        if step == LOST_BEFORE:
            raise ConnectionClosedError(endpoint_url=request.url)
        if isinstance(step, tuple):
            return answered(request.url, step[0], {"__type": f"com.amazonaws.dynamodb.v20120810#{step[1]}"})
        try:
            self.table.transact_write_items(**body)
        except self.table.exceptions.TransactionCanceledException as error:
            kind = {"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"}
            return answered(
                request.url, 400, kind | {"CancellationReasons": error.response["CancellationReasons"]}
            )
        if step == LOST_AFTER:
            raise ConnectionClosedError(endpoint_url=request.url)
        return answered(request.url, 200, {})


def answered(url: str, status: int, body: dict[str, Any]) -> AWSResponse:
    return AWSResponse(url, status, HEADERS, Raw(json.dumps(body).encode()))


def wired(*script: str | tuple[int, str]) -> tuple[Store, Wire]:
    client = boto3.client(
        "dynamodb",
        region_name="eu-west-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=DYNAMODB_CONFIG,
    )
    wire = Wire(*script)
    client.meta.events.register("before-send.dynamodb.*", cast(Any, wire))
    return Store(client, "orders", "catalog", "MAIN", sleep=lambda _: None), wire


@pytest.mark.parametrize(
    "step",
    [
        LOST_BEFORE,
        LOST_AFTER,
        (500, "InternalServerError"),
        (503, "ServiceUnavailable"),
        (400, "ThrottlingException"),
        (400, "TransactionInProgressException"),
    ],
)
def test_a_failure_is_sent_again_with_the_same_token_and_bytes(step: str | tuple[int, str]) -> None:
    store, wire = wired(step)
    assert transact(store, [PUT], subject="ord_1") == ()
    assert wire.bodies[0] == wire.bodies[1]
    assert len(wire.bodies) == 2


def test_the_sdk_does_not_retry_beside_us() -> None:
    store, wire = wired(*[(500, "InternalServerError")] * 20)
    with pytest.raises(Refused) as refused:
        transact(store, [PUT], subject="ord_1")
    assert (type(refused.value.refusals[0]), len(wire.bodies)) == (UnknownOutcome, 6)


def test_throttling_without_end_is_busy() -> None:
    store, wire = wired(*[(400, "ThrottlingException")] * 20)
    with pytest.raises(Refused) as refused:
        transact(store, [PUT], subject="ord_1")
    assert (type(refused.value.refusals[0]), len(wire.bodies)) == (Busy, 6)


def test_a_lost_answer_leaves_one_item_and_no_failed_condition() -> None:
    store, wire = wired(LOST_AFTER, LOST_AFTER)
    assert (transact(store, [PUT], subject="ord_1"), len(wire.table.items("orders"))) == ((), 1)


def test_a_failed_condition_is_read_from_the_answer() -> None:
    store, wire = wired()
    wire.table.put_item(TableName="orders", Item=PUT["Put"]["Item"])
    assert transact(store, [PUT], subject="ord_1") == (Failed(0, None),)


def test_the_token_is_one_that_dynamodb_takes() -> None:
    store, wire = wired()
    transact(store, [PUT], subject="ord_1")
    assert 1 <= len(wire.bodies[0]["ClientRequestToken"]) <= 36
