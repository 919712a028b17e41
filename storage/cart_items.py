"""A cart's item in `orders`, in a partition of its own: personal data in one map, gone by itself after its time."""

import json
from datetime import timedelta
from typing import Any

from domain.cart import Cart, CartLine
from storage import keys
from storage.attributes import Item
from storage.moments import read_moment
from storage.personal import read_address, read_contact, told_of

FORMAT = 1


def cart_item(cart: Cart, days: int) -> Item:
    """The cart, to be forgotten so many days after its last change."""
    return {
        **keys.cart(cart.id),
        "format": FORMAT,
        "id": cart.id,
        "customerId": cart.customer,
        "version": cart.version,
        "lines": json.dumps([_row(line) for line in cart.lines], separators=(",", ":")),
        "personal": {
            "contact": told_of(cart.contact),
            "ship": told_of(cart.shipping_address),
            "bill": told_of(cart.billing_address),
        },
        "method": cart.shipping_method,
        "orderId": cart.order_id,
        "mergedInto": cart.merged_into,
        "changedAt": keys.moment(cart.changed_at),
        "ttl": expires(cart, days),
    }


def expires(cart: Cart, days: int) -> int:
    """When the cart is forgotten: seconds since 1970, as DynamoDB's TTL asks."""
    return int((cart.changed_at + timedelta(days=days)).timestamp())


def read_cart(item: Item) -> Cart:
    """The cart of its item."""
    personal = item["personal"]
    return Cart(
        id=item["id"],
        customer=item.get("customerId"),
        changed_at=read_moment(item["changedAt"]),
        lines=tuple(CartLine(*row) for row in json.loads(item["lines"])),
        contact=read_contact(personal),
        shipping_address=read_address(personal, "ship"),
        billing_address=read_address(personal, "bill"),
        shipping_method=item.get("method"),
        order_id=item.get("orderId"),
        merged_into=item.get("mergedInto"),
        version=item["version"],
    )


def _row(line: CartLine) -> list[Any]:
    return [line.sku, line.quantity] + ([] if line.expected is None else [line.expected])
