"""The same key places one order, for ever; whatever happens between reading and writing is decided anew."""

from dataclasses import replace

import pytest

from domain.ids import order_number
from domain.lifecycle import OrderStatus
from domain.refusals import Busy, IdempotencyConflict, InsufficientStock, PriceChanged
from domain.stock import StockReason
from resolvers.adjust_stock import AdjustStockInput, adjust_stock
from resolvers.cancel_order import cancel_order
from resolvers.place_order import OrderLineInput, place_order
from resolvers.shapes.inputs import CancelOrderInput
from storage import keys
from storage.attributes import to_attributes
from tests.shopkeeping import (
    ADA,
    ADMIN,
    BEN,
    basket,
    contents,
    context,
    do,
    done,
    fake,
    for_ada,
    gbp,
    in_between,
    key,
    refusal,
    reprice,
    stock,
    stocked,
)  # fmt: skip


def test_the_same_key_and_body_answer_the_same_order() -> None:
    store, wanted = stocked("LANTERN"), basket(("LANTERN", 2))
    first = done(do(place_order, wanted, ADA, store))
    before = contents(store)
    again = do(place_order, wanted, ADA, store)
    assert (again.replayed, done(again), contents(store)) == (True, first, before)


def test_the_same_key_answers_the_order_as_it_is_after_it_moved_on() -> None:
    store, wanted = stocked("LANTERN"), basket(("LANTERN", 2))
    do(cancel_order, CancelOrderInput(done(do(place_order, wanted, ADA, store)).id), ADA, store)
    again = do(place_order, wanted, ADA, store)
    assert (again.replayed, done(again).status) == (True, OrderStatus.CANCELLED)


def test_the_same_key_answers_the_order_though_the_price_changed_since() -> None:
    store, wanted = stocked("LANTERN", price="2.50"), basket(("LANTERN", 2))
    do(place_order, wanted, ADA, store)
    reprice(store, "LANTERN", "9.99")
    assert done(do(place_order, wanted, ADA, store)).totals.subtotal.amount == "5.00"


@pytest.mark.parametrize(
    "change",
    [
        {"note": "ring twice"},
        {"shipping_method": "express"},
        {"lines": (OrderLineInput("LANTERN", 3),)},
        {"external_reference": "PO-7"},
    ],
)
def test_the_same_key_with_another_body_is_a_conflict(change: dict[str, object]) -> None:
    store, wanted = stocked("LANTERN"), basket(("LANTERN", 2))
    do(place_order, wanted, ADA, store)
    before = contents(store)
    error = refusal(do(place_order, replace(wanted, **change), ADA, store))  # type: ignore[arg-type]
    assert (type(error), contents(store)) == (IdempotencyConflict, before)


def test_a_refusal_is_not_remembered() -> None:
    store, wanted = stocked("LANTERN", units=1), basket(("LANTERN", 2))
    assert isinstance(refusal(do(place_order, wanted, ADA, store)), InsufficientStock)
    adjust_stock(AdjustStockInput("LANTERN", 5, StockReason.RECEIVED, key()), context(ADMIN, store))
    assert do(place_order, wanted, ADA, store).replayed is False


def test_the_same_key_of_another_owner_is_another_order() -> None:
    store, wanted = stocked("LANTERN"), basket(("LANTERN", 1))
    mine, other = done(do(place_order, wanted, ADA, store)), done(do(place_order, wanted, BEN, store))
    assert mine.id != other.id


def test_the_id_does_not_depend_on_who_placed() -> None:
    here, there, wanted = stocked("LANTERN"), stocked("LANTERN"), basket(("LANTERN", 1))
    mine = done(do(place_order, wanted, ADA, here))
    theirs = done(do(place_order, for_ada(wanted), ADMIN, there))
    assert mine.id == theirs.id


def test_the_id_depends_on_the_secret_and_the_stage() -> None:
    wanted = basket(("LANTERN", 1))
    requests = [context(ADA, stocked("LANTERN")) for _ in range(3)]
    changed = [requests[0], replace(requests[1], secret=b"other"), replace(requests[2], stage="prod")]
    assert len({done(place_order(wanted, each)).id for each in changed}) == 3


