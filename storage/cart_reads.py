"""Reads of a cart, and of what a keyed command on it left; strongly consistent, by key."""

from datetime import datetime

from domain.cart import Cart
from storage import keys
from storage.attributes import Item, from_attributes, to_attributes
from storage.cart_items import read_cart
from storage.reading import read
from storage.store import Store


def load_cart(store: Store, cart_id: str, now: datetime) -> Cart | None:
    """The cart; None where there is none, or its time is over: DynamoDB deletes such within days only."""
    item = _get(store, keys.cart(cart_id))
    if item is None or item["ttl"] <= now.timestamp():
        return None
    return read_cart(item)


def cart_command_hash(store: Store, cart_id: str, digest: str) -> str | None:
    """The hash of the body that a keyed command on a cart was done with; None where it was not done."""
    item = _get(store, keys.cart_command(cart_id, digest))
    return None if item is None else str(item["hash"])


def _get(store: Store, key: Item) -> Item | None:
    answer = read(
        store, store.client.get_item, TableName=store.orders, Key=to_attributes(key), ConsistentRead=True
    )
    return from_attributes(answer["Item"]) if "Item" in answer else None
