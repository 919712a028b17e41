"""Reads a key condition expression: one partition, and at most one range of its sort keys."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from .condition_parser import parse_condition
from .conditions import check_condition
from .refusals import Refusal, invalid
from .scope import Scope
from .stored_table import Entry
from .syntax import Between, Both, Call, Comparison, Condition, Literal, Operand, Path

KIND = "KeyConditionExpression"


@dataclass(frozen=True, slots=True)
class KeyRange:
    """Sort keys from `low` to `high` (None: no bound), or those that begin with `stem`."""

    low: str | None = None
    high: str | None = None
    low_included: bool = True
    high_included: bool = True
    stem: str | None = None

    def within(self, entries: list[Entry]) -> list[Entry]:
        """The entries whose sort key is in the range; `entries` are in order, and so is the answer."""
        return entries[self._start(entries) : self._end(entries)]

    def _start(self, entries: list[Entry]) -> int:
        bound = self.low if self.stem is None else self.stem
        if bound is None:
            return 0
        cut = bisect_left if self.low_included else bisect_right
        return cut(entries, bound, key=_sort)

    def _end(self, entries: list[Entry]) -> int:
        if self.stem is not None:
            length = len(self.stem)
            return bisect_right(entries, self.stem, key=lambda entry: entry[0][:length])
        if self.high is None:
            return len(entries)
        cut = bisect_right if self.high_included else bisect_left
        return cut(entries, self.high, key=_sort)


def key_condition(text: str, scope: Scope, partition: str, sort: str) -> tuple[str, KeyRange]:
    """The partition's value and the range that a key condition asks for. Raises Refusal for any other condition."""
    condition = parse_condition(text, KIND)
    found: dict[str, Comparison | Between | Call] = {}
    for each in _conjunction(condition):
        name, part = _about(each, scope)
        if name in found:
            raise invalid(f"Invalid {KIND}: KeyConditionExpressions must only contain one condition per key")
        found[name] = part
    first = found.pop(partition, None)
    if first is None:
        raise invalid(f"Query condition missed key schema element: {partition}")
    if not isinstance(first, Comparison) or first.operator != "=":
        raise invalid("Query key condition not supported")
    if set(found) - {sort}:
        raise invalid(f"Query condition missed key schema element: {sort}")
    check_condition(condition, scope, KIND)
    value = _text(first.right, scope, partition)
    return value, _range(found[sort], scope, sort) if sort in found else KeyRange()


def _conjunction(condition: Condition) -> list[Comparison | Between | Call]:
    if isinstance(condition, Both):
        return _conjunction(condition.left) + _conjunction(condition.right)
    if isinstance(condition, Comparison | Between | Call):
        return [condition]
    raise _unsupported(type(condition).__name__)


def _about(part: Comparison | Between | Call, scope: Scope) -> tuple[str, Comparison | Between | Call]:
    """Which key a condition is about; a comparison is turned so that the key stands on the left."""
    if isinstance(part, Comparison) and isinstance(part.left, Literal):
        mirrored = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
        part = Comparison(mirrored.get(part.operator, part.operator), part.right, part.left)
    subject = (
        part.left
        if isinstance(part, Comparison)
        else part.operand
        if isinstance(part, Between)
        else part.path
    )
    if not isinstance(subject, Path) or len(subject.parts) != 1:
        raise _unsupported("nested attribute or size")
    return str(scope.steps(subject)[0]), part


def _range(part: Comparison | Between | Call, scope: Scope, sort: str) -> KeyRange:
    if isinstance(part, Between):
        return KeyRange(_text(part.low, scope, sort), _text(part.high, scope, sort))
    if isinstance(part, Call):
        if part.function != "begins_with" or part.argument is None:
            raise _unsupported(part.function)
        return KeyRange(stem=_text(part.argument, scope, sort))
    value = _text(part.right, scope, sort)
    ranges = {
        "=": KeyRange(value, value),
        "<": KeyRange(high=value, high_included=False),
        "<=": KeyRange(high=value),
        ">": KeyRange(low=value, low_included=False),
        ">=": KeyRange(low=value),
    }
    if part.operator not in ranges:
        raise _unsupported(part.operator)
    return ranges[part.operator]


def _text(operand: Operand, scope: Scope, name: str) -> str:
    if not isinstance(operand, Literal):
        raise _unsupported("a value that is not given in ExpressionAttributeValues")
    value = scope.value(operand)
    if "S" not in value:
        raise invalid(
            "One or more parameter values were invalid: Condition parameter type does not match schema type"
        )
    text: str = value["S"]
    if not text:
        raise invalid(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
            f"empty string value. Key: {name}"
        )
    return text


def _unsupported(what: str) -> Refusal:
    return invalid(f"Invalid {KIND}: Invalid operator used in KeyConditionExpression: {what}")


def _sort(entry: Entry) -> str:
    return entry[0]
