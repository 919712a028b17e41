"""What a client is told when DynamoDB's answer is lost: the order, or that it is not known and a retry is safe."""

from collections.abc import Callable

import pytest

from domain.refusals import Busy, UnknownOutcome
from resolvers.confirm_order import ConfirmOrderInput, confirm_order
from resolvers.place_order import place_order
from tests.shopkeeping import (
    ADA,
    ADMIN,
    basket,
    contents,
    do,
    done,
    key,
    placed,
    refusal,
    stock,
    stocked,
)  # fmt: skip
from tests.storage.failing import (
    UNKNOWN,
    always,
    conflict,
    failing,
    lost_after,
    lost_before,
    throttled,
    timeout,
)  # fmt: skip

Make = Callable[[], Exception]


@pytest.mark.parametrize("make", [conflict, throttled, *UNKNOWN])
def test_placing_survives_a_failure_before_its_effect(make: Make) -> None:
    store = stocked("LANTERN")
    lost_before(store, make())
    assert done(do(place_order, basket(("LANTERN", 2)), ADA, store)).version == 1
    assert stock(store) == (98, 2)


@pytest.mark.parametrize("make", UNKNOWN)
def test_placing_survives_a_lost_answer_and_places_once(make: Make) -> None:
    store = stocked("LANTERN")
    lost_after(store, make())
    assert done(do(place_order, basket(("LANTERN", 2)), ADA, store)).version == 1
    assert stock(store) == (98, 2)


@pytest.mark.parametrize("make", UNKNOWN)
def test_an_order_that_is_there_after_all_is_found(make: Make) -> None:
    store = stocked("LANTERN")
    lost_after(store, *[make()] * 6)
    payload = do(place_order, basket(("LANTERN", 2)), ADA, store)
    assert (done(payload).version, stock(store)) == (1, (98, 2))


@pytest.mark.parametrize("make", UNKNOWN)
def test_what_is_not_there_is_unknown_with_its_id_and_the_same_command_then_places_it(make: Make) -> None:
    store, wanted = stocked("LANTERN"), basket(("LANTERN", 2))
    stop = failing(store, always(make()))
    error = refusal(do(place_order, wanted, ADA, store))
    assert isinstance(error, UnknownOutcome)
    stop()
    again = do(place_order, wanted, ADA, store)
    assert (done(again).id, again.replayed, stock(store)) == (error.id, False, (98, 2))


def test_an_unknown_outcome_that_cannot_be_looked_up_stays_unknown_and_the_retry_answers_the_order() -> None:
    store, wanted = stocked("LANTERN"), basket(("LANTERN", 2))
    lost_after(store, *[timeout()] * 6)
    lost_before(store, *[timeout()] * 3, name="query")
    error = refusal(do(place_order, wanted, ADA, store))
    assert isinstance(error, UnknownOutcome)
    again = do(place_order, wanted, ADA, store)
    assert (done(again).id, again.replayed, stock(store)) == (error.id, True, (98, 2))


@pytest.mark.parametrize("make", [conflict, throttled])
def test_placing_that_finds_no_room_is_busy_and_changes_nothing(make: Make) -> None:
    store = stocked("LANTERN")
    before = contents(store)
    failing(store, always(make()))
    error = refusal(do(place_order, basket(("LANTERN", 2)), ADA, store))
    assert (type(error), contents(store)) == (Busy, before)


@pytest.mark.parametrize("make", UNKNOWN)
@pytest.mark.parametrize("lost", [lost_before, lost_after])
def test_a_command_survives_a_lost_answer_and_is_done_once(make: Make, lost: Callable[..., None]) -> None:
    store = stocked("LANTERN")
    order = placed(store)
    lost(store, make())
    assert done(do(confirm_order, ConfirmOrderInput(order.id), ADMIN, store)).version == 2


def test_a_keyed_command_whose_outcome_is_unknown_is_answered_by_its_retry() -> None:
    store = stocked("LANTERN")
    command = ConfirmOrderInput(placed(store).id, idempotency_key=key())
    lost_after(store, *[timeout()] * 6)
    error = refusal(do(confirm_order, command, ADMIN, store))
    assert isinstance(error, UnknownOutcome)
    again = do(confirm_order, command, ADMIN, store)
    assert (error.id, again.replayed, done(again).version) == (command.order_id, True, 2)


def test_orders_whose_answers_are_lost_again_and_again_are_each_placed_once() -> None:
    store = stocked("LANTERN", units=1_000)
    lost_after(store, *(None if number % 9 == 8 else timeout() for number in range(5_000)))
    for _ in range(300):
        wanted = basket(("LANTERN", 1))
        while not (payload := do(place_order, wanted, ADA, store)).order:
            assert isinstance(refusal(payload), UnknownOutcome)
    assert stock(store) == (700, 300)
