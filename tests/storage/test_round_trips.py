"""Which requests each operation sends to DynamoDB, by name. What they cost in units: test_meter.py."""

from collections.abc import Callable

import pytest

from domain.ids import Id
from domain.stock import StockReason
from resolvers.adjust_stock import AdjustStockInput, adjust_stock
from resolvers.cancel_order import cancel_order
from resolvers.confirm_order import ConfirmOrderInput, confirm_order
from resolvers.create_product import CreateProductInput, VariantInput, create_product
from resolvers.my_orders import my_orders
from resolvers.on_order_event import on_order_event
from resolvers.order import order
from resolvers.order_events import order_events
from resolvers.orders import orders
from resolvers.place_order import place_order
from resolvers.product import product
from resolvers.products import ProductsFilter, products
from resolvers.shapes.inputs import CancelOrderInput
from storage.store import Store
from tests.shopkeeping import (
    ADA,
    ADMIN,
    GUEST,
    NOW,
    basket,
    context,
    delivered,
    do,
    gbp,
    key,
    placed,
    round_trips,
    stocked,
)  # fmt: skip

SKUS = tuple(f"SKU-{number:02d}" for number in range(20))
READ, WRITE = "batch_get_item", "transact_write_items"


def lines(count: int) -> tuple[tuple[str, int], ...]:
    return tuple((sku, 1) for sku in SKUS[:count])


@pytest.mark.parametrize("count", [1, 5, 20])
def test_placing_an_order_is_one_read_and_one_transaction(count: int) -> None:
    store = stocked(*SKUS[:count])
    asked = context(ADA, store)
    assert round_trips(store, lambda: place_order(basket(*lines(count)), asked)) == [READ, WRITE]


def test_placing_it_again_is_two_reads() -> None:
    store, wanted = stocked(*SKUS[:5]), basket(*lines(5))
    asked = context(ADA, store)
    place_order(wanted, asked)
    assert round_trips(store, lambda: place_order(wanted, asked)) == [READ, "query"]


def test_placing_with_its_history_is_one_read_more() -> None:
    store = stocked("LANTERN")
    asked = context(ADA, store, NOW, "order/history")
    assert round_trips(store, lambda: place_order(basket(("LANTERN", 1)), asked)) == [READ, WRITE, "query"]


@pytest.mark.parametrize("used", [None, "a-key-of-this-test"])
def test_a_command_on_an_order_is_one_read_and_one_transaction(used: str | None) -> None:
    store = stocked("LANTERN")
    confirm = ConfirmOrderInput(placed(store).id, idempotency_key=used)
    assert round_trips(store, lambda: do(confirm_order, confirm, ADMIN, store)) == ["query", WRITE]


def test_a_command_that_is_refused_is_one_read() -> None:
    store = stocked("LANTERN")
    cancel = CancelOrderInput(delivered(store).id)
    assert round_trips(store, lambda: do(cancel_order, cancel, ADA, store)) == ["query"]


def eventful(store: Store) -> Id:
    return delivered(store, ADA, *lines(5)).id


def pages(store: Store) -> dict[str, Callable[[], object]]:
    """Reads by their name, over an order of 5 lines with its whole history."""
    found = eventful(store)
    mine, admin, guest = context(ADA, store, NOW, "history"), context(ADMIN, store), context(GUEST, store)
    shelf = products(guest).nodes[0]
    return {
        "order": lambda: order(mine, id=found),
        "order events": lambda: order_events(mine, found, 3),
        "no more events": lambda: order_events(mine, found, 6),
        "my orders": lambda: my_orders(mine),
        "open work": lambda: orders(admin),
        "follow": lambda: on_order_event(found, mine),
        "product": lambda: product(guest, id=shelf.id),
        "products": lambda: products(guest),
        "category": lambda: products(guest, ProductsFilter(category="Gifts")),
        "search": lambda: products(guest, ProductsFilter(search="sku")),
    }


READS = {
    "order": ["query"],
    "order events": ["query"],
    "no more events": ["query"],
    "my orders": ["query"],
    "open work": ["query"] * 3,
    "follow": ["get_item"],
    "product": ["get_item"],
    "products": ["query"],
    "category": ["query"],
    "search": ["query"],
}


@pytest.mark.parametrize("name", READS)
def test_a_read_is_one_round_trip_or_one_for_each_open_status(name: str) -> None:
    store = stocked(*SKUS[:5])
    assert round_trips(store, pages(store)[name]) == READS[name]


def test_changing_stock_is_one_read_and_one_transaction() -> None:
    store = stocked("LANTERN")
    change = AdjustStockInput("LANTERN", 1, StockReason.FOUND, key())
    assert round_trips(store, lambda: adjust_stock(change, context(ADMIN, store))) == ["get_item", WRITE]


def test_creating_a_product_is_one_transaction() -> None:
    store = stocked()
    given = CreateProductInput("Soap", "Gifts", variants=(VariantInput("SOAP", gbp("1.00")),))
    assert round_trips(store, lambda: create_product(given, context(ADMIN, store))) == [WRITE]
