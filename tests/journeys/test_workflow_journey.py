"""The fulfillment workflow on a running laptop: an execution goes with an order from its placing to its end."""

import time
from collections.abc import Callable
from typing import Any

from local.aws.clients import REGION, make_client
from local.aws.workflow import ACCOUNT, NAME
from tests.journeys.caller import ADDRESS, Caller

PATIENCE_SECONDS = 20.0
ADA, ADMIN = "ada@example.com", "admin@shop.example"
BUY = f"""mutation ($key: String!, $sku: String!) {{ placeOrder(input: {{idempotencyKey: $key, paymentTerms: PREPAID,
  payment: {{method: "test_approved"}}, lines: [{{sku: $sku, quantity: 1}}], shippingAddress: {ADDRESS}}}) {{
  order {{ id }} userErrors {{ message }} }} }}"""
LOOK = "query ($id: ID!) { order(id: $id) { status paymentStatus } }"
COMMAND = "mutation ($id: ID!%s) { %s(input: {orderId: $id%s}) { order { status } userErrors { message } } }"
PARCEL = {"f": "ful_0001"}


def within(found: Callable[[], object], wanted: object) -> None:
    """Wait until something is found to be so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (last := found()) != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    assert last == wanted


def command(shop: Caller, name: str, order_id: str, parcel: bool = True) -> None:
    document = COMMAND % ((", $f: ID!", name, ", fulfillmentId: $f") if parcel else ("", name, ""))
    answer = shop.ask(ADMIN, document, id=order_id, **(PARCEL if parcel else {}))
    assert answer["data"][name]["userErrors"] == []


def execution(shop: Caller, order_id: str) -> tuple[Any, str]:
    """The client, and the ARN of an order's execution."""
    states = make_client("stepfunctions", shop.laptop.engine.endpoint)
    return states, f"arn:aws:states:{REGION}:{ACCOUNT}:execution:{NAME}:{order_id}"


def test_a_paid_order_is_handed_to_the_warehouse_and_its_execution_ends_with_it(shop: Caller) -> None:
    placed = shop.ask(ADA, BUY, key="journey-workflow-1", sku=shop.new_sku())["data"]["placeOrder"]
    order_id = placed["order"]["id"]

    def seen() -> str:
        return str(shop.ask(ADA, LOOK, id=order_id)["data"]["order"]["status"])

    within(seen, "CONFIRMED")  # nobody of the staff did anything
    states, arn = execution(shop, order_id)
    assert states.describe_execution(executionArn=arn)["status"] == "RUNNING"

    command(shop, "createFulfillment", order_id, parcel=False)
    command(shop, "shipFulfillment", order_id)
    command(shop, "deliverFulfillment", order_id)
    within(lambda: states.describe_execution(executionArn=arn)["status"], "SUCCEEDED")
    assert seen() == "COMPLETED"
