"""The deployed stage in use: sign up, place, push, catch up, sweep."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

from gql import Client, gql
from gql.transport.appsync_auth import AppSyncJWTAuthentication
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport

from storage.reserving import Reservation, begin, hold
from storage.store import Store
from tests.emulator.conftest import Stage
from tests.emulator.customers import ask, put_on_sale, token
from tests.emulator.front import invoke
from tests.factories import line, order
from tests.journeys.caller import PLACE

FOLLOW = "subscription ($id: ID!) { onOrderEvent(orderId: $id) { sequence previousSequence type status } }"
CONFIRM = (
    "mutation ($id: ID!) { confirmOrder(input: {orderId: $id}) { order { status } userErrors { code } } }"
)
CANCEL = "mutation ($id: ID!) { cancelOrder(input: {orderId: $id}) { order { status } userErrors { code } } }"
EVENTS = """query ($id: ID!, $after: Int!) { orderEvents(orderId: $id, after: $after) { throughSequence
  entries { event { sequence type } } } }"""


def place(stage: Stage, ada: dict[str, str], sku: str, key: str) -> dict[str, Any]:
    answer = ask(stage, ada, PLACE, key=key, sku=sku, quantity=2)
    placed: dict[str, Any] = answer["data"]["placeOrder"]["order"]
    return placed


def available(stage: Stage, staff: dict[str, str], sku: str) -> int:
    level = ask(stage, staff, "query ($sku: String!) { stockLevel(sku: $sku) { available } }", sku=sku)
    units: int = level["data"]["stockLevel"]["available"]
    return units


def test_a_guest_browses_by_the_deployed_key(stage: Stage, guest: dict[str, str], shelf: str) -> None:
    found = ask(stage, guest, "{ products(first: 50) { nodes { title variants { sku } } } }")

    assert {"title": shelf, "variants": [{"sku": shelf}]} in found["data"]["products"]["nodes"]


def test_a_customer_places_once_however_often(stage: Stage, ada: dict[str, str], shelf: str) -> None:
    first, again = (place(stage, ada, shelf, "emulated-order-001") for _ in range(2))

    assert first["status"] == "PLACED"
    assert first["id"] == again["id"]


async def until_confirmed(pushed: AsyncIterator[dict[str, Any]]) -> dict[str, Any]:
    """The first event after the placing, whose own push may still be on its way when one subscribes."""
    events = (each["onOrderEvent"] async for each in pushed)
    return await anext(each async for each in events if each["sequence"] > 1)


async def test_a_change_is_pushed_and_the_rest_caught_up(
    stage: Stage, ada: dict[str, str], staff: dict[str, str], shelf: str
) -> None:
    placed = await asyncio.to_thread(place, stage, ada, shelf, "emulated-order-002")
    auth = AppSyncJWTAuthentication(host=f"localhost:{stage.port}", jwt=ada["Authorization"])
    client = Client(
        transport=AppSyncWebsocketsTransport(url=f"ws://localhost:{stage.port}/graphql", auth=auth)
    )
    async with client as session:
        request = gql(FOLLOW)
        request.variable_values = {"id": placed["id"]}
        async with aclosing(session.subscribe(request)) as pushed:
            waiting = asyncio.ensure_future(until_confirmed(pushed))
            await asyncio.sleep(2.0)  # the subscribe function starts cold, and gql gives no sign of start_ack
            confirmed = await asyncio.to_thread(ask, stage, staff, CONFIRM, id=placed["id"])
            event = await asyncio.wait_for(waiting, 20)
    cancelled = await asyncio.to_thread(ask, stage, ada, CANCEL, id=placed["id"])
    missed = await asyncio.to_thread(ask, stage, ada, EVENTS, id=placed["id"], after=event["sequence"])

    assert confirmed["data"]["confirmOrder"]["order"]["status"] == "CONFIRMED"
    assert event == {"sequence": 2, "previousSequence": 1, "type": "ORDER_CONFIRMED", "status": "CONFIRMED"}
    assert cancelled["data"]["cancelOrder"]["order"]["status"] == "CANCELLED"
    assert missed["data"]["orderEvents"]["throughSequence"] == 3
    assert [each["event"]["type"] for each in missed["data"]["orderEvents"]["entries"]] == ["ORDER_CANCELLED"]


def test_the_deployed_relay_puts_events_on_the_deployed_bus(
    stage: Stage, ada: dict[str, str], shelf: str
) -> None:
    sqs, events = stage.account.client("sqs"), stage.account.client("events")
    queue = sqs.create_queue(QueueName="overheard")["QueueUrl"]
    bus = stage.deployed.named("Events::EventBus", "Bus")
    events.put_rule(
        Name="overheard", EventBusName=bus, EventPattern=json.dumps({"source": ["orderbell.orders"]})
    )
    arn = f"arn:aws:sqs:eu-west-1:{stage.account.id}:overheard"
    events.put_targets(Rule="overheard", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])

    placed = place(stage, ada, shelf, "emulated-order-bus")

    deadline, heard = time.monotonic() + 20, []
    while placed["id"] not in heard and time.monotonic() < deadline:
        got = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        heard += [json.loads(each["Body"])["detail"]["orderId"] for each in got.get("Messages", ())]
    assert placed["id"] in heard


def test_a_placing_that_stands_still_is_swept(stage: Stage, staff: dict[str, str]) -> None:
    """What a caller left that crashed between holding the stock and placing; the deployed sweep gives the stock back."""
    orders, catalog = (stage.deployed.named("DynamoDB::Table", name) for name in ("Orders", "Catalog"))
    store = Store(stage.account.client("dynamodb"), orders, catalog, "MAIN")
    sku = put_on_sale(stage, staff, "SWEPT", units=10)
    left = Reservation(order(lines=(line("1", sku=sku, quantity=3),), version=0), 1, {sku: None})
    assert begin(store, left, datetime.now(UTC) - timedelta(minutes=5))
    assert hold(store, left) == ()
    assert available(stage, staff, sku) == 7

    ended = invoke(stage.account, stage.alias("SweepConsumer"), {"source": "aws.scheduler"})

    assert ended == {"ended": 1, "left": 0}
    assert available(stage, staff, sku) == 10


def test_another_customers_order_is_not_there(stage: Stage, ada: dict[str, str], shelf: str) -> None:
    placed = place(stage, ada, shelf, "emulated-order-003")
    ben = {"Authorization": token(stage, "Customers", "ben@example.com")}

    assert ask(stage, ben, "query ($id: ID!) { order(id: $id) { id } }", id=placed["id"]) == {
        "data": {"order": None}
    }
