"""The tables of one account, and what its transactions remember. One thread at a time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from storage.tables import Table

from .refusals import Refusal
from .stored_table import StoredTable

TOKEN_SECONDS = 600
"""How long a transaction's ClientRequestToken is remembered (API reference, TransactWriteItems)."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A transaction that was carried out under a token."""

    until: float
    writes: Any


@dataclass(slots=True)
class Database:
    """The tables by their full names. `clock` in seconds since 1970."""

    clock: Callable[[], float]
    tables: dict[str, StoredTable] = field(default_factory=dict)
    tokens: dict[str, Remembered] = field(default_factory=dict)
    index_delay_seconds: float = 0.0
    batch_get_limit: int = 100

    def create(self, tables: Iterable[Table], prefix: str) -> None:
        """Make the tables, empty."""
        for table in tables:
            name = prefix + table.name
            self.tables[name] = StoredTable(table, name, self.clock, lambda: self.index_delay_seconds)

    def table(self, name: str) -> StoredTable:
        """The table of this full name. Raises Refusal where there is none."""
        if name not in self.tables:
            raise Refusal("ResourceNotFoundException", "Requested resource not found")
        return self.tables[name]

    def remembered(self, token: str) -> Remembered | None:
        """The transaction carried out under this token in the last ten minutes."""
        found = self.tokens.get(token)
        return found if found is not None and found.until > self.clock() else None

    def remember(self, token: str, writes: Any) -> None:
        """Keep a transaction that was carried out."""
        self.tokens[token] = Remembered(self.clock() + TOKEN_SECONDS, writes)
