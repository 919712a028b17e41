"""The names and values given beside the expressions of one request, and the rules about using them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .attribute_values import Value, canonical_item
from .paths import Steps
from .refusals import invalid
from .syntax import Literal, Path

EXPRESSIONS = (
    "KeyConditionExpression",
    "ConditionExpression",
    "UpdateExpression",
    "FilterExpression",
    "ProjectionExpression",
)

_PLACEHOLDER = re.compile(r"[#:][A-Za-z0-9_]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scope:
    """What the placeholders of a request's expressions stand for."""

    names: Mapping[str, str]
    values: Mapping[str, Value]

    def steps(self, path: Path) -> Steps:
        """A document path with its aliases replaced."""
        return tuple(
            self.names[part] if isinstance(part, str) and part.startswith("#") else part
            for part in path.parts
        )

    def value(self, literal: Literal) -> Value:
        """The value that a placeholder stands for."""
        return self.values[literal.name]


def scope_of(request: Mapping[str, Any]) -> Scope:
    """The scope of a request. Raises Refusal for a placeholder that is undefined or unused."""
    names = request.get("ExpressionAttributeNames")
    values = request.get("ExpressionAttributeValues")
    used: set[str] = set()
    for kind in EXPRESSIONS:
        if kind in request:
            found = _placeholders(request[kind])
            _require_defined(kind, found, names or {}, values or {})
            used |= found
    _require_used("ExpressionAttributeNames", names, used, bool(_given(request)))
    _require_used("ExpressionAttributeValues", values, used, bool(_given(request)))
    return Scope(names or {}, canonical_item(values or {}))


def _given(request: Mapping[str, Any]) -> list[str]:
    return [kind for kind in EXPRESSIONS if kind in request]


@lru_cache(maxsize=2048)
def _placeholders(text: str) -> frozenset[str]:
    return frozenset(_PLACEHOLDER.findall(text))


def _require_defined(
    kind: str, used: frozenset[str], names: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    for placeholder in sorted(used):
        if placeholder[0] == "#" and placeholder not in names:
            raise invalid(
                f"Invalid {kind}: An expression attribute name used in the document path is not defined; "
                f"attribute name: {placeholder}"
            )
        if placeholder[0] == ":" and placeholder not in values:
            raise invalid(
                f"Invalid {kind}: An expression attribute value used in expression is not defined; "
                f"attribute value: {placeholder}"
            )


def _require_used(
    parameter: str, given: Mapping[str, Any] | None, used: set[str], any_expression: bool
) -> None:
    if given is None:
        return
    if not given:
        raise invalid(f"{parameter} must not be empty")
    if not any_expression:
        raise invalid(f"{parameter} can only be specified when using expressions")
    if unused := set(given) - used:
        raise invalid(
            f"Value provided in {parameter} unused in expressions: keys: {{{', '.join(sorted(unused))}}}"
        )
