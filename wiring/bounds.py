"""Bounds of an input value, written in its annotation: `Annotated[int, Between(1, 100_000)]`."""

import re
from typing import Protocol

from domain.values import value


class Bound(Protocol):
    """What an annotation can carry: a rule with its words."""

    def problem(self, value: object) -> str | None:
        """Say what is wrong with the value, or None."""


@value
class Between:
    """A whole number from `low` to `high`, both included."""

    low: int
    high: int

    def problem(self, value: object) -> str | None:
        """Say what is wrong with the value, or None."""
        inside = isinstance(value, int) and self.low <= value <= self.high
        return None if inside else f"must be {self.low} to {self.high}"


@value
class Length:
    """A text or a list of `low` to `high` characters or entries."""

    low: int
    high: int

    def problem(self, value: object) -> str | None:
        """Say what is wrong with the value, or None; of no value, the bound in words for both kinds."""
        inside = isinstance(value, str | tuple) and self.low <= len(value) <= self.high
        if isinstance(value, str):
            return None if inside else f"must have {self.low} to {self.high} characters"
        if isinstance(value, tuple):
            return None if inside else f"must have {self.low} to {self.high} entries"
        return f"must be {self.low} to {self.high} long"


@value
class Filled:
    """A list that is not empty; where too many entries are refused, the function itself says so."""

    def problem(self, value: object) -> str | None:
        """Say what is wrong with the value, or None."""
        return None if isinstance(value, tuple) and value else "must not be empty"


@value
class Matching:
    """A text that matches a pattern; `hint` says in words what it allows."""

    pattern: str
    hint: str

    def problem(self, value: object) -> str | None:
        """Say what is wrong with the value, or None."""
        matches = isinstance(value, str) and re.fullmatch(self.pattern, value)
        return None if matches else f"must be {self.hint}"
