"""Changing stock by hand: once for each key, never below what is there, and beside orders that move it too."""

from dataclasses import replace

import pytest

from domain.actors import Actor
from domain.refusals import (
    Busy,
    IdempotencyConflict,
    InsufficientStock,
    InvalidInput,
    NotAllowed,
    NotFound,
    StaleVersion,
)
from domain.stock import StockReason
from resolvers.adjust_stock import AdjustStockInput, adjust_stock
from resolvers.set_stock import SetStockInput, set_stock
from resolvers.shapes.catalog import StockPayload
from storage.attributes import from_attributes
from storage.stock_reads import load_stock
from storage.store import Store
from tests.shopkeeping import (
    ADA,
    ADMIN,
    GUEST,
    call,
    contents,
    context,
    fake,
    in_between,
    key,
    placed,
    refusal,
    staff,
    stock,
    stocked,
)  # fmt: skip


def adjust(
    store: Store,
    delta: int,
    reason: StockReason = StockReason.CORRECTED,
    used: str | None = None,
    actor: Actor = ADMIN,
) -> StockPayload:
    payload: StockPayload = call(
        adjust_stock, AdjustStockInput("LANTERN", delta, reason, used or key()), context(actor, store)
    )
    return payload


def count(store: Store, on_hand: int, version: int | None = None, used: str | None = None) -> StockPayload:
    given = SetStockInput("LANTERN", on_hand, version, used)
    payload: StockPayload = call(set_stock, given, context(ADMIN, store))
    return payload


def test_received_units_are_available_and_counted() -> None:
    store = stocked("LANTERN", units=10)
    level = adjust(store, 5, StockReason.RECEIVED).stock_level
    assert level is not None
    assert (level.on_hand, level.available, level.received) == (15, 15, 15)


def test_units_taken_out_are_gone_and_received_stays() -> None:
    store = stocked("LANTERN", units=10)
    level = adjust(store, -4, StockReason.DAMAGED).stock_level
    assert level is not None
    assert (level.on_hand, level.received) == (6, 10)


def test_reserved_units_are_not_taken_out() -> None:
    store = stocked("LANTERN", units=10)
    placed(store, ADA, ("LANTERN", 6))
    before = contents(store)
    error = refusal(adjust(store, -5))
    assert isinstance(error, InsufficientStock)
    assert ((error.lines[0].requested, error.lines[0].available), contents(store)) == ((5, 4), before)


@pytest.mark.parametrize(("delta", "reason"), [(0, StockReason.FOUND), (-1, StockReason.RECEIVED)])
def test_an_adjustment_that_means_nothing(delta: int, reason: StockReason) -> None:
    assert isinstance(refusal(adjust(stocked("LANTERN"), delta, reason)), InvalidInput)


def test_a_keyed_adjustment_is_done_once() -> None:
    store, used = stocked("LANTERN", units=10), key()
    adjust(store, 5, used=used)
    before = contents(store)
    again = adjust(store, 5, used=used)
    assert (again.replayed, contents(store)) == (True, before)


def test_a_keyed_adjustment_is_answered_though_it_could_not_be_made_again() -> None:
    store, used = stocked("LANTERN", units=10), key()
    adjust(store, -10, used=used)
    again = adjust(store, -10, used=used)
    assert (again.replayed, stock(store)) == (True, (0, 0))


def test_a_keyed_adjustment_with_another_body_is_a_conflict() -> None:
    store, used = stocked("LANTERN", units=10), key()
    adjust(store, 5, used=used)
    assert isinstance(refusal(adjust(store, 6, used=used)), IdempotencyConflict)
    assert stock(store) == (15, 0)


def test_the_same_keyed_adjustment_twice_at_once_is_done_once() -> None:
    store, used = stocked("LANTERN", units=10), key()
    in_between(store, lambda: adjust(store, 5, used=used))
    assert (adjust(store, 5, used=used).replayed, stock(store)) == (True, (15, 0))


