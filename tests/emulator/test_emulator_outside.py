"""What goes in and out of the deployed stage beside GraphQL: a forged webhook is refused, keepers are told by the topic."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from cli.outside import Outside
from tests.emulator.conftest import Stage
from tests.emulator.customers import ask
from tests.emulator.ground import TAKEN, StageGround
from tests.emulator.test_emulator_money import Credential, placed, until
from tests.journeys.caller import PLACE

CREATE_LOW = """mutation ($sku: String!) { createProduct(input: {title: $sku, category: "Home", published: true,
  variants: [{sku: $sku, price: {amount: "1.00", currency: "GBP"}, lowStockAt: 5}]}) { userErrors { code } } }"""
RECEIVE = """mutation ($sku: String!, $units: Int!, $key: String!) { adjustStock(input: {sku: $sku, delta: $units,
  reason: RECEIVED, idempotencyKey: $key}) { userErrors { code } } }"""
REFUSED = 400


@pytest.fixture
def ground(stage: Stage) -> Iterator[StageGround]:
    with httpx.Client(base_url=f"http://localhost:{stage.port}", trust_env=False, timeout=40) as client:
        yield StageGround(stage, client)


def test_a_forged_word_of_the_provider_is_refused_and_the_right_one_is_taken(
    stage: Stage, ground: StageGround, guest: Credential, shelf: str
) -> None:
    order = placed(stage, guest, shelf, "emulated-outside-1", "test_pending")
    until_asked(ground, order[0])
    now, outside = datetime.now(UTC), ground.outside
    (forged,) = Outside(0, outside.store, outside.secret, forged=True).payment(order[0], None, None, now)
    (right,) = outside.payment(order[0], None, None, now)

    assert ground.posted("test", forged) == REFUSED
    assert ground.outside.order(order[0]).payments[0].status.value == "PENDING"
    assert ground.posted("test", right) == TAKEN
    assert until(stage, guest, order, "AUTHORIZED")["payments"] == [{"status": "AUTHORIZED"}]


def until_asked(ground: StageGround, order_id: str) -> None:
    """Wait until the provider knows the payment."""
    deadline = time.monotonic() + 40
    while not (payment := ground.outside.order(order_id).payments[0]).reference:
        assert time.monotonic() < deadline, payment
        time.sleep(0.2)


def test_keepers_hear_of_low_stock_by_the_deployed_topic(
    stage: Stage, ada: Credential, staff: Credential
) -> None:
    heard = listening(stage)
    assert ask(stage, staff, CREATE_LOW, sku="DWINDLING")["data"]["createProduct"] == {"userErrors": []}
    received = ask(stage, staff, RECEIVE, sku="DWINDLING", units=6, key="emulated-dwindling1")
    assert received["data"]["adjustStock"] == {"userErrors": []}
    ask(stage, ada, PLACE, key="emulated-dwindling2", sku="DWINDLING", quantity=2)

    assert next(heard) == "Low stock: DWINDLING"


def listening(stage: Stage) -> Iterator[str]:
    """The subjects of what the topic tells from now on, for 40 seconds."""
    sqs, sns = stage.account.client("sqs"), stage.account.client("sns")
    topic = stage.deployed.named("SNS::Topic", "TopicsLowStock")
    queue = sqs.create_queue(QueueName="keepers")["QueueUrl"]
    arn = f"arn:aws:sqs:eu-west-1:{stage.account.id}:keepers"
    allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = {"Version": "2012-10-17", "Statement": [allowed | {"Resource": arn}]}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(policy)})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return _subjects(sqs, queue)


def _subjects(sqs: object, queue: str) -> Iterator[str]:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        got = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1)  # type: ignore[attr-defined]
        for each in got.get("Messages", ()):
            yield json.loads(each["Body"])["Subject"]