def test_a_number_that_is_taken_picks_another() -> None:
    wanted = basket(("LANTERN", 1))
    first = done(do(place_order, wanted, ADA, stocked("LANTERN")))
    store = stocked("LANTERN")
    taken = to_attributes(keys.number(first.number) | {"orderId": "ord_other"})
    fake(store).put_item(TableName="orders", Item=taken)
    again = done(do(place_order, wanted, ADA, store))
    assert (again.id, again.number) == (first.id, order_number("B-", first.id, 1))


def test_three_numbers_that_are_all_taken_are_busy_and_change_nothing() -> None:
    wanted = basket(("LANTERN", 1))
    order = done(do(place_order, wanted, ADA, stocked("LANTERN")))
    store = stocked("LANTERN")
    for attempt in range(3):
        item = to_attributes(keys.number(order_number("B-", order.id, attempt)) | {"orderId": "ord_other"})
        fake(store).put_item(TableName="orders", Item=item)
    before = contents(store)
    assert (type(refusal(do(place_order, wanted, ADA, store))), contents(store)) == (Busy, before)


def test_a_price_that_changes_between_read_and_write_is_quoted_again() -> None:
    store = stocked("LANTERN", price="2.50")
    in_between(store, lambda: reprice(store, "LANTERN", "3.00"))
    assert done(do(place_order, basket(("LANTERN", 2)), ADA, store)).totals.subtotal.amount == "6.00"


def test_a_price_that_changes_meanwhile_is_refused_to_who_expected_the_old_one() -> None:
    store = stocked("LANTERN", price="2.50")
    in_between(store, lambda: reprice(store, "LANTERN", "3.00"))
    line = OrderLineInput("LANTERN", 1, expected_unit_price=gbp("2.50"))
    payload = do(place_order, replace(basket(("LANTERN", 1)), lines=(line,)), ADA, store)
    assert (type(refusal(payload)), stock(store)) == (PriceChanged, (100, 0))


def test_a_price_that_changes_at_each_try_is_refused_and_takes_no_stock() -> None:
    store, prices = stocked("LANTERN"), iter(("3.00", "4.00", "5.00"))
    in_between(store, lambda: reprice(store, "LANTERN", next(prices)), times=3)
    error = refusal(do(place_order, basket(("LANTERN", 1)), ADA, store))
    assert (type(error), stock(store)) == (PriceChanged, (100, 0))


def test_stock_that_is_bought_between_read_and_write_is_short() -> None:
    store = stocked("LANTERN", units=2)
    in_between(store, lambda: do(place_order, basket(("LANTERN", 1)), BEN, store))
    error = refusal(do(place_order, basket(("LANTERN", 2)), ADA, store))
    assert (type(error), stock(store)) == (InsufficientStock, (1, 1))


def test_the_same_order_placed_twice_at_once_is_one_order() -> None:
    store, wanted = stocked("LANTERN"), basket(("LANTERN", 2))
    in_between(store, lambda: do(place_order, wanted, ADA, store))
    payload = do(place_order, wanted, ADA, store)
    assert (payload.replayed, stock(store)) == (True, (98, 2))


def test_another_body_that_was_placed_meanwhile_is_a_conflict() -> None:
    store, wanted = stocked("LANTERN"), basket(("LANTERN", 2))
    in_between(store, lambda: do(place_order, replace(wanted, note="ring"), ADA, store))
    error = refusal(do(place_order, wanted, ADA, store))
    assert (type(error), stock(store)) == (IdempotencyConflict, (98, 2))


def test_a_batch_read_in_parts_reads_them_all() -> None:
    skus = [f"S{number}" for number in range(12)]
    store = stocked(*skus)
    fake(store).batch_get_limit = 5
    assert len(done(do(place_order, basket(*((sku, 1) for sku in skus)), ADA, store)).lines) == 12
