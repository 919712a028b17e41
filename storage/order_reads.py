"""Reads of one order, each one strongly consistent and one round trip."""

from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from domain.actors import Owner, OwnerKind
from domain.catalogue import Sellable
from domain.events import Event
from domain.order import Order
from domain.values import value
from storage import keys
from storage.attributes import Item, from_attributes, to_attributes
from storage.catalog_items import read_sellable
from storage.order_items import events_of, read_order
from storage.store import Store


@value
class CommandRecord:
    """What a keyed command left: the hash of its body and the version it led to."""

    payload_hash: str
    version: int


@value
class Loaded:
    """An order with what was read beside it: its history where asked for, and its keyed commands' records."""

    order: Order
    events: tuple[Event, ...]
    commands: Mapping[str, CommandRecord]


@value
class OrderHead:
    """What a check needs of an order: whose it is and how far its log goes."""

    id: str
    owner_kind: str
    owner_id: str
    version: int
    last_public: int


def load_order(store: Store, order_id: str, *, history: bool = False) -> Loaded | None:
    """The whole order in one read; with `history` its log too. None where there is none that is placed."""
    values: dict[str, Any] = {":pk": keys.order(order_id)}
    condition = "PK = :pk"
    if not history:
        condition, values[":end"] = "PK = :pk AND SK < :end", keys.BEFORE_LOG
    items = query_all(store, condition, values)
    order = read_order(items)
    if order is None:
        return None
    events = tuple(event for item in items if item["SK"].startswith(keys.LOG) for event in events_of(item))
    records = {
        item["SK"]: CommandRecord(item["hash"], item["version"])
        for item in items
        if item["SK"].startswith("K#")
    }
    return Loaded(order, events, records)


def try_load_order(store: Store, order_id: str) -> Loaded | None:
    """The order where a read finds it; None also where the read fails, for a caller who knows what to say then."""
    try:
        return load_order(store, order_id)
    except (BotoCoreError, ClientError):
        return None


def load_head(store: Store, order_id: str) -> OrderHead | None:
    """The order's head alone; None where there is none that is placed."""
    answer = store.client.get_item(
        TableName=store.orders,
        Key=to_attributes({"PK": keys.order(order_id), "SK": keys.HEAD}),
        ConsistentRead=True,
    )
    item = from_attributes(answer["Item"]) if "Item" in answer else None
    if item is None or item["phase"] != "PLACED":
        return None
    return OrderHead(item["id"], item["ownerKind"], item["ownerId"], item["version"], item["pub"])


@value
class LogPage:
    """Events after a sequence, whether the log goes on behind them, and whose order it is (None: nothing was read)."""

    events: tuple[Event, ...]
    more: bool
    owner: Owner | None


def load_events(store: Store, order_id: str, after: int, limit: int) -> LogPage:
    """At least `limit` events after a sequence where there are that many; entries are never torn apart.

    The entry that ends with `after` is read too: it says whose order it is where nothing follows.
    """
    answer = store.client.query(
        TableName=store.orders,
        KeyConditionExpression="PK = :pk AND SK >= :after",
        ExpressionAttributeValues=to_attributes({":pk": keys.order(order_id), ":after": keys.log(after)}),
        ConsistentRead=True,
        Limit=limit + (after > 0),
    )
    entries = [from_attributes(item) for item in answer["Items"]]
    events = tuple(event for entry in entries for event in events_of(entry) if event.sequence > after)
    owner = Owner(OwnerKind(entries[0]["ownerKind"]), entries[0]["ownerId"]) if entries else None
    return LogPage(events, "LastEvaluatedKey" in answer, owner)


def find_order_id(store: Store, key: Item) -> str | None:
    """The order id that a number or an external reference leads to."""
    answer = store.client.get_item(TableName=store.orders, Key=to_attributes(key), ConsistentRead=True)
    return answer["Item"]["orderId"]["S"] if "Item" in answer else None


@value
class PlacingRead:
    """What placing an order needs, in one batch: whether it is there already, and what is known of each SKU."""

    exists: bool
    catalogue: Mapping[str, Sellable]


def read_for_placing(store: Store, order_id: str, skus: Iterable[str]) -> PlacingRead:
    """One batch read of the order's head and its SKUs' entries (at most 99)."""
    wanted: dict[str, Any] = {
        store.orders: _strong([{"PK": keys.order(order_id), "SK": keys.HEAD}]),
        store.catalog: _strong([keys.sku(code) for code in skus]),
    }
    found: dict[str, list[Item]] = {store.orders: [], store.catalog: []}
    while wanted:
        answer = store.client.batch_get_item(RequestItems=wanted)
        for table, items in answer["Responses"].items():
            found[table].extend(from_attributes(item) for item in items)
        wanted = dict(answer.get("UnprocessedKeys") or {})
    catalogue = {item["sku"]: read_sellable(item) for item in found[store.catalog]}
    return PlacingRead(bool(found[store.orders]), catalogue)


def query_all(store: Store, condition: str, values: Mapping[str, Any]) -> list[Item]:
    """Every item of a key condition in `orders`, strongly read, over as many pages as it has."""
    items: list[Item] = []
    more: dict[str, Any] = {}
    while True:
        answer = store.client.query(
            TableName=store.orders,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=to_attributes(values),
            ConsistentRead=True,
            **more,
        )
        items.extend(from_attributes(item) for item in answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return items
        more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def _strong(wanted: list[Item]) -> dict[str, Any]:
    return {"Keys": [to_attributes(key) for key in wanted], "ConsistentRead": True}
