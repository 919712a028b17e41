"""Which published versions of a function may go: pure, so that what must stay is a table of cases."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KEPT = 2
"""The newest: the one that serves, and the one to go back to."""


@dataclass(frozen=True, slots=True)
class Alias:
    """Where an alias points, and every version that it gives some calls to."""

    name: str
    version: str
    shares: frozenset[str] = frozenset()

    @property
    def shifting(self) -> bool:
        """Whether a release is under way, or was stopped half way."""
        return bool(self.shares)


def alias(answer: Mapping[str, Any]) -> Alias:
    """An alias as Lambda's API answers it."""
    weights = (answer.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    return Alias(answer["Name"], answer["FunctionVersion"], frozenset(weights))


def spare(versions: Iterable[str], aliases: Sequence[Alias]) -> list[str]:
    """The versions to delete, oldest first: not the newest two, none that an alias points at.

    None at all while an alias is shifting or before one has been made: what is spare is not decided yet.
    """
    if not aliases or any(each.shifting for each in aliases):
        return []
    published = sorted((each for each in versions if each.isdecimal()), key=int)
    pointed = {each.version for each in aliases}
    return [each for each in published[:-KEPT] if each not in pointed]


def told(deleted: Mapping[str, Sequence[str]], failed: Mapping[str, str]) -> Iterator[str]:
    """What was deleted of which function, and what could not be."""
    count = sum(len(each) for each in deleted.values())
    yield f"Old function versions deleted: {count}"
    for function, versions in deleted.items():
        if versions:
            yield f"  {function}: {', '.join(versions)}"
    for function, why in failed.items():
        yield f"  {function}: not tidied ({why}); the next deployment tries again"
