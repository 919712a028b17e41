"""A product's items: the product with its variants in one, an entry a SKU for placing, stock, and search words."""

import json
from typing import Any

from domain.catalogue import Product, ProductStatus, Sellable, Variant, search_tokens, sellable
from domain.pictures import PictureSize, ProductPicture
from domain.sharding import Spread
from domain.stock import Stock
from storage import keys
from storage.attributes import Item

WINDOW = "PUBLISHED"
"""The one index partition that lists what is published, by title."""


def product_item(product: Product, payload_hash: str | None = None) -> Item:
    """The product with its variants; on the shelves (indexes) only while published."""
    published = product.status is ProductStatus.PUBLISHED
    sort = f"{product.title}#{product.id}"
    return {
        **keys.product(product.id),
        "id": product.id,
        "slug": product.slug,
        "title": product.title,
        "category": product.category,
        "description": product.description,
        "status": product.status.value,
        "variants": json.dumps(
            [_variant_row(variant) for variant in product.variants], separators=(",", ":")
        ),
        "pictures": _picture_rows(product),
        "pictureMark": product.picture_mark or None,
        "version": product.version,
        "hash": payload_hash,
        "shelf": product.category if published else None,
        "shelfAt": sort if published else None,
        "window": WINDOW if published else None,
        "windowAt": sort if published else None,
    }


def read_product(item: Item) -> Product:
    """The product of its item, or of a card of it in an index (which has no description and no version)."""
    return Product(
        id=item["id"],
        slug=item["slug"],
        title=item["title"],
        category=item["category"],
        description=item.get("description", ""),
        status=ProductStatus(item["status"]),
        variants=tuple(Variant(*row) for row in json.loads(item["variants"])),
        version=item.get("version", 0),
        pictures=tuple(
            ProductPicture(PictureSize(size), key, width, height)
            for size, key, width, height in json.loads(item.get("pictures", "[]"))
        ),
        picture_mark=item.get("pictureMark", ""),
    )


def _picture_rows(product: Product) -> str | None:
    rows = [[each.size.value, each.key, each.width, each.height] for each in product.pictures]
    return json.dumps(rows, separators=(",", ":")) if rows else None


def sku_item(product: Product, variant: Variant) -> Item:
    """The SKU's own entry."""
    entry = sellable(product, variant)
    return {
        **keys.sku(entry.sku),
        "sku": entry.sku,
        "productId": entry.product_id,
        "title": entry.title,
        "price": entry.price,
        "priceVersion": entry.price_version,
        "taxClass": entry.tax_class,
        "published": entry.published,
        "grams": entry.weight_grams,
        "lowAt": entry.low_stock_at,
    }


def read_sellable(item: Item) -> Sellable:
    """The SKU's entry, read back."""
    return Sellable(
        sku=item["sku"],
        product_id=item["productId"],
        title=item["title"],
        price=item["price"],
        price_version=item["priceVersion"],
        tax_class=item["taxClass"],
        published=item["published"],
        spread=read_spread(item),
        weight_grams=item.get("grams", 0),
        low_stock_at=item.get("lowAt", 0),
    )


def read_spread(item: Item) -> Spread:
    """Over how many shards a SKU is spread, of its entry or its counters; a SKU that was never spread says nothing."""
    return Spread(item.get("shards", 1), item.get("parts", 1), item.get("generation", 0))


def read_stock(sku: str, item: Item) -> Stock:
    """A SKU's counters. Raises ValueError where onHand is not available + reserved: something else wrote here."""
    stock = Stock(sku, item["available"], item["reserved"], item["received"], item["version"])
    if stock.on_hand != item["onHand"]:
        raise ValueError(
            f"stock of {sku}: onHand {item['onHand']} is not {stock.available} + {stock.reserved}"
        )
    return stock


def token_items(product: Product) -> list[Item]:
    """A search word each, with the card that a result shows."""
    card: dict[str, Any] = {
        name: product_item(product)[name]
        for name in ("id", "slug", "title", "category", "status", "variants", "pictures")
    }
    return [keys.token(word, product.id) | card for word in search_tokens(product)]


def _variant_row(variant: Variant) -> list[Any]:
    row = [variant.sku, variant.title, variant.price, variant.tax_class, variant.price_version]
    more = [variant.weight_grams, variant.low_stock_at]
    return row + more if any(more) else row
