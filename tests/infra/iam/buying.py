"""Guests and customers fill carts, sign in, and order from them; a guest follows by token, and staff take it back."""

import json
from typing import Any

from tests.infra.iam.acting import Stage
from tests.infra.iam.day import ADDRESS, GUEST, admin, customer, key


def buy(stage: Stage) -> None:
    """A guest's cart becomes an order, and another becomes a customer's."""
    merge(stage)
    cart = fill(stage)
    wanted = {"cartId": cart["id"], "idempotencyKey": key(), "paymentTerms": "PREPAID"}
    for _ in range(2):
        placed = stage.done("Mutation.placeOrder", GUEST, **wanted, payment={"method": "test_action"})
    order, token = placed["order"]["id"], placed["orderToken"]
    write_to(stage, order)
    assert stage.ask("Query.order", GUEST, id=order, token=token)["id"] == order
    assert stage.ask("Query.orderEvents", GUEST, orderId=order, token=token)["entries"]
    assert stage.ask("Subscription.onOrderEvent", GUEST, orderId=order, token=token)
    stage.done("Mutation.issueOrderToken", admin(stage), orderId=order)
    stage.done("Mutation.cancelOrder", GUEST, orderId=order, token=token)
    stage.done("Mutation.revokeOrderToken", admin(stage), orderId=order, idempotencyKey=key())


def write_to(stage: Stage, order_id: str) -> None:
    """The guest is written to, with a token; told once more, the letter was sent before."""
    body = json.dumps({"detail": {"orderId": order_id, "sequence": 1}})
    message = {"messageId": "1", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
    for _ in range(2):
        assert stage.wake("send_mail", {"Records": [message]}) == {"batchItemFailures": []}


def fill(stage: Stage) -> Any:
    """A guest's cart, by every change that a cart knows."""
    cart = stage.done("Mutation.createCart", GUEST, lines=[{"sku": "LANTERN", "quantity": 1}])["cart"]
    keyed, once = {"cartId": cart["id"]}, key()
    for _ in range(2):
        stage.done("Mutation.addToCart", GUEST, **keyed, sku="BIG-001", quantity=1, idempotencyKey=once)
    stage.done("Mutation.updateCartLine", GUEST, **keyed, sku="LANTERN", quantity=2)
    stage.done("Mutation.removeFromCart", GUEST, **keyed, sku="BIG-001")
    stage.done("Mutation.setCartContact", GUEST, **keyed, contact={"email": "ada@example.com"})
    stage.done("Mutation.setCartAddress", GUEST, **keyed, shippingAddress=ADDRESS)
    stage.done("Mutation.setCartShipping", GUEST, **keyed)
    assert stage.ask("Query.cart", GUEST, id=cart["id"])["problems"] == []
    return cart


def merge(stage: Stage) -> None:
    """A guest signs in: the cart is hers, then a second one goes into it."""
    ada = customer(stage)
    mine = stage.done("Mutation.mergeCart", ada, cartId=fill(stage)["id"])["cart"]
    stage.done("Mutation.mergeCart", ada, cartId=fill(stage)["id"], intoCartId=mine["id"])
