"""Reads of one order, each one strongly consistent and one round trip."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from domain.actors import Grant, Owner, OwnerKind
from domain.catalogue import Sellable
from domain.events import Event
from domain.order import Order
from domain.refusals import Refused
from domain.values import value
from storage import keys
from storage.attributes import Item, from_attributes, to_attributes
from storage.catalog_items import read_sellable
from storage.order_items import events_of, read_order
from storage.reading import busy, pause, read
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
    token_generation: int = 0

    @property
    def owner(self) -> Owner:
        """Whose it is."""
        return Owner(OwnerKind(self.owner_kind), self.owner_id)

    @property
    def grant(self) -> Grant:
        """What an order token must say to let its holder at it."""
        return Grant(self.id, self.token_generation)


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
    except (Refused, BotoCoreError, ClientError):
        return None


def load_head(store: Store, order_id: str) -> OrderHead | None:
    """The order's head alone; None where there is none that is placed."""
    answer = read(
        store,
        store.client.get_item,
        TableName=store.orders,
        Key=to_attributes({"PK": keys.order(order_id), "SK": keys.HEAD}),
        ConsistentRead=True,
    )
    item = from_attributes(answer["Item"]) if "Item" in answer else None
    if item is None or item["phase"] != "PLACED":
        return None
    return OrderHead(
        item["id"], item["ownerKind"], item["ownerId"], item["version"], item["pub"], item.get("tokens", 0)
    )


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
    answer = read(
        store,
        store.client.query,
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
    answer = read(
        store, store.client.get_item, TableName=store.orders, Key=to_attributes(key), ConsistentRead=True
    )
    return answer["Item"]["orderId"]["S"] if "Item" in answer else None


@value
class PlacingRead:
    """What placing an order needs, in one batch: whether it is there already, and what is known of each SKU."""

    exists: bool
    catalogue: Mapping[str, Sellable]


MAX_BATCHES = 8
"""How often what DynamoDB leaves over of a batch is asked again."""

BATCH_KEYS = 100
"""How many keys DynamoDB reads in one batch."""


def read_for_placing(store: Store, order_id: str, skus: Iterable[str]) -> PlacingRead:
    """One batch read of the order's head and its SKUs' entries (at most 99)."""
    head = {"PK": keys.order(order_id), "SK": keys.HEAD}
    found = read_batch(store, {store.orders: [head], store.catalog: [keys.sku(code) for code in skus]})
    return PlacingRead(bool(found[store.orders]), _sellables(found[store.catalog]))


def read_catalogue(store: Store, skus: Iterable[str]) -> Mapping[str, Sellable]:
    """What is known of each SKU, in batches read side by side."""
    wanted = sorted(skus)
    slices = [wanted[start : start + BATCH_KEYS] for start in range(0, len(wanted), BATCH_KEYS)]
    with ThreadPoolExecutor(max_workers=len(slices) or 1) as pool:
        found = list(
            pool.map(
                lambda part: read_batch(store, {store.catalog: [keys.sku(code) for code in part]}), slices
            )
        )
    return _sellables([item for each in found for item in each[store.catalog]])


def _sellables(items: Iterable[Item]) -> Mapping[str, Sellable]:
    return {item["sku"]: read_sellable(item) for item in items}


def read_batch(store: Store, wanted_keys: Mapping[str, list[Item]]) -> Mapping[str, list[Item]]:
    """Strong reads by key over both tables; what DynamoDB leaves over is asked again, 8 times at most."""
    wanted: dict[str, Any] = {
        table: {"Keys": [to_attributes(key) for key in them], "ConsistentRead": True}
        for table, them in wanted_keys.items()
    }
    found: dict[str, list[Item]] = {table: [] for table in wanted_keys}
    for attempt in range(MAX_BATCHES):
        answer = read(store, store.client.batch_get_item, RequestItems=wanted)
        for table, items in answer["Responses"].items():
            found[table].extend(from_attributes(item) for item in items)
        wanted = dict(answer.get("UnprocessedKeys") or {})
        if not wanted:
            return found
        pause(store, attempt)
    raise busy()


def query_all(store: Store, condition: str, values: Mapping[str, Any]) -> list[Item]:
    """Every item of a key condition in `orders`, strongly read, over as many pages as it has."""
    items: list[Item] = []
    more: dict[str, Any] = {}
    while True:
        answer = read(
            store,
            store.client.query,
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
