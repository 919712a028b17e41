"""The races that the simulation found, each pinned by one small case, and a guard that another guard hides from it."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from itertools import repeat
from unittest.mock import patch

import pytest

from consumers.sweep import Sweeper, sweep
from domain.facts import Fact
from domain.history import apply
from domain.lifecycle import EventType
from domain.refusals import UnknownOutcome
from domain.stock import StockReason
from resolvers.adjust_stock import AdjustStockInput, adjust_stock
from resolvers.cancel_order import cancel_order
from resolvers.place_order import place_order
from resolvers.shapes.inputs import CancelOrderInput
from storage import reserving
from storage.reserving import HeadMovedError, Phase, Reservation, standing
from storage.store import Store
from tests.fakes.refusals import client_error
from tests.shopkeeping import (
    ADA,
    ADMIN,
    NOW,
    basket,
    context,
    do,
    done,
    fake,
    key,
    put_on_shelf,
    refusal,
    stock,
    stocked,
)
from tests.simulation.faults import Killed
from tests.simulation.planted_patches import counts_nothing, releases_whatever_became_of_it
from tests.storage.failing import failing, timeout

SKUS = tuple(f"SKU-{number:03d}" for number in range(100))
WANTED = basket(*((sku, 1) for sku in SKUS))
LAST_CHUNK = "V#0001#0003"
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def store() -> Store:
    return stocked(*SKUS, units=10)


def right_before(store: Store, part: str, work: Callable[[], object]) -> Callable[[], None]:
    """Do this once, right before the transaction that speaks of this."""
    todo = [work]

    def hook(name: str, request: object) -> None:
        if name == "transact_write_items" and part in str(request) and todo:
            todo.pop()()

    return fake(store).before(hook)


def killed() -> None:
    raise Killed


def held_but_one(store: Store) -> Reservation:
    """An order whose caller was killed before its last chunk."""
    right_before(store, LAST_CHUNK, killed)
    with pytest.raises(Killed):
        place_order(WANTED, context(ADA, store))
    order_id = next(item["id"]["S"] for item in fake(store).items("orders") if item["SK"]["S"] == "A")
    found = standing(store, order_id)
    assert found is not None
    assert found.reservation is not None
    return found.reservation


def finished(
    store: Store, reservation: Reservation, finish: Callable[..., object] = reserving.finish
) -> None:
    """Make it placed, as far as `finish` lets it."""
    order = replace(reservation.order, number="B-00000001")
    placed, events = apply(order, (Fact(EventType.ORDER_PLACED, {}),), ADA, NOW)
    finish(store, reservation, placed, events, None)


def test_an_order_with_a_chunk_missing_is_not_placed(store: Store) -> None:
    with pytest.raises(HeadMovedError):
        finished(store, held_but_one(store))


def test_without_the_count_it_would_be(store: Store) -> None:
    reservation = held_but_one(store)
    finished(store, reservation, counts_nothing()[1][2])
    assert standing(store, reservation.order.id).phase is Phase.PLACED  # type: ignore[union-attr]


def test_the_sweep_releases_nothing_of_an_order_that_is_placed_while_it_looks(store: Store) -> None:
    held_but_one(store)
    right_before(store, "STOOD_STILL", lambda: done(do(place_order, WANTED, ADA, store)))
    assert sweep({}, Sweeper(store, LATER)) == {"ended": 0, "left": 0}
    assert {stock(store, sku) for sku in SKUS} == {(9, 1)}


def test_unless_it_asks_what_became_of_it(store: Store) -> None:
    """A race too rare for the simulation's seeds: planted here."""
    held_but_one(store)
    right_before(store, "STOOD_STILL", lambda: done(do(place_order, WANTED, ADA, store)))
    with ExitStack() as planted:
        for place, name, wrong in releases_whatever_became_of_it():
            planted.enter_context(patch.object(place, name, wrong))
        sweep({}, Sweeper(store, LATER))
    assert {stock(store, sku) for sku in SKUS} != {(9, 1)}


def test_a_caller_who_gives_up_answers_the_order_that_another_try_has_placed() -> None:
    store = stocked(*SKUS[:-1], units=10)
    put_on_shelf(store, SKUS[-1], units=0)

    def restocked_and_tried_again() -> None:
        adjust_stock(AdjustStockInput(SKUS[-1], 10, StockReason.RECEIVED, key()), context(ADMIN, store))
        done(do(place_order, WANTED, ADA, store))

    right_before(store, "SHORT_OR_PRICE", restocked_and_tried_again)
    payload = do(place_order, WANTED, ADA, store)
    assert (done(payload).status.value, payload.replayed) == ("PLACED", True)
    assert {stock(store, sku) for sku in SKUS} == {(9, 1)}


ERRORS = ("ThrottlingException", "InternalServerError")


@pytest.mark.parametrize("code", ERRORS)
def test_a_large_cancellation_is_answered_though_its_end_cannot_be_noted(store: Store, code: str) -> None:
    order = done(do(place_order, WANTED, ADA, store))
    failing(store, repeat(client_error(code, operation="UpdateItem")), name="update_item")
    payload = do(cancel_order, CancelOrderInput(order.id), ADA, store)
    assert done(payload).status.value == "CANCELLED"


def test_a_chunk_that_nobody_can_look_at_is_of_unknown_outcome(store: Store) -> None:
    right_before(store, LAST_CHUNK, lambda: failing(store, repeat(timeout())))
    failing(store, repeat(timeout()), name="get_item")
    assert isinstance(refusal(do(place_order, WANTED, ADA, store)), UnknownOutcome)
