"""Writes of products and stock, each one conditional transaction."""

from datetime import datetime
from enum import Enum
from typing import Any

from domain.catalogue import Product, ProductStatus, Variant
from domain.stock import Stock, StockReason
from storage import keys
from storage.attributes import Item, to_attribute, to_attributes
from storage.catalog_items import product_item, sku_item, token_items
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


def write_product(
    store: Store, before: Product | None, after: Product, payload_hash: str | None
) -> tuple[CatalogMiss, ...]:
    """Write a product: itself, its slug, the entry and counters of each SKU that changed, and its search words."""
    steps: list[tuple[CatalogMiss | None, Write]] = [
        (CatalogMiss.PRODUCT, _product(store, before, after, payload_hash))
    ]
    if before is None:
        steps.append((CatalogMiss.SLUG, _put_new(store, keys.slug(after.slug) | {"productId": after.id})))
    for variant in after.variants:
        old = before.variant(variant.sku) if before else None
        if old != variant or (before and before.status is not after.status):
            steps.append((CatalogMiss.SKU, _sku(store, after, variant)))
        if old is None or old.price_version != variant.price_version:
            steps.append((None, _price_version(store, variant)))
    steps += [(None, write) for write in _words(store, before, after)]
    failed = transact(store, [write for _, write in steps], subject=after.id)
    return tuple(miss for failure in failed if (miss := steps[failure.index][0]))


def write_stock(
    store: Store,
    before: Stock,
    after: Stock,
    reason: StockReason,
    *,
    actor_id: str,
    at: datetime,
    digest: str | None = None,
    payload_hash: str | None = None,
) -> tuple[CatalogMiss, ...]:
    """Change a SKU's counters by hand, with its movement and the record of a keyed command.

    The counters move by the difference, so that orders placed meanwhile stay; `version` guards changes by hand.
    """
    moved = after.available - before.available
    steps: list[tuple[CatalogMiss, Write]] = [(CatalogMiss.STOCK, _counters(store, before, after, at))]
    movement = keys.movement(after.sku, keys.moment(at), f"{after.version:08d}")
    movement |= {"delta": moved, "reason": reason.value, "actorId": actor_id, "onHand": after.on_hand}
    steps.append((CatalogMiss.STOCK, _put_new(store, movement)))
    if digest:
        record = keys.stock_command(after.sku, digest) | {"hash": payload_hash, "version": after.version}
        steps.append((CatalogMiss.COMMAND, _put_new(store, record)))
    failed = transact(store, [write for _, write in steps], subject=after.sku)
    return tuple(steps[failure.index][0] for failure in failed)


def _product(store: Store, before: Product | None, after: Product, payload_hash: str | None) -> Write:
    put = {"TableName": store.catalog, "Item": to_attributes(product_item(after, payload_hash))}
    if before is None:
        return {"Put": put | {"ConditionExpression": "attribute_not_exists(PK)"}}
    values = {":version": to_attribute(before.version)}
    return {"Put": put | {"ConditionExpression": "version = :version", "ExpressionAttributeValues": values}}


def _put_new(store: Store, item: Item) -> Write:
    put = {"TableName": store.catalog, "Item": to_attributes(item)}
    return {"Put": put | {"ConditionExpression": "attribute_not_exists(PK)"}}


def _sku(store: Store, product: Product, variant: Variant) -> Write:
    return {
        "Put": {
            "TableName": store.catalog,
            "Item": to_attributes(sku_item(product, variant)),
            "ConditionExpression": "attribute_not_exists(PK) OR productId = :me",
            "ExpressionAttributeValues": {":me": to_attribute(product.id)},
        }
    }


def _price_version(store: Store, variant: Variant) -> Write:
    """Copy the price's version to the counters, which a new SKU gets here: placing checks it there."""
    zero = {
        name: f"if_not_exists({name}, :zero)"
        for name in ("available", "reserved", "onHand", "received", "version")
    }
    setting = ", ".join(f"{name} = {value}" for name, value in zero.items())
    return {
        "Update": {
            "TableName": store.catalog,
            "Key": to_attributes(keys.stock(variant.sku, store.warehouse)),
            "UpdateExpression": f"SET priceVersion = :price, {setting}",
            "ExpressionAttributeValues": to_attributes({":price": variant.price_version, ":zero": 0}),
        }
    }


def _words(store: Store, before: Product | None, after: Product) -> list[Write]:
    """Search words of what is published; words that fell away are deleted."""
    if after.status is not ProductStatus.PUBLISHED:
        return []
    items = token_items(after)
    kept = {item["SK"] for item in items}
    old = token_items(before) if before and before.status is ProductStatus.PUBLISHED else []
    puts: list[Write] = [{"Put": {"TableName": store.catalog, "Item": to_attributes(item)}} for item in items]
    return puts + [
        {"Delete": {"TableName": store.catalog, "Key": to_attributes({"PK": item["PK"], "SK": item["SK"]})}}
        for item in old
        if item["SK"] not in kept
    ]


def _counters(store: Store, before: Stock, after: Stock, at: datetime) -> Write:
    moved = after.available - before.available
    values = {
        ":moved": moved,
        ":needed": max(0, -moved),
        ":received": after.received - before.received,
        ":one": 1,
        ":before": before.version,
        ":at": keys.moment(at),
    }
    return {
        "Update": {
            "TableName": store.catalog,
            "Key": to_attributes(keys.stock(after.sku, store.warehouse)),
            "UpdateExpression": "SET available = available + :moved, onHand = onHand + :moved, "
            "received = received + :received, version = version + :one, changedAt = :at",
            "ConditionExpression": "version = :before AND available >= :needed",
            "ExpressionAttributeValues": to_attributes(values),
        }
    }
