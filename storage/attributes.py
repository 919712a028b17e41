"""Plain values to DynamoDB's typed attributes and back. Numbers are whole; None is left out."""

from collections.abc import Callable, Mapping
from typing import Any

Item = dict[str, Any]
"""An item as plain values."""

Attributes = dict[str, Any]
"""An item as DynamoDB's typed attributes."""


def to_attributes(item: Mapping[str, Any]) -> Attributes:
    """An item's typed attributes, without what is None."""
    return {name: to_attribute(value) for name, value in item.items() if value is not None}


def to_attribute(value: Any) -> dict[str, Any]:
    """One typed attribute. Raises TypeError for what no item of ours holds (floats among them)."""
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, Mapping):
        return {"M": to_attributes(value)}
    if isinstance(value, list | tuple):
        return {"L": [to_attribute(each) for each in value]}
    raise TypeError(f"no item of ours holds a {type(value).__name__}")


def from_attributes(attributes: Mapping[str, Any]) -> Item:
    """An item's plain values."""
    return {name: from_attribute(value) for name, value in attributes.items()}


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """One plain value."""
    ((kind, value),) = attribute.items()
    return _READ[kind](value)


_READ: dict[str, Callable[[Any], Any]] = {
    "S": lambda value: value,
    "N": int,
    "BOOL": lambda value: value,
    "M": from_attributes,
    "L": lambda value: [from_attribute(each) for each in value],
    "NULL": lambda _: None,
}
