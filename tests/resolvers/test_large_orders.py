"""Orders on more SKUs than one transaction holds: held in chunks, placed or released, never between."""

import pytest

from domain.refusals import IdempotencyConflict, InsufficientStock
from resolvers.cancel_order import cancel_order
from resolvers.order import order as order_query
from resolvers.place_order import place_order
from resolvers.shapes.inputs import CancelOrderInput
from storage.store import Store
from tests.shopkeeping import ADA, basket, context, do, fake, key, put_on_shelf, refusal, stock, stocked

SKUS = tuple(f"BIG-{number:03d}" for number in range(120))
LINES = tuple((sku, 2) for sku in SKUS)


@pytest.fixture
def store() -> Store:
    return stocked(*SKUS, price="1.00", units=10)


def test_a_large_order_is_placed_whole(store: Store) -> None:
    payload = do(place_order, basket(*LINES), ADA, store)
    assert payload.order is not None, payload.user_errors
    assert (payload.order.totals.subtotal.amount, payload.order.version) == ("240.00", 1)
    assert {stock(store, sku) for sku in SKUS} == {(8, 2)}


def test_the_same_key_answers_the_same_order(store: Store) -> None:
    request = basket(*LINES)
    first = do(place_order, request, ADA, store)
    second = do(place_order, request, ADA, store)
    assert first.order is not None
    assert second.order is not None
    assert (second.order.id, second.replayed) == (first.order.id, True)
    assert stock(store, SKUS[0]) == (8, 2)


def test_another_body_under_the_key_is_refused(store: Store) -> None:
    same = key()
    do(place_order, basket(*LINES, idempotency_key=same), ADA, store)
    error = refusal(do(place_order, basket(*LINES[1:], idempotency_key=same), ADA, store))
    assert type(error) is IdempotencyConflict


def test_too_little_of_the_last_sku_releases_all(store: Store) -> None:
    put_on_shelf(store, "ZZZ-SHORT", price="1.00", units=1)
    request = basket(*LINES, ("ZZZ-SHORT", 5))
    error = refusal(do(place_order, request, ADA, store))
    assert isinstance(error, InsufficientStock)
    assert [line.sku for line in error.lines] == ["ZZZ-SHORT"]
    assert {stock(store, sku) for sku in SKUS} == {(10, 0)}


def test_a_refused_key_may_try_again(store: Store) -> None:
    put_on_shelf(store, "ZZZ-SHORT", price="1.00", units=1)
    same = key()
    do(place_order, basket(*LINES, ("ZZZ-SHORT", 5), idempotency_key=same), ADA, store)
    payload = do(place_order, basket(*LINES, idempotency_key=same), ADA, store)
    assert payload.order is not None, payload.user_errors
    assert stock(store, SKUS[0]) == (8, 2)


def test_cancelling_gives_everything_back(store: Store) -> None:
    order = do(place_order, basket(*LINES), ADA, store).order
    assert order is not None
    payload = do(cancel_order, CancelOrderInput(order.id), ADA, store)
    assert payload.order is not None, payload.user_errors
    assert payload.order.totals.balance.amount == "0.00"
    assert {stock(store, sku) for sku in SKUS} == {(10, 0)}


def test_nobody_sees_an_order_that_is_not_placed(store: Store) -> None:
    class Crash(Exception):
        pass

    def crash(name: str, request: dict[str, object]) -> None:
        if name == "transact_write_items" and len(request["TransactItems"]) == 22:  # type: ignore[arg-type]
            raise Crash

    remove = fake(store).before(crash)
    request = basket(*LINES)
    with pytest.raises(Crash):
        do(place_order, request, ADA, store)
    remove()
    held = [item for item in fake(store).items("orders") if item["SK"]["S"].startswith("V#")]
    head = next(item for item in fake(store).items("orders") if item["SK"]["S"] == "A")
    assert (len(held), head["phase"]["S"]) == (4, "RESERVING")
    assert order_query(context(ADA, store), id=head["id"]["S"]) is None  # type: ignore[arg-type]
    payload = do(place_order, request, ADA, store)
    assert payload.order is not None
    assert {stock(store, sku) for sku in SKUS} == {(8, 2)}
