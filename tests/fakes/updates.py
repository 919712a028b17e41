"""Applies an update to an item. Source: "Using update expressions" in the Developer Guide."""

from collections.abc import Callable
from typing import Any

from .attribute_values import Item, Value, added, copied, copied_item, kind_of, set_value
from .paths import Steps, child, find, require_apart
from .refusals import invalid, unequal_operand
from .scope import Scope
from .syntax import IfNotExists, ListAppend, Literal, Path, Source, Sum, Update

UPDATE = "UpdateExpression"
SETS = {"SS", "NS", "BS"}


def check_update(update: Update, scope: Scope, keys: tuple[str, ...]) -> tuple[Steps, ...]:
    """The paths that an update changes. Raises Refusal for what no item could make right."""
    paths = tuple(scope.steps(path) for path in update.paths)
    require_apart(paths, UPDATE)
    for steps in paths:
        if steps[0] in keys:
            raise invalid(
                f"One or more parameter values were invalid: Cannot update attribute {steps[0]}. "
                "This attribute is part of the key"
            )
    for _, source in update.sets:
        _check_source(source, scope)
    for _, literal in update.adds:
        _check_literal(literal, scope, "ADD", SETS | {"N"})
    for _, literal in update.deletes:
        _check_literal(literal, scope, "DELETE", SETS)
    return paths


def updated(update: Update, scope: Scope, item: Item) -> Item:
    """A new item: every source is read from the old one. Raises Refusal where the item does not fit the update."""
    new = copied_item(item)
    given = [(scope.steps(path), _result(source, scope, item)) for path, source in update.sets]
    for steps, value in sorted(given, key=lambda pair: _position(pair[0])):
        _put(new, steps, value)
    for changes, combine in ((update.adds, _plus), (update.deletes, _without)):
        for path, literal in changes:
            _combine(new, item, scope.steps(path), scope.value(literal), combine)
    removes = [scope.steps(path) for path in update.removes]
    for steps in sorted(removes, key=_position, reverse=True):
        _remove(new, steps, there=find(item, steps) is not None)
    return new


def _position(steps: Steps) -> int:
    """A position in a list comes in the order of positions; all else as it stands."""
    last = steps[-1]
    return last if isinstance(last, int) else 0


def _result(source: Source, scope: Scope, item: Item) -> Value:
    if isinstance(source, Literal):
        return scope.value(source)
    if isinstance(source, Path):
        return _required(find(item, scope.steps(source)))
    if isinstance(source, IfNotExists):
        found = find(item, scope.steps(source.path))
        return found if found is not None else _result(source.otherwise, scope, item)
    if isinstance(source, ListAppend):
        first, second = (_result(each, scope, item) for each in (source.first, source.second))
        _require_kind("L", first, second)
        return {"L": [*first["L"], *second["L"]]}
    left, right = _result(source.left, scope, item), _result(source.right, scope, item)
    _require_kind("N", left, right)
    return added(left, right, minus=source.minus)


def _combine(
    new: Item, old: Item, steps: Steps, value: Value, combine: Callable[[Value | None, Value], Value | None]
) -> None:
    combined = combine(find(old, steps), value)
    if combined is not None:
        _put(new, steps, combined)
    else:
        _remove(new, steps, there=find(old, steps) is not None)


def _plus(found: Value | None, value: Value) -> Value:
    if found is None:
        return value
    kind = kind_of(value)
    _require_kind(kind, found)
    return added(found, value) if kind == "N" else set_value(kind, {*found[kind], *value[kind]})


def _without(found: Value | None, value: Value) -> Value | None:
    if found is None:
        return None
    kind = kind_of(value)
    _require_kind(kind, found)
    left = set(found[kind]) - set(value[kind])
    return set_value(kind, left) if left else None


def _put(item: Item, steps: Steps, value: Value) -> None:
    parent, last = _parent(item, steps), steps[-1]
    if isinstance(last, str) or last < len(parent):
        parent[last] = copied(value)
    else:
        parent.append(copied(value))


def _remove(item: Item, steps: Steps, *, there: bool) -> None:
    parent = _parent(item, steps)
    if there:
        del parent[steps[-1]]


def _parent(item: Item, steps: Steps) -> Any:
    """The map or list that holds, or would hold, what a path leads to. Raises Refusal where there is none."""
    value: Value | None = {"M": item}
    for step in steps[:-1]:
        value = child(value, step) if value is not None else None
    members = (value or {}).get("M" if isinstance(steps[-1], str) else "L")
    if members is None:
        raise invalid("The document path provided in the update expression is invalid for update")
    return members


def _required(found: Value | None) -> Value:
    if found is None:
        raise invalid("The provided expression refers to an attribute that does not exist in the item")
    return found


def _require_kind(kind: str, *values: Value) -> None:
    if any(kind_of(value) != kind for value in values):
        raise invalid("An operand in the update expression has an incorrect data type")


def _check_source(source: Source, scope: Scope) -> None:
    if isinstance(source, Sum):
        for term in (source.left, source.right):
            _check_term(term, scope, "-" if source.minus else "+", "N")
    elif isinstance(source, ListAppend):
        for term in (source.first, source.second):
            _check_term(term, scope, "list_append", "L")
    elif isinstance(source, IfNotExists):
        _check_source(source.otherwise, scope)


def _check_term(term: Source, scope: Scope, sign: str, kind: str) -> None:
    if isinstance(term, Literal):
        _check_literal(term, scope, sign, {kind})
    else:
        _check_source(term, scope)


def _check_literal(literal: Literal, scope: Scope, sign: str, allowed: set[str]) -> None:
    kind = kind_of(scope.value(literal))
    if kind not in allowed:
        raise unequal_operand(sign, kind, UPDATE)
