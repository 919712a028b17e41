"""The writes that transactions are made of: items, and the counters of a SKU's shard."""

from typing import Any

from domain.stock import Move
from storage import keys
from storage.attributes import Item, to_attributes
from storage.store import Store

Write = dict[str, Any]


def into(table: str, item: Item) -> Write:
    """What every put holds."""
    return {"TableName": table, "Item": to_attributes(item)}


def put(table: str, item: Item) -> Write:
    """Write an item, whatever stands there."""
    return {"Put": into(table, item)}


def put_new(table: str, item: Item) -> Write:
    """Write an item that is not there yet."""
    return {"Put": into(table, item) | {"ConditionExpression": "attribute_not_exists(PK)"}}


def reserve(store: Store, shard: str, units: int, price_version: int | None, order_id: str) -> Write:
    """Take units for an order where there are enough and, for a list price, where the price is still the one quoted."""
    condition = "available >= :units"
    values: dict[str, Any] = {":units": units, ":order": order_id}
    if price_version is not None:
        condition, values = f"{condition} AND priceVersion = :price", values | {":price": price_version}
    return {
        "Update": {
            "TableName": store.catalog,
            "Key": to_attributes(keys.stock(shard, store.warehouse)),
            "UpdateExpression": "SET available = available - :units, reserved = reserved + :units, lastOrder = :order",
            "ConditionExpression": condition,
            "ExpressionAttributeValues": to_attributes(values),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def move_stock(store: Store, shard: str, move: Move, order_id: str) -> Write:
    """Move a shard's counters by what a decision on an order says; what it takes must be reserved."""
    values: dict[str, Any] = {
        ":order": order_id,
        ":available": move.available,
        ":reserved": move.reserved,
        ":held": -move.reserved,
        ":hand": move.on_hand,
    }
    return {
        "Update": {
            "TableName": store.catalog,
            "Key": to_attributes(keys.stock(shard, store.warehouse)),
            "UpdateExpression": "SET available = available + :available, reserved = reserved + :reserved, "
            "onHand = onHand + :hand, lastOrder = :order",
            "ConditionExpression": "reserved >= :held",
            "ExpressionAttributeValues": to_attributes(values),
        }
    }


def give_back(store: Store, shard: str, units: int, order_id: str) -> Write:
    """Make units available again that an order held."""
    return move_stock(store, shard, Move(available=units, reserved=-units), order_id)
