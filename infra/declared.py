"""Everything that the product declares, loaded: what the stacks are drawn from, and what the tests compare them with."""

from dataclasses import dataclass

from consumers.app import load_all
from resolvers import fields as field_modules
from storage.tables import TABLES, Table
from wiring import declarations
from wiring.declarations import Consumer, Field


@dataclass(frozen=True, slots=True)
class Declared:
    """The root fields, the consumers and the tables."""

    fields: tuple[Field, ...]
    consumers: tuple[Consumer, ...]
    tables: tuple[Table, ...]

    def modules_of(self, function: str) -> tuple[str, ...]:
        """The modules of `resolvers` that a deployed function loads (`FIELD_MODULES`): those of its own fields."""
        running = (field for field in self.fields if field.runs_in == function)
        return tuple(sorted({field.function.__module__.removeprefix("resolvers.") for field in running}))


def load() -> Declared:
    """Import every module that declares, and read the records."""
    field_modules.load()
    return Declared(declarations.fields(), load_all(), TABLES)
