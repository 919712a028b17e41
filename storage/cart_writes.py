"""Writes of carts: each one conditional transaction on the version that was decided on."""

from collections.abc import Iterable
from enum import Enum

from domain.cart import Cart
from storage import keys
from storage.attributes import Item, to_attribute
from storage.cart_items import cart_item, expires
from storage.order_writes import KeyedCommand
from storage.store import Store
from storage.transact import transact
from storage.writes import Write, into, put_new


class CartMiss(Enum):
    """Which condition of a write did not hold."""

    CART = "a cart is there already, or has changed since it was read"
    COMMAND = "this keyed command was done already"


def write_carts(
    store: Store,
    changed: Iterable[tuple[Cart | None, Cart]],
    days: int,
    command: KeyedCommand | None = None,
) -> tuple[CartMiss, ...]:
    """Write carts, each as (as read, as decided; None: it is new), all or none. Returns what did not hold."""
    pairs = tuple(changed)
    steps: list[tuple[CartMiss, Write]] = [
        (CartMiss.CART, _put(store, before, after, days)) for before, after in pairs
    ]
    if command:
        after = pairs[0][1]
        record: Item = keys.cart_command(after.id, command.digest)
        record |= {"hash": command.payload_hash, "ttl": expires(after, days)}
        steps.append((CartMiss.COMMAND, put_new(store.orders, record)))
    failed = transact(store, [write for _, write in steps], subject="cart")
    return tuple(steps[failure.index][0] for failure in failed)


def _put(store: Store, before: Cart | None, after: Cart, days: int) -> Write:
    item = cart_item(after, days)
    if before is None:
        return put_new(store.orders, item)
    at_version = {
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": {":version": to_attribute(before.version)},
    }
    return {"Put": into(store.orders, item) | at_version}
