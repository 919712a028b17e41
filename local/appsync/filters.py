"""What a subscription lets through: basic filtering by arguments, enhanced filtering by filter groups.

Pure functions over the payload that a mutation selected (AppSync guide, aws-appsync-real-time-enhanced-filtering).
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

MAX_FILTERS = 10
MAX_FIELDS = 5
MAX_IN = 5
MAX_CONTAINS_ANY = 20
MAX_TEXT = 256
MAX_LEVELS = 5
Group = list[dict[str, Any]]
ABSENT = object()


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def of_one_kind(actual: Any, wanted: Any) -> bool:
        return (
            _kind(actual) == _kind(wanted) and _kind(actual) in ("number", "text") and compare(actual, wanted)
        )

    return of_one_kind


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "text" if isinstance(value, str) else "other"


def same(actual: Any, wanted: Any) -> bool:
    """JSON equality: case-sensitive, and `true` is not 1."""
    return _kind(actual) == _kind(wanted) and bool(actual == wanted)


def _contains(actual: Any, wanted: Any) -> bool:
    if isinstance(actual, str):
        return isinstance(wanted, str) and wanted in actual
    return isinstance(actual, list) and any(same(item, wanted) for item in actual)


def _in(actual: Any, wanted: Any) -> bool:
    return any(same(actual, one) for one in wanted)


def _between(actual: Any, wanted: Any) -> bool:
    low, high = wanted
    return OPERATORS["ge"](actual, low) and OPERATORS["le"](actual, high)


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": same,
    "ne": lambda actual, wanted: not same(actual, wanted),
    "le": _ordered(lambda actual, wanted: bool(actual <= wanted)),
    "lt": _ordered(lambda actual, wanted: bool(actual < wanted)),
    "ge": _ordered(lambda actual, wanted: bool(actual >= wanted)),
    "gt": _ordered(lambda actual, wanted: bool(actual > wanted)),
    "contains": _contains,
    "notContains": lambda actual, wanted: isinstance(actual, (str, list)) and not _contains(actual, wanted),
    "beginsWith": lambda actual, wanted: (
        _kind(actual) == _kind(wanted) == "text" and actual.startswith(wanted)
    ),
    "in": _in,
    "notIn": lambda actual, wanted: not _in(actual, wanted),
    "between": _between,
    "containsAny": lambda actual, wanted: any(_contains(actual, one) for one in wanted),
}
"""Every operator of enhanced filtering, on a field that is in the payload and not null."""


def matches_arguments(arguments: Mapping[str, Any], payload: Mapping[str, Any]) -> bool:
    """Basic filtering (5.4): every supplied argument equals the payload's field; null matches null or absence."""
    return all(same(payload.get(name), wanted) for name, wanted in arguments.items())


def matches(group: Group, payload: Mapping[str, Any]) -> bool:
    """Enhanced filtering (5.5): entries are alternatives, filters inside one all hold. An empty group lets nothing."""
    return any(all(_holds(one, payload) for one in entry["filters"]) for entry in group if entry["filters"])


def _holds(one: Mapping[str, Any], payload: Mapping[str, Any]) -> bool:
    actual = _at(one["fieldName"], payload)
    if actual is ABSENT or actual is None:
        return False
    return OPERATORS[one["operator"]](actual, one["value"])


def _at(dotted: str, payload: Mapping[str, Any]) -> Any:
    names = dotted.split(".")
    if len(names) > MAX_LEVELS:
        return ABSENT
    value: Any = payload
    for name in names:
        if not isinstance(value, dict) or name not in value:
            return ABSENT
        value = value[name]
    return value


def problem_with(group: Any) -> str | None:
    """Why a filter group cannot be registered, or None. A null anywhere is refused: it would match by accident."""
    if not isinstance(group, list) or not group:
        return "The subscription filter is missing."
    found = next((text for entry in group if (text := _entry_problem(entry)) is not None), None)
    if found is not None:
        return found
    if sum(_expanded(entry["filters"]) for entry in group) > MAX_FILTERS:
        return f"The subscription filter exceeds maximum value limit {MAX_FILTERS} of filters in a group."
    return None


def _expanded(filters: Group) -> int:
    """An `in` of n values stands for n filters, and two of them multiply."""
    return math.prod(len(one["value"]) for one in filters if one["operator"] == "in")


def _entry_problem(entry: Any) -> str | None:
    filters = entry.get("filters") if isinstance(entry, dict) else None
    if not isinstance(filters, list) or not filters:
        return "The subscription filter has an entry without filters."
    found = next((text for one in filters if (text := _filter_problem(one)) is not None), None)
    if found is not None:
        return found
    if len({one["fieldName"] for one in filters}) > MAX_FIELDS:
        return f"The subscription filter exceeds maximum value limit {MAX_FIELDS} of field names in a filter."
    return None


def _filter_problem(one: Any) -> str | None:
    if not isinstance(one, dict) or not isinstance(one.get("fieldName"), str) or not one["fieldName"]:
        return "The subscription filter has a filter without a fieldName."
    operator, value = one.get("operator"), one.get("value")
    if not isinstance(operator, str) or operator not in OPERATORS:
        return f"The subscription filter has an unknown operator `{operator}`."
    values = value if isinstance(value, list) else [value]
    if any(_kind(item) == "other" for item in values) or not values:
        return f"The subscription filter has no value for `{one['fieldName']}`."
    if any(isinstance(item, str) and _units(item) > MAX_TEXT for item in values):
        return f"The subscription filter exceeds maximum value limit {MAX_TEXT} of characters for operator `{operator}`."
    return _count_problem(operator, value)


def _units(text: str) -> int:
    """A text's length as JavaScript counts it: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _count_problem(operator: str, value: Any) -> str | None:
    most = {"in": MAX_IN, "notIn": MAX_IN, "containsAny": MAX_CONTAINS_ANY, "between": 2}.get(operator)
    if most is None:
        return None if not isinstance(value, list) else f"Operator `{operator}` takes one value, not a list."
    if not isinstance(value, list) or (operator == "between" and len(value) != 2):
        return f"Operator `{operator}` takes a list of values."
    if len(value) > most:
        return f"The subscription filter exceeds maximum value limit {most} for operator `{operator}`."
    return None
