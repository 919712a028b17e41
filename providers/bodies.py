"""Reads a webhook's body: JSON of a bounded depth, typed field by field. Only signed bodies come this far."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, NoReturn, TypeVar

DEEPEST = 20
LONGEST_TEXT = 2_048

Member = TypeVar("Member", bound=Enum)

_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
"""A string, also one that does not end: every quote is consumed once, so that no body makes this slow."""
_BRACKETS = re.compile(rb"[\[\]{}]")


class MalformedError(Exception):
    """A signed body that says nothing we understand; the message names the field."""


def read_object(body: bytes) -> Mapping[str, Any]:
    """The JSON object of a body. Raises MalformedError: not UTF-8, not JSON, deeper than 20, a name twice, not an object."""
    if depth(body) > DEEPEST:
        raise MalformedError("body: nested deeper than 20")
    try:
        read = json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except ValueError as error:  # bad UTF-8 and numbers of thousands of digits among them
        raise MalformedError(f"body: not JSON ({type(error).__name__})") from None
    if not isinstance(read, dict):
        raise MalformedError("body: an object is required")
    return read


def depth(body: bytes) -> int:
    """How deep a JSON text nests, counted over its brackets outside of strings: without recursion, in one pass."""
    deepest = level = 0
    for bracket in _BRACKETS.findall(_QUOTED.sub(b"", body)):
        level += 1 if bracket in b"[{" else -1
        deepest = max(deepest, level)
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that occurs twice: two readers would see two different bodies."""
    read = dict(pairs)
    if len(read) != len(pairs):
        raise MalformedError("body: a name occurs twice in one object")
    return read


def _no_number(text: str) -> NoReturn:
    raise MalformedError(f"body: {text} is not JSON")


def inner(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object in a field. Raises MalformedError."""
    found = data.get(name)
    if not isinstance(found, dict):
        raise MalformedError(f"{name}: an object is required")
    return found


def text(data: Mapping[str, Any], name: str, pattern: str = r"[!-~]{1,128}") -> str:
    """The text in a field; all of it matches the pattern (ids by default). Raises MalformedError."""
    found = data.get(name)
    if not isinstance(found, str) or len(found) > LONGEST_TEXT or not re.fullmatch(pattern, found):
        raise MalformedError(f"{name}: a text like {pattern} is required")
    return found


def optional_text(data: Mapping[str, Any], name: str, pattern: str = r"[!-~]{1,128}") -> str | None:
    """The text in a field that may be null or missing. Raises MalformedError."""
    return None if data.get(name) is None else text(data, name, pattern)


def whole(data: Mapping[str, Any], name: str) -> int:
    """The whole number in a field, 0 to 10^15: an amount in minor units. Raises MalformedError."""
    found = data.get(name)
    if type(found) is not int or not 0 <= found <= 10**15:
        raise MalformedError(f"{name}: a whole number from 0 is required")
    return found


def member(data: Mapping[str, Any], name: str, kind: type[Member]) -> Member:
    """The member of an enum that a field names. Raises MalformedError."""
    found = data.get(name)
    if not isinstance(found, str) or found not in kind.__members__:
        raise MalformedError(f"{name}: one of {', '.join(kind.__members__)} is required")
    return kind[found]


def moment(data: Mapping[str, Any], name: str) -> datetime:
    """The time in a field, with its offset, as UTC. Raises MalformedError."""
    try:
        read = datetime.fromisoformat(text(data, name))
        if read.tzinfo is not None:
            return read.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise MalformedError(f"{name}: a time with its offset is required, such as 2026-01-31T09:30:00Z")
