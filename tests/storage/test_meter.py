"""The meter of every operation against the design's ceilings: a number that rises fails.

`PINNED` names the few that are above their ceiling today, with why; DECISIONS.md has them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from resolvers.cancel_order import cancel_order
from resolvers.confirm_order import ConfirmOrderInput, confirm_order
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.deliver_fulfillment import DeliverFulfillmentInput, deliver_fulfillment
from resolvers.hold_order import HoldOrderInput, hold_order
from resolvers.my_orders import my_orders
from resolvers.on_order_event import on_order_event
from resolvers.order import order
from resolvers.order_events import order_events
from resolvers.orders import orders
from resolvers.place_order import place_order
from resolvers.product import product
from resolvers.products import ProductsFilter, products
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from resolvers.shapes.inputs import CancelOrderInput
from storage.store import Store
from tests.shopkeeping import (
    ADA,
    ADMIN,
    FIRST_PARCEL,
    GUEST,
    NOW,
    basket,
    confirmed,
    context,
    delivered,
    do,
    key,
    packed,
    placed,
    put_on_shelf,
    shipped,
    stocked,
    units,
)
from tests.storage.metering import Cost, cost_of

SKUS = tuple(f"SKU-{number:02d}" for number in range(40))

Operation = Callable[[], Cost]


def lines(count: int) -> tuple[tuple[str, int], ...]:
    """One unit of each of so many SKUs."""
    return tuple((sku, 1) for sku in SKUS[:count])


def placing(count: int, **given: object) -> Operation:
    def work() -> Cost:
        store = stocked(*SKUS[:count])
        wanted = basket(*lines(count), **given)
        return cost_of(store, lambda metered: place_order(wanted, context(ADA, metered)))

    return work


def replaying(count: int) -> Operation:
    def work() -> Cost:
        store, wanted = stocked(*SKUS[:count]), basket(*lines(count))
        place_order(wanted, context(ADA, store))
        return cost_of(store, lambda metered: place_order(wanted, context(ADA, metered)))

    return work


def commanding(count: int, used: str | None = None) -> Operation:
    def work() -> Cost:
        store = stocked(*SKUS[:count])
        confirm = ConfirmOrderInput(placed(store, ADA, *lines(count)).id, idempotency_key=used)
        return cost_of(store, lambda metered: do(confirm_order, confirm, ADMIN, metered))

    return work


def reading(work: Callable[[Store], object]) -> Operation:
    """A read of a shop with one order of 5 lines and 6 events, sixty more orders, and 24 products."""

    def measured() -> Cost:
        return cost_of(busy_shop(), work)

    return measured


def busy_shop() -> Store:
    store = stocked(*SKUS[:24], units=1_000)
    for number in range(60):
        place_order(
            basket(("SKU-00", 1), idempotency_key=f"busy-shop-{number:08d}"),
            context(ADA, store, NOW + timedelta(minutes=number)),
        )
    return store


def history() -> Cost:
    store = stocked(*SKUS[:5])
    found = delivered(store, ADA, *lines(5)).id
    return cost_of(store, lambda metered: order(context(ADA, metered, NOW, "history"), id=found))


def events_after() -> Cost:
    store = stocked(*SKUS[:5])
    found = delivered(store, ADA, *lines(5)).id
    return cost_of(store, lambda metered: order_events(context(ADA, metered), found, 3))


def following() -> Cost:
    store = stocked("LANTERN")
    found = placed(store).id
    return cost_of(store, lambda metered: on_order_event(found, context(ADA, metered)))


def product_page() -> Cost:
    store = stocked("LANTERN")
    shelf = products(context(GUEST, store)).nodes[0]
    return cost_of(store, lambda metered: product(context(GUEST, metered), id=shelf.id))


def staff_page(metered: Store) -> object:
    return orders(context(ADMIN, metered), first=50)


def category(metered: Store) -> object:
    return products(context(GUEST, metered), ProductsFilter(category="Gifts"), first=24)


def search(metered: Store) -> object:
    return products(context(GUEST, metered), ProductsFilter(search="sku"), first=24)


@dataclass(frozen=True, slots=True)
class Row:
    """An operation and its ceiling."""

    operation: Operation
    ceiling: Cost


CEILINGS = {
    "place 1": Row(placing(1), Cost(2, 10, 2, 2)),
    "place 5": Row(placing(5), Cost(6, 18, 2, 2)),
    "place 20": Row(placing(20), Cost(21, 52, 2, 2)),
    "place 5, external reference": Row(placing(5, external_reference="PO-1"), Cost(6, 20, 2, 2)),
    "replay 1": Row(replaying(1), Cost(2, 0, 0, 1)),
    "replay 5": Row(replaying(5), Cost(6, 0, 0, 1)),
    "replay 20": Row(replaying(20), Cost(21, 0, 0, 1)),
    "status command": Row(commanding(5), Cost(1, 4, 3, 2)),
    "status command, 20 lines": Row(commanding(20), Cost(1, 4, 3, 2)),
    "status command with a key": Row(commanding(5, "a-key-of-this-test"), Cost(1, 6, 3, 2)),
    "order with history": Row(history, Cost(1, 0, 0, 1)),
    "my 20 orders": Row(reading(lambda metered: my_orders(context(ADA, metered))), Cost(1, 0, 0, 1)),
    "staff page of 50": Row(reading(staff_page), Cost(1, 0, 0, 1)),
    "events after": Row(events_after, Cost(1, 0, 0, 1)),
    "product page": Row(product_page, Cost(0.5, 0, 0, 1)),
    "category of 24": Row(reading(category), Cost(1, 0, 0, 1)),
    "prefix search": Row(reading(search), Cost(0.5, 0, 0, 1)),
    "subscription check": Row(following, Cost(1, 0, 0, 1)),
}

TODAY: dict[str, Cost] = {}


@pytest.mark.parametrize("name", CEILINGS)
def test_print(name: str) -> None:
    print(name, CEILINGS[name].operation(), CEILINGS[name].ceiling)