def test_two_adjustments_at_once_are_both_made() -> None:
    store = stocked("LANTERN", units=10)
    in_between(store, lambda: adjust(store, 5))
    adjust(store, 3)
    assert stock(store) == (18, 0)


def test_an_adjustment_beside_an_order_keeps_both() -> None:
    store = stocked("LANTERN", units=10)
    in_between(store, lambda: placed(store, ADA, ("LANTERN", 4)))
    adjust(store, 5)
    assert stock(store) == (11, 4)


def test_units_that_an_order_took_meanwhile_are_not_taken_out() -> None:
    store = stocked("LANTERN", units=10)
    in_between(store, lambda: placed(store, ADA, ("LANTERN", 4)))
    assert isinstance(refusal(adjust(store, -8)), InsufficientStock)
    assert stock(store) == (6, 4)


def test_stock_that_changes_at_each_try_is_busy() -> None:
    store = stocked("LANTERN", units=10)
    in_between(store, lambda: adjust(store, 1), times=5)
    assert isinstance(refusal(adjust(store, 100)), Busy)
    assert stock(store) == (15, 0)


def test_a_count_becomes_the_stock_and_orders_keep_theirs() -> None:
    store = stocked("LANTERN", units=10)
    placed(store, ADA, ("LANTERN", 4))
    count(store, 20)
    assert stock(store) == (16, 4)


def test_a_count_below_what_is_reserved_is_refused() -> None:
    store = stocked("LANTERN", units=10)
    placed(store, ADA, ("LANTERN", 4))
    before = contents(store)
    assert (refusal(count(store, 3)).path, contents(store)) == (("input", "onHand"), before)


def test_a_count_that_compares_with_a_version_that_has_gone_is_stale() -> None:
    store = stocked("LANTERN", units=10)
    adjust(store, 1)
    error = refusal(count(store, 20, version=1))
    assert isinstance(error, StaleVersion)
    assert (error.current_version, stock(store)) == (2, (11, 0))


def test_two_counts_that_compare_with_the_same_version_set_it_once() -> None:
    store = stocked("LANTERN", units=10)
    in_between(store, lambda: count(store, 20, version=1))
    assert isinstance(refusal(count(store, 30, version=1)), StaleVersion)
    assert stock(store) == (20, 0)


def test_a_keyed_count_is_done_once() -> None:
    store, used = stocked("LANTERN", units=10), key()
    count(store, 20, version=1, used=used)
    adjust(store, 5)
    assert (count(store, 20, version=1, used=used).replayed, stock(store)) == (True, (25, 0))


def test_each_change_leaves_its_movement() -> None:
    store = stocked("LANTERN", units=10)
    adjust(store, -3, StockReason.LOST)
    movements = [
        from_attributes(item) for item in fake(store).items("catalog") if item["PK"]["S"] == "M#LANTERN"
    ]
    found = [(each["delta"], each["reason"], each["actorId"], each["onHand"]) for each in movements]
    assert found == [(10, "RECEIVED", ADMIN.id, 10), (-3, "LOST", ADMIN.id, 7)]


def test_a_sku_that_is_not_there() -> None:
    error = refusal(call(set_stock, SetStockInput("NOTHING", 1), context(ADMIN)))
    assert (type(error), error.path) == (NotFound, ("input", "sku"))


@pytest.mark.parametrize("actor", [ADA, GUEST, staff("support"), staff("catalog")])
def test_who_may_not_change_stock(actor: Actor) -> None:
    store = stocked("LANTERN")
    before = contents(store)
    assert isinstance(refusal(adjust(store, 1, actor=actor)), NotAllowed)
    assert contents(store) == before


def test_counters_that_do_not_add_up_are_noticed() -> None:
    store = stocked("LANTERN")
    (item,) = (item for item in fake(store).items("catalog") if item["SK"]["S"].startswith("W#"))
    fake(store).put_item(TableName="catalog", Item=item | {"onHand": {"N": "1"}})
    with pytest.raises(ValueError, match="onHand 1 is not 100"):
        load_stock(replace(store), "LANTERN")
