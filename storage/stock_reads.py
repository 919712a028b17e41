"""A SKU's stock over all its shards. A SKU that was never hot has one item, and costs the read of one."""

from collections.abc import Iterable, Mapping

from domain.sharding import Spread, part_of
from domain.stock import Stock
from domain.values import value
from storage import keys
from storage.attributes import Item, from_attributes, to_attributes
from storage.catalog_items import read_spread, read_stock
from storage.order_reads import BATCH_KEYS, read_batch
from storage.reading import read
from storage.store import Store


@value
class SkuStock:
    """A SKU's stock: all together, and what each part holds, as read one after the other; `price_version` as copied."""

    total: Stock
    parts: Mapping[int, Stock]
    spread: Spread
    price_version: int

    @property
    def available(self) -> dict[int, int]:
        """Units that can be sold, by part."""
        return {part: stock.available for part, stock in self.parts.items()}

    @property
    def on_hand(self) -> dict[int, int]:
        """Units in the warehouse, by part: orders being placed do not change them."""
        return {part: stock.on_hand for part, stock in self.parts.items()}


def load_stock(store: Store, sku: str) -> Stock | None:
    """A SKU's units over all its shards, strongly read."""
    found = load_sku_stock(store, sku)
    return None if found is None else found.total


def load_sku_stock(store: Store, sku: str) -> SkuStock | None:
    """A SKU's stock by part, strongly read: one item, and all of them where there are several."""
    key = to_attributes(keys.stock(sku, store.warehouse))
    answer = read(store, store.client.get_item, TableName=store.catalog, Key=key, ConsistentRead=True)
    if "Item" not in answer:
        return None
    item = from_attributes(answer["Item"])
    return load_parts(store, sku) if read_spread(item).many else _together(sku, (item,))


def load_available(store: Store, skus: Iterable[str]) -> dict[str, int]:
    """Units of each SKU that can be sold now, over all its shards, strongly read; 0 where there are no counters."""
    wanted = sorted(set(skus))
    found: dict[str, int] = dict.fromkeys(wanted, 0)
    for start in range(0, len(wanted), BATCH_KEYS):
        asked = [keys.stock(sku, store.warehouse) for sku in wanted[start : start + BATCH_KEYS]]
        for item in read_batch(store, {store.catalog: asked})[store.catalog]:
            sku = keys.shard_of(item)
            many = read_spread(item).many
            found[sku] = load_parts(store, sku).total.available if many else item["available"]
    return found


def load_parts(store: Store, sku: str) -> SkuStock:
    """The stock of a SKU with several shards, strongly read in one query (64 items at most)."""
    answer = read(
        store,
        store.client.query,
        TableName=store.catalog,
        KeyConditionExpression="PK = :sku AND begins_with(SK, :parts)",
        ExpressionAttributeValues=to_attributes(
            {
                ":sku": keys.sku(sku)["PK"],
                ":parts": keys.parts(store.warehouse),
            }
        ),
        ConsistentRead=True,
    )
    return _together(sku, [from_attributes(item) for item in answer["Items"]])


def _together(sku: str, items: Iterable[Item]) -> SkuStock:
    found = {part_of(keys.shard_of(item)): item for item in items}
    parts = {part: read_stock(sku, item) for part, item in found.items()}
    main, spread = parts[0], read_spread(found[0])
    total = Stock(
        sku,
        available=sum(stock.available for stock in parts.values()),
        reserved=sum(stock.reserved for stock in parts.values()),
        received=main.received,
        version=main.version,
        shards=spread.shards,
    )
    return SkuStock(total, parts, spread, found[0]["priceVersion"])
