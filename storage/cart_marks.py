"""The mark that placing leaves on a cart, in the placing transaction itself: one cart makes one order."""

from typing import Any

from domain.cart import Cart
from domain.values import value
from storage import keys
from storage.attributes import to_attributes
from storage.store import Store
from storage.writes import Write


@value
class CartMark:
    """A cart that an order is placed from: the version that was read, and whose it becomes (None: it stays a guest's).

    `changed_at` and `ttl` are those of the placed cart.
    """

    cart_id: str
    version: int
    customer: str | None
    changed_at: str
    ttl: int


def mark_of(placed: Cart, ttl: int) -> CartMark:
    """The mark for a cart as read, with the owner and the time that it shall have once placed."""
    return CartMark(placed.id, placed.version, placed.customer, keys.moment(placed.changed_at), ttl)


def mark_placed(store: Store, mark: CartMark, order_id: str) -> Write:
    """Make the cart this order's, if nobody placed from it or changed it since it was read."""
    setting = "orderId = :order, version = version + :one, changedAt = :at, #ttl = :ttl"
    values: dict[str, Any] = {
        ":order": order_id,
        ":one": 1,
        ":at": mark.changed_at,
        ":ttl": mark.ttl,
        ":version": mark.version,
    }
    if mark.customer:
        setting, values[":customer"] = f"{setting}, customerId = :customer", mark.customer
    return {
        "Update": {
            "TableName": store.orders,
            "Key": to_attributes(keys.cart(mark.cart_id)),
            "UpdateExpression": f"SET {setting}",
            "ConditionExpression": "attribute_not_exists(orderId) AND version = :version",
            "ExpressionAttributeNames": {"#ttl": "ttl"},
            "ExpressionAttributeValues": to_attributes(values),
        }
    }
