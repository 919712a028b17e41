"""Writes of products, each one conditional transaction."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from domain.catalogue import Product, ProductStatus, Variant
from domain.sharding import Spread, shard_name
from storage import keys
from storage.attributes import Item, to_attribute, to_attributes
from storage.catalog_items import product_item, read_spread, sku_item, token_items
from storage.store import Store
from storage.transact import transact

Write = dict[str, Any]


class CatalogMiss(Enum):
    """Which condition of a write did not hold."""

    PRODUCT = "the product is there already, or has changed since it was read"
    SLUG = "another product has this slug"
    SKU = "another product has this SKU"
    COMMAND = "this keyed command was done already"
    STOCK = "the stock has changed since it was read"


Step = tuple[CatalogMiss | None, Write]

MAX_SPREADS = 3
"""How often a write begins anew because a SKU turns out to be spread in another way."""


def write_product(
    store: Store, before: Product | None, after: Product, payload_hash: str | None
) -> tuple[CatalogMiss, ...]:
    """Write a product: itself, its slug, the entry and counters of each SKU that changed, and its search words.

    No SKU is read first: one whose new price has to reach several shards says so by the condition that fails.
    """
    spreads: dict[str, Spread] = {}
    for _ in range(MAX_SPREADS):
        steps = _steps(store, before, after, payload_hash, spreads)
        failed = transact(store, [write for _, write in steps], subject=after.id)
        misses = tuple(miss for failure in failed if (miss := steps[failure.index][0]))
        learnt = {
            failure.item["sku"]: read_spread(failure.item)
            for failure in failed
            if steps[failure.index][0] is CatalogMiss.SKU
            and failure.item
            and failure.item["productId"] == after.id
        }
        if set(misses) != {CatalogMiss.SKU} or len(learnt) < len(misses):
            return misses
        spreads |= learnt
    return (CatalogMiss.PRODUCT,)


def _steps(
    store: Store,
    before: Product | None,
    after: Product,
    payload_hash: str | None,
    spreads: Mapping[str, Spread],
) -> list[Step]:
    steps: list[Step] = [(CatalogMiss.PRODUCT, _product(store, before, after, payload_hash))]
    if before is None:
        steps.append((CatalogMiss.SLUG, _put_new(store, keys.slug(after.slug) | {"productId": after.id})))
    for variant in after.variants:
        old, spread = before.variant(variant.sku) if before else None, spreads.get(variant.sku, Spread())
        priced = old is None or old.price_version != variant.price_version
        if old != variant or (before and (before.status, before.title) != (after.status, after.title)):
            steps.append((CatalogMiss.SKU, _sku(store, after, variant, spread if priced else None)))
        if priced:
            steps += [(None, _price_version(store, variant, part)) for part in range(spread.parts)]
    steps += [(None, write) for write in _category_counts(store, before, after)]
    return steps + [(None, write) for write in _words(store, before, after)]


def _product(store: Store, before: Product | None, after: Product, payload_hash: str | None) -> Write:
    put = {"TableName": store.catalog, "Item": to_attributes(product_item(after, payload_hash))}
    if before is None:
        return {"Put": put | {"ConditionExpression": "attribute_not_exists(PK)"}}
    values = {":version": to_attribute(before.version)}
    return {"Put": put | {"ConditionExpression": "version = :version", "ExpressionAttributeValues": values}}


def _put_new(store: Store, item: Item) -> Write:
    put = {"TableName": store.catalog, "Item": to_attributes(item)}
    return {"Put": put | {"ConditionExpression": "attribute_not_exists(PK)"}}


def _sku(store: Store, product: Product, variant: Variant, spread: Spread | None) -> Write:
    """Write what the SKU's entry says of the product; over which shards it is spread stays, and is checked if given."""
    item = {name: each for name, each in sku_item(product, variant).items() if name not in {"PK", "SK"}}
    condition, values = (
        "(attribute_not_exists(PK) OR productId = :productId)",
        {f":{name}": item[name] for name in item},
    )
    if spread and spread.generation:
        condition, values[":old"] = f"{condition} AND generation = :old", spread.generation
    elif spread:
        condition = f"{condition} AND attribute_not_exists(generation)"
    return {
        "Update": {
            "TableName": store.catalog,
            "Key": to_attributes(keys.sku(variant.sku)),
            "UpdateExpression": f"SET {', '.join(f'#{name} = :{name}' for name in item)}",
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {f"#{name}": name for name in item},
            "ExpressionAttributeValues": to_attributes(values),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def _price_version(store: Store, variant: Variant, part: int) -> Write:
    """Copy the price's version to the counters of a shard, which a new SKU gets here: placing checks it there."""
    zero = {
        name: f"if_not_exists({name}, :zero)"
        for name in ("available", "reserved", "onHand", "received", "version")
    }
    setting = ", ".join(f"{name} = {value}" for name, value in zero.items())
    return {
        "Update": {
            "TableName": store.catalog,
            "Key": to_attributes(keys.stock(shard_name(variant.sku, part), store.warehouse)),
            "UpdateExpression": f"SET priceVersion = :price, {setting}",
            "ExpressionAttributeValues": to_attributes({":price": variant.price_version, ":zero": 0}),
        }
    }


def _category_counts(store: Store, before: Product | None, after: Product) -> list[Write]:
    """How many published products a category has: what the list of categories is read from."""
    left, joined = (
        each.category if each and each.status is ProductStatus.PUBLISHED else None for each in (before, after)
    )
    if left == joined:
        return []
    changes = [(name, by) for name, by in ((left, -1), (joined, 1)) if name is not None]
    return [
        {
            "Update": {
                "TableName": store.catalog,
                "Key": to_attributes(keys.category(name)),
                "UpdateExpression": "ADD products :by",
                "ExpressionAttributeValues": to_attributes({":by": by}),
            }
        }
        for name, by in changes
    ]


def _words(store: Store, before: Product | None, after: Product) -> list[Write]:
    """Search words of what is published; words that fell away are deleted."""
    items = token_items(after) if after.status is ProductStatus.PUBLISHED else []
    kept = {item["SK"] for item in items}
    old = token_items(before) if before and before.status is ProductStatus.PUBLISHED else []
    puts: list[Write] = [{"Put": {"TableName": store.catalog, "Item": to_attributes(item)}} for item in items]
    return puts + [
        {"Delete": {"TableName": store.catalog, "Key": to_attributes({"PK": item["PK"], "SK": item["SK"]})}}
        for item in old
        if item["SK"] not in kept
    ]
