"""What a table accepts as a key, in an item and for an index. Source: "Constraints in Amazon DynamoDB"."""

from collections.abc import Mapping
from typing import Any

from storage.tables import Index

from .attribute_values import Item, kind_of
from .capacity import item_size
from .refusals import invalid

KEYS = ("PK", "SK")
MAX_KEY_BYTES = {"PK": 2048, "SK": 1024}
MAX_ITEM_BYTES = 400 * 1024

Key = tuple[str, str]


def key_of(given: Mapping[str, Any]) -> Key:
    """The key that a request names. Raises Refusal for another schema, type, emptiness or size."""
    if set(given) != set(KEYS) or any(kind_of(given[name]) != "S" for name in KEYS):
        raise invalid("The provided key element does not match the schema")
    return _checked(given)


def key_in(item: Mapping[str, Any]) -> Key:
    """The key in an item that is to be put. Raises Refusal where it is missing, of another type, empty or too long."""
    for name in KEYS:
        if name not in item:
            raise invalid(f"One or more parameter values were invalid: Missing the key {name} in the item")
        if kind_of(item[name]) != "S":
            raise invalid(
                f"One or more parameter values were invalid: Type mismatch for key {name} expected: S "
                f"actual: {kind_of(item[name])}"
            )
    return _checked(item)


def key_item(key: Key) -> Item:
    """A key as an item."""
    return {"PK": {"S": key[0]}, "SK": {"S": key[1]}}


def require_index_keys(item: Item, indexes: tuple[Index, ...]) -> None:
    """Raise Refusal where an attribute that is a key of an index is no string, or an empty one."""
    for index in indexes:
        for name in (index.partition, index.sort):
            if name in item and kind_of(item[name]) != "S":
                raise invalid(
                    f"One or more parameter values were invalid: Type mismatch for Index Key {name} Expected: S "
                    f"Actual: {kind_of(item[name])} IndexName: {index.name}"
                )
            if name in item and not item[name]["S"]:
                raise invalid(
                    "One or more parameter values are not valid. A value specified for a secondary index key is not "
                    "supported. The AttributeValue for a key attribute cannot contain an empty string value. "
                    f"IndexName: {index.name}, IndexKey: {name}"
                )


def require_size(item: Item, what: str = "Item size") -> None:
    """Raise Refusal for an item over 400 KB, its names counted."""
    if item_size(item) > MAX_ITEM_BYTES:
        raise invalid(f"{what} has exceeded the maximum allowed size")


def _checked(item: Mapping[str, Any]) -> Key:
    for name, kind in (("PK", "hash"), ("SK", "range")):
        text = item[name]["S"]
        if not text:
            raise invalid(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
                f"an empty string value. Key: {name}"
            )
        if len(text.encode()) > MAX_KEY_BYTES[name]:
            raise invalid(
                f"One or more parameter values were invalid: Aggregated size of all {kind} keys has exceeded the "
                f"size limit of {MAX_KEY_BYTES[name]} bytes"
            )
    return item["PK"]["S"], item["SK"]["S"]
