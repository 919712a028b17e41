"""The page that shows who gets where: every field by every mode. `python -m tests.resolvers.access_page` writes it."""

from collections.abc import Iterator
from pathlib import Path

from tests.resolvers.schema_document import MODES, ROOTS, TYPES, Modes, Table, actual, field_names

PAGE = Path(__file__).parents[2] / "docs" / "access.md"

HEADING = """# Who gets where

Every field of the API by every way in, read from the directives of `schema.graphql` by AppSync's rule: a field's own
directives, else its type's, else the default mode, which is IAM. A directive of user pools without groups admits both
pools; Python tells customers and staff apart, and asks again whether this caller may see this object. IAM callers need
a policy for the root field, too: the publisher's role alone has one, for what its consumer publishes.

`guest` is the API key, `customer` the customers' pool, the groups are those of the staff's pool. Written by
`python -m tests.resolvers.access_page`; tests compare it with the schema, and the schema with the declarations.
"""


def page() -> str:
    """The whole page."""
    table = actual()
    parts = [HEADING]
    for root in ROOTS:
        rows = [_row(name, table[f"{root}.{name}"]) for name in sorted(field_names(root))]
        parts.append("\n".join([f"## {root}", "", *_head("field"), *rows, ""]))
    rows = [row for name in sorted(set(TYPES) - set(ROOTS)) for row in _of_type(table, name)]
    return "\n".join([*parts, "## Types", "", *_head("type: fields"), *rows, ""])


def _of_type(table: Table, name: str) -> Iterator[str]:
    """A row for all fields of a type that admit the same."""
    by_modes: dict[Modes, list[str]] = {}
    for field in field_names(name):
        by_modes.setdefault(table[f"{name}.{field}"], []).append(field)
    for modes, fields in by_modes.items():
        yield _row(f"**{name}**: {', '.join(fields)}", modes)


def _head(first: str) -> list[str]:
    return [f"| {first} | {' | '.join(MODES)} |", f"| --- |{' :-: |' * len(MODES)}"]


def _row(what: str, modes: Modes) -> str:
    return f"| {what} | {' | '.join('x' if mode in modes else ' ' for mode in MODES)} |"


if __name__ == "__main__":
    PAGE.write_text(page())
