"""Answers of a `subscribe` function by a seed: whole ones, and whole ones that were broken somewhere.

Nothing here has a key `length` (APPSYNC_JS cannot tell such an object from a list), or a number that JavaScript rounds.
"""

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

FIELDS = ("orderId", "status", "type", "total", "tags", "actor.kind", "a.b.c.d.e.f")
ONE = ("eq", "ne", "le", "lt", "ge", "gt", "contains", "notContains", "beginsWith")
MOST = {"in": 5, "notIn": 5, "containsAny": 20, "between": 2}
VALUES = ("a", "ab", "", "PLACED", 0, 1, 99.5, -3, True, False, "\u2028", "é" * 256, "😀" * 128)
JUNK: tuple[Any, ...] = (
    None, {}, [], "", "x", 0, True, [None], [{}], ["a", None], {"a": 1}, [["a"]], "constructor", "EQ", ["in"], "in",
    "eq", "between", "z" * 257, "😀" * 129, list("abcdef"), list("abcde"), list("ab"), ["a"] * 21, 1.5,
    {"filterGroup": []}, {"filterGroup": [{"filters": []}]},
)  # fmt: skip


def answers(count: int, seed: int) -> list[Any]:
    """As many answers, the first few of them the plainest breaks."""
    random = Random(seed)
    plain: list[Any] = [None, {}, [], "all", True, 0]
    return [*plain, *(_answer(random) for _ in range(count - len(plain)))]


def events(random: Random) -> Iterator[dict[str, Any]]:
    """Payloads that filters over these fields may or may not hear."""
    while True:
        event: dict[str, Any] = {
            name: random.choice((*VALUES, None)) for name in random.sample(FIELDS[:4], 3)
        }
        event["tags"] = random.choice((["a", 1], "ab", None))
        event["actor"] = random.choice(({"kind": "a"}, {"kind": 1}, None, "a"))
        yield event


def _answer(random: Random) -> Any:
    answer: Any = {"filterGroup": _group(random), "invalidation": {"filterGroup": _group(random)}}
    if random.random() < 0.6:
        answer = copy.deepcopy(answer)
        for _ in range(random.randint(1, 2)):
            _break(answer, random)
    return json.loads(json.dumps(answer))


def _group(random: Random) -> list[Any]:
    sets = random.choice((1, 1, 1, 2, 3, 10, 11))
    return [{"filters": [_rule(random) for _ in range(random.choice((1, 1, 2, 3, 6)))]} for _ in range(sets)]


def _rule(random: Random) -> dict[str, Any]:
    operator = random.choice((*ONE, *MOST))
    value: Any = random.choice(VALUES)
    if operator in MOST:
        sizes = (
            (2, 2, 2, 2, 3) if operator == "between" else (1, 1, 1, 2, 3, MOST[operator], MOST[operator] + 1)
        )
        value = random.choices(VALUES, k=random.choice(sizes))
    return {"fieldName": random.choice(FIELDS), "operator": operator, "value": value}


def _break(answer: Any, random: Random) -> None:
    """Somewhere in the tree: another value, nothing, or the same over and over."""
    places = [(holder, key) for holder in _holders(answer) for key in _keys(holder)]
    holder, key = random.choice(places)
    how = random.choice(("junk", "junk", "gone", "repeated"))
    if how == "gone":
        del holder[key]
    elif how == "repeated" and isinstance(holder[key], list):
        holder[key] = holder[key] * random.choice((2, 6, 11))
    else:
        holder[key] = copy.deepcopy(random.choice(JUNK))


def _holders(tree: Any) -> Iterator[Any]:
    if isinstance(tree, dict | list):
        yield tree
        for below in tree.values() if isinstance(tree, dict) else tree:
            yield from _holders(below)


def _keys(holder: Any) -> list[Any]:
    return list(holder) if isinstance(holder, dict) else list(range(len(holder)))
