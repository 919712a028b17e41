"""DynamoDB's typed values: checked, brought to one canonical form, compared and copied.

Source: Amazon DynamoDB Developer Guide, "Supported data types" and "Constraints" (38 digits, 1E-130 to 9.99E+125).
"""

import re
from collections.abc import Mapping
from decimal import Context, Decimal
from functools import lru_cache
from typing import Any

from .refusals import invalid

Value = dict[str, Any]
"""One typed value, such as {"S": "x"}; a stored one is canonical and never changed in place."""

Item = dict[str, Value]

MAX_DIGITS, MAX_EXPONENT, MIN_EXPONENT, MAX_DEPTH = 38, 125, -130, 32

_EXACT = Context(prec=MAX_DIGITS, Emin=-999999, Emax=999999)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z", re.ASCII)
_ORDERED = {"S", "N", "B"}


def canonical_item(item: Mapping[str, Any]) -> Item:
    """A checked copy of an item. Raises Refusal for a value that DynamoDB would not take."""
    return {name: canonical(value) for name, value in item.items()}


def canonical(value: Mapping[str, Any], depth: int = 0) -> Value:
    """A checked copy of a value: numbers in plain digits, sets sorted. Raises Refusal."""
    if len(value) != 1:
        raise invalid(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
            "supported datatypes"
        )
    if depth > MAX_DEPTH:
        raise invalid("Nesting Levels have exceeded supported limits")
    ((kind, raw),) = value.items()
    if kind == "M":
        return {"M": {name: canonical(each, depth + 1) for name, each in raw.items()}}
    if kind == "L":
        return {"L": [canonical(each, depth + 1) for each in raw]}
    if kind in {"SS", "NS", "BS"}:
        return {kind: _canonical_set(kind, raw)}
    if kind == "NULL" and raw is not True:
        raise invalid(
            "One or more parameter values were invalid: Null attribute value types must have the value of true"
        )
    return {kind: _scalar(kind, raw)}


def kind_of(value: Mapping[str, Any]) -> str:
    """The type of a value: S, N, B, BOOL, NULL, M, L, SS, NS or BS."""
    return next(iter(value))


@lru_cache(maxsize=4096)
def number(text: str) -> Decimal:
    """The exact number that a text means. Raises Refusal for none, and beyond 38 digits or the range."""
    if not _NUMBER.match(text):
        raise invalid(f"The parameter cannot be converted to a numeric value: {text}")
    return within_range(Decimal(text))


def within_range(value: Decimal) -> Decimal:
    """The number without trailing zeros. Raises Refusal beyond 38 digits or outside the range."""
    if not value:
        return Decimal(0)
    digits = value.as_tuple().digits
    if len(str(int("".join(map(str, digits)))).rstrip("0")) > MAX_DIGITS:
        raise invalid("Attempting to store more than 38 significant digits in a Number")
    if value.adjusted() > MAX_EXPONENT:
        raise invalid(
            "Number overflow. Attempting to store a number with magnitude larger than supported range"
        )
    if value.adjusted() < MIN_EXPONENT:
        raise invalid(
            "Number underflow. Attempting to store a number with magnitude smaller than supported range"
        )
    return value.normalize(_EXACT)


def number_value(value: Decimal) -> Value:
    """A number as a typed value, in plain digits."""
    return {"N": format(value, "f")}


def added(left: Value, right: Value, *, minus: bool = False) -> Value:
    """The sum or difference of two numbers, rounded to 38 digits. Raises Refusal outside the range."""
    one, other = number(left["N"]), number(right["N"])
    return number_value(within_range(_EXACT.subtract(one, other) if minus else _EXACT.add(one, other)))


def order(left: Value, right: Value) -> int | None:
    """-1, 0 or 1 for two strings, numbers or binaries of one type; None for what has no order."""
    kind = kind_of(left)
    if kind != kind_of(right) or kind not in _ORDERED:
        return None
    one, other = left[kind], right[kind]
    if kind == "N":
        one, other = number(one), number(other)
    return int(one > other) - int(one < other)


def copied(value: Value) -> Value:
    """A copy that shares nothing with the value."""
    ((kind, raw),) = value.items()
    if kind == "M":
        return {"M": copied_item(raw)}
    if kind == "L":
        return {"L": [copied(each) for each in raw]}
    return {kind: list(raw)} if kind in {"SS", "NS", "BS"} else {kind: raw}


def copied_item(item: Item) -> Item:
    """A copy that shares nothing with the item."""
    return {name: copied(value) for name, value in item.items()}


def set_value(kind: str, members: set[Any]) -> Value:
    """A set as a typed value, sorted."""
    return {kind: sorted(members, key=number if kind == "NS" else None)}


def _scalar(kind: str, raw: Any) -> Any:
    if kind == "N":
        return format(number(raw), "f")
    if kind == "B":
        return raw.encode() if isinstance(raw, str) else bytes(raw)
    return raw


def _canonical_set(kind: str, raw: Any) -> list[Any]:
    members = [_scalar(kind[0], each) for each in raw]
    if not members:
        name = {"SS": "string", "NS": "number", "BS": "binary"}[kind]
        raise invalid(f"One or more parameter values were invalid: An {name} set  may not be empty")
    if len(set(members)) != len(members):
        raise invalid("One or more parameter values were invalid: Input collection contains duplicates.")
    ordered: list[Any] = set_value(kind, set(members))[kind]
    return ordered
