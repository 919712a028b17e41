"""A guest's prepaid order by the deployed functions: cart, token, payment over bus and queue, capture, refund, revoked token."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from cli.realtime import Frames, Subscription, SubscriptionError, subscribed
from tests.emulator.conftest import Stage
from tests.emulator.customers import ask
from tests.emulator.roles import without
from tests.journeys.caller import ADDRESS

Credential = dict[str, str]

CART = "mutation ($sku: String!) { createCart(input: {lines: [{sku: $sku, quantity: 2}]}) { cart { id } userErrors { code } } }"
CONTACT = """mutation ($cart: ID!) { setCartContact(input: {cartId: $cart, contact: {email: "dora@example.com"}}) {
  userErrors { code } } }"""
SHIP_TO = f"""mutation ($cart: ID!) {{ setCartAddress(input: {{cartId: $cart, shippingAddress: {ADDRESS}}}) {{
  cart {{ problems {{ code }} }} userErrors {{ code }} }} }}"""
PLACE = """mutation ($cart: ID!, $key: String!, $method: String!) { placeOrder(input: {cartId: $cart, idempotencyKey: $key,
  payment: {method: $method}}) { orderToken order { id paymentStatus payments { id status } } userErrors { code message } } }"""
ORDER = """query ($id: ID!, $token: String!) { order(id: $id, token: $token) { status paymentStatus payments { status }
  refunds { status } totals { total { amount } captured { amount } refunded { amount } balance { amount } } } }"""
CAPTURE = """mutation ($id: ID!, $key: String!) { capturePayment(input: {orderId: $id, idempotencyKey: $key}) {
  order { paymentStatus } userErrors { code message } } }"""
CANCEL = """mutation ($id: ID!, $token: String!) { cancelOrder(input: {orderId: $id, token: $token}) {
  order { status } userErrors { code message } } }"""
REVOKE = "mutation ($id: ID!) { revokeOrderToken(input: {orderId: $id}) { order { id } userErrors { code message } } }"
FOLLOW = (
    "subscription ($id: ID!, $token: String!) { onOrderEvent(orderId: $id, token: $token) { sequence type } }"
)
WORKFLOW = "TakeStepConsumerRole"
"""The role of the workflow's step, which authorises a payment where the queue's consumer did not."""


def placed(stage: Stage, guest: Credential, sku: str, key: str, method: str) -> tuple[str, str]:
    """A guest's order from a cart, whose payment nobody was asked for yet: its id and token."""
    cart = ask(stage, guest, CART, sku=sku)["data"]["createCart"]["cart"]["id"]
    ask(stage, guest, CONTACT, cart=cart)
    told = ask(stage, guest, SHIP_TO, cart=cart)
    assert told["data"]["setCartAddress"] == {"cart": {"problems": []}, "userErrors": []}
    payload = ask(stage, guest, PLACE, cart=cart, key=key, method=method)["data"]["placeOrder"]
    assert (payload["userErrors"], payload["order"]["payments"][0]["status"]) == ([], "CREATED")
    return payload["order"]["id"], payload["orderToken"]


def until(stage: Stage, guest: Credential, order: tuple[str, str], status: str) -> dict[str, Any]:
    """The order once it is paid so far, as its holder sees it."""
    return eventually(
        lambda: ask(stage, guest, ORDER, id=order[0], token=order[1])["data"]["order"],
        lambda found: found["paymentStatus"] == status,
    )


def eventually(
    look: Callable[[], dict[str, Any]], wanted: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while not wanted(found := look()):
        assert time.monotonic() < deadline, found
        time.sleep(0.2)
    return found


def test_a_payment_is_settled_from_table_to_bus_to_queue_to_provider(
    stage: Stage, guest: Credential, staff: Credential, shelf: str
) -> None:
    tally = stage.queues.pollers["SettleMoney"].tally
    before = tally.done
    order = placed(stage, guest, shelf, "emulated-guest-001", "test_approved")

    held = until(stage, guest, order, "AUTHORIZED")
    assert tally.done > before
    taken = ask(stage, staff, CAPTURE, id=order[0], key="emulated-capture-1")["data"]["capturePayment"]
    ask(stage, guest, CANCEL, id=order[0], token=order[1])
    back = until(stage, guest, order, "REFUNDED")

    assert held["payments"] == [{"status": "AUTHORIZED"}]
    assert taken == {"order": {"paymentStatus": "PAID"}, "userErrors": []}
    assert (back["status"], back["refunds"]) == ("CANCELLED", [{"status": "SUCCEEDED"}])
    assert back["totals"]["refunded"] == back["totals"]["captured"] == back["totals"]["total"]


def test_a_declined_card_is_told(stage: Stage, guest: Credential, shelf: str) -> None:
    order = placed(stage, guest, shelf, "emulated-guest-002", "test_insufficient_funds")

    assert until(stage, guest, order, "FAILED")["status"] == "PLACED"


@pytest.mark.parametrize("action", ["dynamodb:Query", "dynamodb:PutItem"])
def test_settling_needs_its_action_and_is_done_once_it_has_it(
    stage: Stage, guest: Credential, shelf: str, action: str
) -> None:
    tally = stage.queues.pollers["SettleMoney"].tally
    before = tally.failed
    with without(stage, "SettleMoneyConsumerRole", action), without(stage, WORKFLOW, action):
        key = f"emulated-{action.replace(':', '-')}"
        order = placed(stage, guest, shelf, key, "test_approved")
        eventually(lambda: {"failed": tally.failed}, lambda found: found["failed"] > before)
        denied = until(stage, guest, order, "PENDING")

    assert denied["payments"] == [{"status": "CREATED"}]
    assert until(stage, guest, order, "AUTHORIZED")["payments"] == [{"status": "AUTHORIZED"}]


def test_a_revoked_token_ends_its_stream(
    stage: Stage, guest: Credential, staff: Credential, shelf: str
) -> None:
    order, token = placed(stage, guest, shelf, "emulated-guest-003", "test_pending")
    wanted = Subscription("1", FOLLOW, {"id": order, "token": token})
    url = stage.url.replace("http://", "ws://") + "/realtime"
    with subscribed(url, guest, [wanted]) as frames:
        ask(stage, staff, REVOKE, id=order)
        with pytest.raises(SubscriptionError):
            drain(frames)

    assert ask(stage, guest, ORDER, id=order, token=token)["data"] == {"order": None}


def drain(frames: Frames) -> None:
    """Read what comes until nothing does for a while; cold functions take theirs."""
    while frames.within(15):
        continue
