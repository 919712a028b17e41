"""Where in the tables people are found: in the maps that are there for it, and nowhere else."""

from typing import Any

import pytest

from storage.attributes import from_attributes
from tests.authorisation.shop import shop_at
from tests.canary.aviary import populate
from tests.canary.birds import found
from tests.crashing.rows import rows
from tests.shopkeeping import fake

ALLOWED = {("C# A", "personal"), ("O# B", "personal")}
"""A cart's map and that of an order's snapshot (docs/privacy.md): by kind of item and attribute."""


def kind_of(item: dict[str, Any]) -> str:
    """An item's kind, by how its keys begin."""
    return f"{item['PK'].partition('#')[0]}# {item['SK'].partition('#')[0]}"


def places(items: list[Any]) -> set[tuple[str, str]]:
    """The kinds of items and their attributes that tell of somebody."""
    plain = [from_attributes(each) for each in items]
    return {(kind_of(item), name) for item in plain for name, value in item.items() if found(_text(value))}


def _text(value: Any) -> str:
    return repr(value)


def test_people_are_in_the_maps_that_are_there_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    populate(monkeypatch)
    stores = [shop_at.__wrapped__("delivered and paid").store, *(row.begin()[0].store for row in rows())]
    seen = set().union(
        *(places(fake(store).items(name)) for store in stores for name in ("orders", "catalog"))
    )

    assert seen == ALLOWED
