"""Document paths in an item: finding what one leads to, projecting several, keeping several apart."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .attribute_values import Item, Value, copied, kind_of
from .refusals import invalid
from .syntax import Part

Steps = tuple[Part, ...]
"""A document path with its aliases replaced."""

_Tree = dict[Part, Any]


def find(item: Mapping[str, Value], steps: Steps) -> Value | None:
    """What a path leads to, or None."""
    value: Value | None = {"M": dict(item)} if len(steps) > 1 else None
    if value is None:
        return item.get(str(steps[0]))
    for step in steps:
        value = child(value, step)
        if value is None:
            return None
    return value


def child(value: Value, step: Part) -> Value | None:
    """What one step leads to: a member of a map, or of a list by position."""
    members: Any = value.get("M" if isinstance(step, str) else "L")
    if members is None:
        return None
    if isinstance(step, str):
        found: Value | None = members.get(step)
        return found
    return members[step] if step < len(members) else None


def require_apart(paths: Sequence[Steps], kind: str) -> None:
    """Raise Refusal where one path leads into another, or two disagree about what is on their way."""
    for at, one in enumerate(paths):
        for other in paths[:at]:
            common = min(len(one), len(other))
            first, second = f"[{_text(other)}]", f"[{_text(one)}]"
            if one[:common] == other[:common]:
                raise invalid(
                    f"Invalid {kind}: Two document paths overlap with each other; must remove or rewrite one of "
                    f"these paths; path one: {first}, path two: {second}"
                )
            if _disagree(one, other):
                raise invalid(
                    f"Invalid {kind}: Two document paths conflict with each other; must remove or rewrite one of "
                    f"these paths; path one: {first}, path two: {second}"
                )


def project(item: Item, paths: Iterable[Steps]) -> Item:
    """A copy of what the paths lead to, inside the maps and lists that hold it; positions close up."""
    tree: _Tree = {}
    for steps in paths:
        node = tree
        for step in steps[:-1]:
            node = node.setdefault(step, {})
        node[steps[-1]] = None
    picked = _pick({"M": item}, tree)
    result: Item = picked["M"] if picked else {}
    return result


def _pick(value: Value, tree: _Tree | None) -> Value | None:
    if tree is None:
        return copied(value)
    kind = kind_of(value)
    found: list[tuple[Part, Value]] = []
    for step in sorted(tree, key=lambda each: (isinstance(each, str), each)):
        inner = child(value, step)
        picked = _pick(inner, tree[step]) if inner is not None else None
        if picked is not None:
            found.append((step, picked))
    if not found:
        return None
    return {"M": dict(found)} if kind == "M" else {"L": [each for _, each in found]}


def _disagree(one: Steps, other: Steps) -> bool:
    for mine, theirs in zip(one, other, strict=False):
        if type(mine) is not type(theirs):
            return True
        if mine != theirs:
            return False
    return False


def _text(steps: Steps) -> str:
    return ", ".join(f"[{step}]" if isinstance(step, int) else step for step in steps)
