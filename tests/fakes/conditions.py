"""Decides conditions against an item. Source: "Comparison operator and function reference" in the Developer Guide."""

import operator
from collections.abc import Callable, Iterator
from typing import Any

from .attribute_values import Item, Value, kind_of, order
from .paths import find
from .refusals import invalid, unequal_operand
from .scope import Scope
from .syntax import (
    Among,
    Between,
    Both,
    Call,
    Comparison,
    Condition,
    Either,
    Literal,
    Not,
    Operand,
    Path,
    Size,
)

KINDS = {"S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"}

_ORDERINGS: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def check_condition(condition: Condition, scope: Scope, kind: str) -> None:
    """Raise Refusal for what no item could make right: a literal of a wrong type, bounds the wrong way round."""
    for part in leaves(condition):
        if isinstance(part, Comparison):
            _check_comparison(part, scope, kind)
        elif isinstance(part, Between):
            _check_bounds(part, scope, kind)
        elif isinstance(part, Call):
            _check_call(part, scope, kind)


def leaves(condition: Condition) -> Iterator[Comparison | Between | Among | Call]:
    """The single tests of a condition, without AND, OR and NOT."""
    if isinstance(condition, Not):
        yield from leaves(condition.condition)
    elif isinstance(condition, Both | Either):
        yield from leaves(condition.left)
        yield from leaves(condition.right)
    else:
        yield condition


def holds(condition: Condition, scope: Scope, item: Item) -> bool:
    """Whether a condition is true of an item; an item that does not exist is an empty one."""
    if isinstance(condition, Both):
        return holds(condition.left, scope, item) and holds(condition.right, scope, item)
    if isinstance(condition, Either):
        return holds(condition.left, scope, item) or holds(condition.right, scope, item)
    if isinstance(condition, Not):
        return not holds(condition.condition, scope, item)
    if isinstance(condition, Call):
        return _call_holds(condition, scope, item)
    return _test_holds(condition, scope, item)


def _test_holds(condition: Comparison | Between | Among, scope: Scope, item: Item) -> bool:
    if isinstance(condition, Comparison):
        left, right = (_value(each, scope, item) for each in (condition.left, condition.right))
        return _compare(condition.operator, left, right)
    value = _value(condition.operand, scope, item)
    if isinstance(condition, Between):
        low, high = _value(condition.low, scope, item), _value(condition.high, scope, item)
        return _compare(">=", value, low) and _compare("<=", value, high)
    return any(_compare("=", value, _value(option, scope, item)) for option in condition.options)


def _compare(sign: str, left: Value | None, right: Value | None) -> bool:
    if sign == "<>":
        return not _compare("=", left, right)
    if left is None or right is None:
        return False
    if sign == "=":
        return left == right
    result = order(left, right)
    return result is not None and _ORDERINGS[sign](result, 0)


def _value(operand: Operand, scope: Scope, item: Item) -> Value | None:
    if isinstance(operand, Literal):
        return scope.value(operand)
    if isinstance(operand, Path):
        return find(item, scope.steps(operand))
    sized = find(item, scope.steps(operand.path))
    return None if sized is None else _size(sized)


def _size(value: Value) -> Value | None:
    ((kind, raw),) = value.items()
    return {"N": str(len(raw))} if kind in {"S", "B", "L", "M", "SS", "NS", "BS"} else None


def _call_holds(call: Call, scope: Scope, item: Item) -> bool:
    found = find(item, scope.steps(call.path))
    if call.function == "attribute_exists":
        return found is not None
    if call.function == "attribute_not_exists":
        return found is None
    argument = _value(call.argument, scope, item) if call.argument else None
    if found is None or argument is None:
        return False
    if call.function == "attribute_type":
        return kind_of(found) == argument.get("S")
    return _begins_with(found, argument) if call.function == "begins_with" else _contains(found, argument)


def _begins_with(found: Value, argument: Value) -> bool:
    kind = kind_of(found)
    return kind in {"S", "B"} and kind in argument and bool(found[kind].startswith(argument[kind]))


def _contains(found: Value, argument: Value) -> bool:
    ((kind, raw),) = found.items()
    if kind == "L":
        return argument in raw
    wanted: Any = argument.get(kind[0] if kind in {"SS", "NS", "BS"} else kind)
    return kind in {"S", "B", "SS", "NS", "BS"} and wanted is not None and wanted in raw


def _check_comparison(test: Comparison, scope: Scope, kind: str) -> None:
    if test.left == test.right:
        raise invalid(
            f"Invalid {kind}: The first operand must be distinct from the remaining operands for this operator or "
            f"function; operator: {test.operator}, first operand: {test.left}"
        )
    if test.operator in _ORDERINGS:
        for operand in (test.left, test.right):
            _check_literal(operand, scope, test.operator, {"S", "N", "B"}, kind)


def _check_bounds(test: Between, scope: Scope, kind: str) -> None:
    for operand in (test.operand, test.low, test.high):
        _check_literal(operand, scope, "BETWEEN", {"S", "N", "B"}, kind)
    if not isinstance(test.low, Literal) or not isinstance(test.high, Literal):
        return
    low, high = scope.value(test.low), scope.value(test.high)
    if kind_of(low) != kind_of(high):
        raise invalid(
            f"Invalid {kind}: The BETWEEN operator requires same data type for lower and upper bounds; "
            f"lower bound operand: AttributeValue: {low}, upper bound operand: AttributeValue: {high}"
        )
    if order(low, high) == 1:
        raise invalid(
            f"Invalid {kind}: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
            f"lower bound operand: AttributeValue: {low}, upper bound operand: AttributeValue: {high}"
        )


def _check_call(call: Call, scope: Scope, kind: str) -> None:
    if call.function == "begins_with":
        _check_literal(call.argument, scope, "begins_with", {"S", "B"}, kind)
    if call.function == "attribute_type" and isinstance(call.argument, Literal):
        _check_literal(call.argument, scope, "attribute_type", {"S"}, kind)
        wanted = scope.value(call.argument)["S"]
        if wanted not in KINDS:
            raise invalid(
                f"Invalid {kind}: Invalid attribute type name found; type: {wanted}, valid types: {KINDS}"
            )


def _check_literal(operand: Operand | None, scope: Scope, sign: str, allowed: set[str], kind: str) -> None:
    if isinstance(operand, Literal) and kind_of(scope.value(operand)) not in allowed:
        raise unequal_operand(sign, kind_of(scope.value(operand)), kind)
    if isinstance(operand, Size) and "N" not in allowed:
        raise unequal_operand(sign, "N", kind)
