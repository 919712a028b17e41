"""Reads of products, and of keyed changes of stock: one item, or one page of an index."""

from typing import Any

from domain.catalogue import Product
from domain.values import value
from storage import keys
from storage.attributes import Item, from_attributes, to_attributes
from storage.catalog_items import WINDOW, read_product
from storage.reading import read
from storage.store import Store


@value
class StoredProduct:
    """A product with the hash of the command that created it."""

    product: Product
    payload_hash: str | None


def load_product(store: Store, product_id: str, *, strong: bool = False) -> StoredProduct | None:
    """One product with its variants; `strong` before a decision."""
    item = _get(store, keys.product(product_id), strong=strong)
    return None if item is None else StoredProduct(read_product(item), item.get("hash"))


def find_product_id(store: Store, slug: str) -> str | None:
    """The product id that a slug leads to."""
    item = _get(store, keys.slug(slug), strong=False)
    return None if item is None else str(item["productId"])


@value
class StockCommand:
    """What a keyed change of stock left: the hash of its body."""

    payload_hash: str


def load_stock_command(store: Store, sku: str, digest: str) -> StockCommand | None:
    """The record of a keyed change of stock."""
    item = _get(store, keys.stock_command(sku, digest), strong=True)
    return None if item is None else StockCommand(item["hash"])


@value
class ProductPage:
    """Products of a list, each with the key that the next page may start after."""

    products: tuple[Product, ...]
    positions: tuple[Item, ...]
    more: bool


def list_window(store: Store, first: int, after: Item | None) -> ProductPage:
    """Published products by title. Eventually consistent."""
    return _page(store, _List("by-title", "#list = :pk", {":pk": WINDOW}), first, after)


def list_category(store: Store, category: str, first: int, after: Item | None) -> ProductPage:
    """Published products of a category by title. Eventually consistent."""
    return _page(store, _List("by-category", "#list = :pk", {":pk": category}), first, after)


def list_categories(store: Store) -> tuple[tuple[str, int], ...]:
    """Every category that has published products, by name, with how many. Eventually consistent; at most 1 MB of them."""
    answer = read(
        store,
        store.client.query,
        TableName=store.catalog,
        KeyConditionExpression="PK = :pk",
        ExpressionAttributeValues=to_attributes({":pk": keys.CATEGORIES}),
    )
    items = [from_attributes(item) for item in answer["Items"]]
    return tuple((item["SK"], item["products"]) for item in items if item["products"] > 0)


def search(store: Store, word: str, first: int, after: Item | None) -> ProductPage:
    """Published products with a word that begins so, by that word. Eventually consistent."""
    values = {":pk": keys.token(word, "")["PK"], ":word": word}
    return _page(store, _List(None, "PK = :pk AND begins_with(SK, :word)", values), first, after)


@value
class _List:
    """Which list to read: an index (None: the table) and its key condition."""

    index: str | None
    condition: str
    values: Item


_KEYS: dict[str | None, tuple[str, ...]] = {
    "by-title": ("window", "windowAt"),
    "by-category": ("shelf", "shelfAt"),
    None: (),
}


def _page(store: Store, wanted: _List, first: int, after: Item | None) -> ProductPage:
    request: dict[str, Any] = {
        "TableName": store.catalog,
        "KeyConditionExpression": wanted.condition,
        "ExpressionAttributeValues": to_attributes(wanted.values),
        "Limit": first,
    }
    if wanted.index:
        request["IndexName"] = wanted.index
        request["ExpressionAttributeNames"] = {"#list": _KEYS[wanted.index][0]}
    if after:
        request["ExclusiveStartKey"] = to_attributes(after)
    answer = read(store, store.client.query, **request)
    items = [from_attributes(item) for item in answer["Items"]]
    names = ("PK", "SK", *_KEYS[wanted.index])
    positions = tuple({name: item[name] for name in names} for item in items)
    return ProductPage(tuple(read_product(item) for item in items), positions, "LastEvaluatedKey" in answer)


def _get(store: Store, key: Item, *, strong: bool) -> Item | None:
    answer = read(
        store, store.client.get_item, TableName=store.catalog, Key=to_attributes(key), ConsistentRead=strong
    )
    return from_attributes(answer["Item"]) if "Item" in answer else None
