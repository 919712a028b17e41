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


def load() -> Declared:
    """Import every module that declares, and read the records."""
    field_modules.load()
    return Declared(declarations.fields(), load_all(), TABLES)
