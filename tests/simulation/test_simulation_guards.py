"""Guards that another guard hides from the simulation, and the races that it found, each pinned by one small case."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest

from consumers.sweep import Sweeper, sweep
from domain.refusals import UnknownOutcome
from resolvers.cancel_order import cancel_order
from resolvers.place_order import place_order
from resolvers.shapes.inputs import CancelOrderInput
from storage import reserving
from storage.reserving import HeadMovedError, finish, standing
from storage.store import Store
from tests.fakes.refusals import client_error
from tests.shopkeeping import ADA, NOW, basket, call, context, do, done, fake, refusal, stock, stocked
from tests.simulation.planted import counts_nothing
from tests.storage.failing import always, failing, timeout

SKUS = tuple(f"SKU-{number:03d}" for number in range(100))
LINES = tuple((sku, 1) for sku in SKUS)
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def store() -> Store:
    return stocked(*SKUS, units=10)


def sweep_between(store: Store, name: str, part: str) -> None:
    """Run the whole sweep once, right before a call whose request speaks of this."""
    swept: list[bool] = []

    def hook(called: str, request: object) -> None:
        if called == name and part in str(request) and not swept:
            swept.append(True)
            sweep({}, Sweeper(store, LATER))

    fake(store).before(hook)


def held_but_one(store: Store) -> reserving.Reservation:
    """An order whose last chunk is not held: its caller was killed before."""
    stop = failing(store, always(client_error("AccessDeniedException", operation="TransactWriteItems")))
    stop()
    wanted = basket(*LINES)
    remove = fake(store).before(_killed_at("V#0001#0003"))
    with pytest.raises(KeyboardInterrupt):
        place_order(wanted, context(ADA, store))
    remove()
    order_id = next(item["id"]["S"] for item in fake(store).items("orders") if item["SK"]["S"] == "A")
    found = standing(store, order_id)
    assert found is not None
    assert found.reservation is not None
    return found.reservation


def _killed_at(part: str):  # type: ignore[no-untyped-def]
    def hook(name: str, request: object) -> None:
        if name == "transact_write_items" and part in str(request):
            raise KeyboardInterrupt

    return hook


def test_an_order_with_a_chunk_missing_is_never_placed(store: Store) -> None:
    reservation = held_but_one(store)
    with pytest.raises(HeadMovedError):
        finish(store, reservation, replace(reservation.order, version=1), (), None)


def test_that_check_fails_where_the_markers_are_not_counted(store: Store) -> None:
    reservation = held_but_one(store)
    with ExitStack() as stack:
        for place, name, wrong in counts_nothing():
            stack.enter_context(pytest.MonkeyPatch.context()).setattr(place, name, wrong)
        uncounted = counts_nothing()[1][2]
        with pytest.raises(IndexError):  # it goes on to write the log, of which this order has nothing yet
            uncounted(store, reservation, replace(reservation.order, version=1), (), None)


def test_the_sweep_releases_nothing_of_an_order_that_is_placed_while_it_looks(store: Store) -> None:
    reservation = held_but_one(store)
    wanted = basket(*LINES)
    placed: list[object] = []

    def hook(name: str, request: object) -> None:
        if name == "transact_write_items" and "STOOD_STILL" in str(request) and not placed:
            placed.append(True)
            reserving.hold(store, reservation)
            order = replace(reservation.order, version=1, number="B-1")
            placed.append(_finished(store, reservation, order))

    fake(store).before(hook)
    sweep({}, Sweeper(store, LATER))
    assert placed
    assert wanted
    assert {stock(store, sku) for sku in SKUS} == {(9, 1)}
