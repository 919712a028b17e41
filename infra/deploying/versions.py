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


def serving(aliases: Iterable[Alias]) -> frozenset[str]:
    """The versions that some alias gives calls to."""
    return frozenset(version for each in aliases for version in {each.version, *each.shares})


def spare(versions: Iterable[str], aliases: Sequence[Alias], before: frozenset[str]) -> list[str]:
    """The versions to delete, oldest first: not the newest two, none that an alias points at, none that served `before`.

    The last is there to go back to where a release failed between: its version is newer, and nobody wants it. None at
    all while an alias is shifting, where none has moved, and where there is none: what is spare is not decided yet.
    """
    now = serving(aliases)
    if not now or now == before or any(each.shifting for each in aliases):
        return []
    published = sorted((each for each in versions if each.isdecimal()), key=int)
    return [each for each in published[:-KEPT] if each not in now | before]


def told(deleted: Mapping[str, Sequence[str]], failed: Mapping[str, str]) -> Iterator[str]:
    """What was deleted of which function, and what could not be."""
    count = sum(len(each) for each in deleted.values())
    yield f"Old function versions deleted: {count}"
    for function, versions in deleted.items():
        if versions:
            yield f"  {function}: {', '.join(versions)}"
    for function, why in failed.items():
        yield f"  {function}: not tidied ({why}); the next release tries again"
