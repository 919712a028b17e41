"""Movements of stock: what orders moved is noted from the stream, once; with what was changed by hand they add up."""

from typing import Any

import pytest

from consumers import note_movements as module
from consumers.app import load
from consumers.note_movements import Notebook, note_movements
from domain.refusals import Refused
from domain.stock import StockReason
from resolvers.adjust_stock import AdjustStockInput, adjust_stock
from resolvers.cancel_order import CancelOrderInput, cancel_order
from resolvers.set_stock import SetStockInput, set_stock
from resolvers.set_stock_shards import SetStockShardsInput, set_stock_shards
from resolvers.shapes.movements import StockMovement, StockMovementReason
from resolvers.stock_movements import stock_movements
from storage.store import Store
from tests.shopkeeping import (
    ADA,
    ADMIN,
    GUEST,
    call,
    contents,
    context,
    done,
    fake,
    key,
    placed,
    shipped,
    stock,
    stocked,
)  # fmt: skip
from wiring.declarations import TableStream

ORDER = StockMovementReason.ORDER


@pytest.fixture
def store() -> Store:
    return stocked("LANTERN", units=10)


def stream(store: Store) -> list[dict[str, Any]]:
    """The records that pass the declared filter."""
    source = load("note_movements").source
    assert isinstance(source, TableStream)
    return [
        each
        for each in fake(store).stream("catalog")
        if each["eventName"] in source.event_names
        and each["dynamodb"]["Keys"]["SK"]["S"].startswith(source.sort_key_prefix)
    ]


def note(store: Store, records: list[dict[str, Any]] | None = None) -> list[str]:
    """The records that are to come again."""
    answer = note_movements({"Records": stream(store) if records is None else records}, Notebook(store))
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def movements(store: Store, sku: str = "LANTERN") -> list[StockMovement]:
    """All of them, oldest first, by pages of two."""
    found: list[StockMovement] = []
    after = None
    while True:
        page = stock_movements(context(ADMIN, store), sku, first=2, after=after)
        found += page.nodes
        if not page.page_info.has_next_page:
            return found[::-1]
        after = page.page_info.end_cursor


def test_what_orders_took_and_gave_back_is_noted_with_what_was_changed_by_hand(store: Store) -> None:
    first = placed(store, ADA, ("LANTERN", 2))
    done(call(cancel_order, CancelOrderInput(first.id), context(ADA, store)))
    second = shipped(store, ADA, ("LANTERN", 3))
    assert note(store) == []

    assert {(each.reason.value, each.delta, each.reserved, each.order_id) for each in movements(store)} == {
        ("RECEIVED", 10, 0, None),
        ("ORDER", -2, 2, first.id),
        ("ORDER", 2, -2, first.id),
        ("ORDER", -3, 3, second.id),
        ("ORDER", 0, -3, second.id),
    }


def test_the_same_records_again_note_nothing_more(store: Store) -> None:
    placed(store, ADA, ("LANTERN", 2))
    note(store)
    once = contents(store)
    note(store, [*stream(store), *stream(store)])

    assert contents(store) == once


def test_what_was_noted_adds_up_to_the_stock_over_all_shards_and_kinds_of_change(store: Store) -> None:
    placed(store, ADA, ("LANTERN", 2))
    call(set_stock_shards, SetStockShardsInput("LANTERN", 120), context(ADMIN, store))
    placed(store, ADA, ("LANTERN", 1))
    call(adjust_stock, AdjustStockInput("LANTERN", -3, StockReason.DAMAGED, key()), context(ADMIN, store))
    call(set_stock, SetStockInput("LANTERN", 40), context(ADMIN, store))
    placed(store, ADA, ("LANTERN", 7))
    call(set_stock_shards, SetStockShardsInput("LANTERN", 0), context(ADMIN, store))
    placed(store, ADA, ("LANTERN", 1))
    note(store)

    found = movements(store)
    assert (sum(each.delta for each in found), sum(each.reserved for each in found)) == stock(store)
    assert [each.reason for each in found].count(ORDER) >= 4


def test_wherever_it_dies_the_records_that_come_again_make_it_good(store: Store) -> None:
    for _ in range(3):
        placed(store, ADA, ("LANTERN", 1))
    for writes in range(3):
        lives = fake(store).before(dies_after(writes))
        with pytest.raises(Stopped):
            note(store)
        lives()
    note(store)

    assert [each.delta for each in movements(store)] == [10, -1, -1, -1]


class Stopped(BaseException):
    """The function's process ended here."""


def dies_after(writes: int) -> Any:
    done: list[str] = []

    def hook(name: str, _request: object) -> None:
        if name == "update_item":
            if len(done) == writes:
                raise Stopped
            done.append(name)

    return hook


def test_a_record_that_fails_comes_again_and_those_beside_it_are_noted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed(store, ADA, ("LANTERN", 1))
    placed(store, ADA, ("LANTERN", 1))
    right, (broken, *_) = module.note_movement, [each for each in stream(store) if ordered(each)]
    number = broken["dynamodb"]["SequenceNumber"]

    def failing(to: Store, movement: Any, identifier: str) -> None:
        if identifier == number:
            raise RuntimeError
        right(to, movement, identifier)

    monkeypatch.setattr(module, "note_movement", failing)

    assert note(store) == [number]
    assert [each.reason for each in movements(store)].count(ORDER) == 1


def ordered(record: dict[str, Any]) -> bool:
    return "lastOrder" in record["dynamodb"]["NewImage"]


def test_a_sku_that_is_not_there_has_no_movements(store: Store) -> None:
    assert movements(store, "NOTHING") == []


def test_guests_are_not_told(store: Store) -> None:
    with pytest.raises(Refused):
        stock_movements(context(GUEST, store), "LANTERN")
