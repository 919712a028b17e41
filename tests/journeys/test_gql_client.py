"""The public `gql` client with its own AppSync transports, unchanged: place, watch live, lose the connection, catch up."""

import asyncio
from typing import Any

import pytest
from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.appsync_auth import AppSyncJWTAuthentication
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport

from tests.journeys.caller import Caller

pytestmark = [pytest.mark.engine, pytest.mark.journey, pytest.mark.xdist_group("laptop")]

ADA, SUPPORT = "ada@example.com", "support@shop.example"
FOLLOW = (
    """subscription ($id: ID!) { onOrderEvent(orderId: $id) { sequence previousSequence type status } }"""
)
CONFIRM = (
    """mutation ($id: ID!) { confirmOrder(input: {orderId: $id}) { order { status } userErrors { code } } }"""
)
CANCEL = (
    """mutation ($id: ID!) { cancelOrder(input: {orderId: $id}) { order { status } userErrors { code } } }"""
)
EVENTS = """query ($id: ID!, $after: Int!) { orderEvents(orderId: $id, after: $after) {
  throughSequence entries { event { sequence previousSequence type } } } }"""


def http(shop: Caller, who: str) -> Client:
    """A client over gql's HTTP transport with AppSync's authentication."""
    host = f"localhost:{shop.laptop.port}"
    auth = AppSyncJWTAuthentication(host=host, jwt=shop.token(who))
    return Client(transport=AIOHTTPTransport(url=shop.laptop.endpoint, auth=auth, ssl=False))


def realtime(shop: Caller, who: str) -> Client:
    """A client over gql's AppSync websocket transport."""
    host = f"localhost:{shop.laptop.port}"
    auth = AppSyncJWTAuthentication(host=host, jwt=shop.token(who))
    url = f"ws://{host}/graphql"
    return Client(transport=AppSyncWebsocketsTransport(url=url, auth=auth))


async def first_event(shop: Caller, order_id: str, change: Any) -> dict[str, Any]:
    """The first event that arrives after `change` was made, which is once the subscription stands."""
    async with realtime(shop, ADA) as session:
        request = gql(FOLLOW)
        request.variable_values = {"id": order_id}
        events = session.subscribe(request)
        waiting = asyncio.ensure_future(anext(aiter(events)))
        await asyncio.sleep(0.3)  # gql gives no sign of start_ack
        await change()
        event: dict[str, Any] = (await asyncio.wait_for(waiting, 10))["onOrderEvent"]
        return event


async def test_a_customer_sees_a_confirmation_live(shop: Caller) -> None:
    order = shop.place(ADA, shop.new_sku())["order"]

    async def confirm() -> None:
        async with http(shop, SUPPORT) as session:
            request = gql(CONFIRM)
            request.variable_values = {"id": order["id"]}
            await session.execute(request)

    event = await first_event(shop, order["id"], confirm)

    assert event == {"sequence": 2, "previousSequence": 1, "type": "ORDER_CONFIRMED", "status": "CONFIRMED"}


async def test_what_was_missed_is_caught_up(shop: Caller) -> None:
    order = shop.place(ADA, shop.new_sku())["order"]
    async with http(shop, SUPPORT) as staff, http(shop, ADA) as ada:
        for document in (CONFIRM, CANCEL):
            request = gql(document)
            request.variable_values = {"id": order["id"]}
            await staff.execute(request)
        request = gql(EVENTS)
        request.variable_values = {"id": order["id"], "after": order["version"]}
        page = (await ada.execute(request))["orderEvents"]

    chain = [(entry["event"]["previousSequence"], entry["event"]["sequence"]) for entry in page["entries"]]
    assert (chain, page["throughSequence"]) == ([(1, 2), (2, 3)], 3)
