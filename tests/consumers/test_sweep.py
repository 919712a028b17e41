"""The sweep ends what was begun and left: held stock goes back, stock on its way arrives, nothing is placed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from consumers.sweep import Sweeper, sweep
from resolvers.cancel_order import CancelOrderInput
from resolvers.cancel_order import cancel_order as cancel
from resolvers.order import order as order_query
from resolvers.place_order import place_order
from storage.store import Store
from tests.shopkeeping import ADA, NOW, basket, context, fake, stock, stocked
from wiring.metrics import Meter

SKUS = tuple(f"BIG-{number:03d}" for number in range(100))
LINES = tuple((sku, 2) for sku in SKUS)
LATE = timedelta(seconds=121)


class CrashError(BaseException):
    """The process is gone."""


@pytest.fixture
def store() -> Store:
    return stocked(*SKUS, price="1.00", units=10)


def crash_after(store: Store, transactions: int) -> Callable[[], None]:
    """Let the process die before the transaction after so many."""
    left = [transactions]

    def hook(name: str, _request: object) -> None:
        if name == "transact_write_items":
            left[0] -= 1
            if left[0] < 0:
                raise CrashError

    return fake(store).before(hook)


def swept(store: Store, after: timedelta = LATE) -> dict[str, int]:
    answer: dict[str, int] = sweep({}, Sweeper(store, NOW + after))
    return answer


@pytest.mark.parametrize("transactions", [1, 2, 4, 5])
def test_a_placing_that_stands_still_is_released(store: Store, transactions: int) -> None:
    restart = crash_after(store, transactions)
    with pytest.raises(CrashError):
        place_order(basket(*LINES), context(ADA, store))
    restart()

    assert swept(store) == {"ended": 1, "left": 0}
    assert {stock(store, sku) for sku in SKUS} == {(10, 0)}


def test_a_release_that_was_cut_short_is_ended(store: Store) -> None:
    restart = crash_after(store, 4)
    with pytest.raises(CrashError):
        place_order(basket(*LINES), context(ADA, store))
    restart()
    restart = crash_after(store, 2)  # the abort and one chunk
    with pytest.raises(CrashError):
        swept(store)
    restart()

    assert swept(store) == {"ended": 1, "left": 0}
    assert {stock(store, sku) for sku in SKUS} == {(10, 0)}


def test_a_placing_under_way_is_left_alone(store: Store) -> None:
    restart = crash_after(store, 3)
    request = basket(*LINES)
    with pytest.raises(CrashError):
        place_order(request, context(ADA, store))
    restart()

    assert swept(store, timedelta(seconds=60)) == {"ended": 0, "left": 0}
    assert place_order(request, context(ADA, store)).order is not None
    assert {stock(store, sku) for sku in SKUS} == {(8, 2)}


def test_a_swept_key_may_place_again(store: Store) -> None:
    restart = crash_after(store, 3)
    request = basket(*LINES)
    with pytest.raises(CrashError):
        place_order(request, context(ADA, store))
    restart()
    swept(store)

    assert place_order(request, context(ADA, store)).order is not None
    assert {stock(store, sku) for sku in SKUS} == {(8, 2)}


@pytest.mark.parametrize("transactions", [1, 2, 4])
def test_stock_on_its_way_arrives(store: Store, transactions: int) -> None:
    order = place_order(basket(*LINES), context(ADA, store)).order
    assert order is not None
    restart = crash_after(store, transactions)
    with pytest.raises(CrashError):
        cancel(CancelOrderInput(order.id), context(ADA, store))
    restart()
    seen = order_query(context(ADA, store), id=order.id)
    assert seen is not None
    assert seen.status.value == "CANCELLED"

    assert swept(store) == {"ended": 1, "left": 0}
    assert {stock(store, sku) for sku in SKUS} == {(10, 0)}
    assert swept(store) == {"ended": 0, "left": 0}


def test_one_damaged_order_does_not_keep_the_others_from_being_ended(store: Store) -> None:
    for key in ("damaged-order-0001", "sound-order-000001"):
        restart = crash_after(store, 2)
        with pytest.raises(CrashError):
            place_order(replace(basket(*LINES), idempotency_key=key), context(ADA, store))
        restart()
    written: list[str] = []
    broken = [True]

    def strike(name: str, _request: object) -> None:
        if name == "transact_write_items" and broken.pop():
            broken.extend([False] * 1000)
            raise KeyError(name)

    fake(store).before(strike)

    assert sweep({}, Sweeper(store, NOW + LATE, Meter("test", written.append))) == {"ended": 1, "left": 1}
    assert [line for line in written if '"Bugs":1' in line]
