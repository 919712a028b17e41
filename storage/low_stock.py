"""What is known of a SKU's low stock: from how many units on its keepers are told, and whether they have been."""

from domain.stock import LowStock
from storage import keys
from storage.attributes import from_attributes, to_attribute, to_attributes
from storage.reading import read
from storage.stock_reads import load_stock
from storage.store import Store


def load_low_stock(store: Store, sku: str) -> LowStock | None:
    """How a SKU stands, strongly read; None where nobody is to be told of it, or there is no such SKU."""
    answer = read(
        store,
        store.client.get_item,
        TableName=store.catalog,
        Key=to_attributes(keys.sku(sku)),
        ConsistentRead=True,
    )
    item = from_attributes(answer["Item"]) if "Item" in answer else {}
    if not item.get("lowAt"):
        return None
    stock = load_stock(store, sku)
    if stock is None:
        return None
    return LowStock(sku, item["title"], stock.available, item["lowAt"], bool(item.get("lowTold")))


def set_told(store: Store, sku: str, *, told: bool) -> None:
    """Note that its keepers have been told, or that they are to be told next time. Said twice it is the same."""
    read(  # so it may be repeated like a read
        store,
        store.client.update_item,
        TableName=store.catalog,
        Key=to_attributes(keys.sku(sku)),
        UpdateExpression="SET lowTold = :told",
        ExpressionAttributeValues={":told": to_attribute(told)},
    )
