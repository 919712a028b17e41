"""The meter of every operation against the design's ceilings: a number that rises fails.

A row that is above its ceiling today says why; DECISIONS.md has it. Reads in parallel count as one trip each.
"""

from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from datetime import timedelta

import pytest

from resolvers.cancel_order import cancel_order
from resolvers.capture_payment import CapturePaymentInput, capture_payment
from resolvers.confirm_order import ConfirmOrderInput, confirm_order
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.deliver_fulfillment import DeliverFulfillmentInput, deliver_fulfillment
from resolvers.my_orders import my_orders
from resolvers.on_order_event import on_order_event
from resolvers.order import order
from resolvers.order_events import order_events
from resolvers.orders import orders
from resolvers.place_order import place_order
from resolvers.product import product
from resolvers.products import ProductsFilter, products
from resolvers.shapes.inputs import CancelOrderInput
from resolvers.shapes.payments import PaymentInput
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from storage.store import Store
from tests.consumers.webhook_world import World
from tests.paying import asked, authorized, paying, prepaid, trial
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
    shipped,
    stocked,
)
from tests.storage.metering import Cost, cost_of

SKUS = tuple(f"SKU-{number:02d}" for number in range(40))

AS_IT_IS_NOW = "a replay answers the order as it is now: the whole order is a second read"
CARDS = "fifty cards of 300 bytes are two units and not one, and two more statuses are half a unit each"

Operation = Callable[[], Cost]


def lines(count: int) -> tuple[tuple[str, int], ...]:
    """One unit of each of so many SKUs."""
    return tuple((sku, 1) for sku in SKUS[:count])


def placing(count: int, reference: str | None = None) -> Operation:
    def work() -> Cost:
        store = stocked(*SKUS[:count])
        wanted = basket(*lines(count), external_reference=reference)
        return cost_of(store, lambda metered: place_order(wanted, context(ADA, metered)))

    return work


def paying_at_once(count: int) -> Operation:
    def work() -> Cost:
        store = stocked(*SKUS[:count])
        wanted = basket(*lines(count), payment=PaymentInput("test_approved"))
        return cost_of(
            store, lambda metered: place_order(wanted, replace(context(ADA, metered), provider=trial))
        )

    return work


def capturing() -> Cost:
    store, provider = stocked(*SKUS[:5]), trial()
    given = CapturePaymentInput(authorized(store, provider, *lines(5)).id, key())
    return cost_of(store, lambda metered: paying(capture_payment, given, ADMIN, metered, provider))


def recording() -> Cost:
    store, provider = stocked(*SKUS[:5]), trial()
    order = prepaid(store, provider, "test_approved", *lines(5))
    return cost_of(store, lambda metered: asked(metered, provider, order.id))


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
    return products(context(GUEST, metered), ProductsFilter(search="sku"), first=20)


def life(metered: Store) -> None:
    delivered(metered, ADA, *lines(5))


def whole_life() -> Cost:
    return cost_of(stocked(*SKUS[:5]), life)


def cancelling(count: int) -> Operation:
    def work() -> Cost:
        store = stocked(*SKUS[:count])
        cancel = CancelOrderInput(placed(store, ADA, *lines(count)).id)
        return cost_of(store, lambda metered: do(cancel_order, cancel, ADA, metered))

    return work


def packing() -> Cost:
    store = stocked(*SKUS[:5])
    given = CreateFulfillmentInput(confirmed(store, ADA, *lines(5)).id)
    return cost_of(store, lambda metered: do(create_fulfillment, given, ADMIN, metered))


def shipping() -> Cost:
    store = stocked(*SKUS[:5])
    given = ShipFulfillmentInput(packed(store, ADA, *lines(5)).id, FIRST_PARCEL)
    return cost_of(store, lambda metered: do(ship_fulfillment, given, ADMIN, metered))


def shipping_with_a_number() -> Cost:
    store = stocked(*SKUS[:5])
    given = ShipFulfillmentInput(packed(store, ADA, *lines(5)).id, FIRST_PARCEL, "Bell Post", "B1")
    return cost_of(store, lambda metered: do(ship_fulfillment, given, ADMIN, metered))


def hearing() -> Cost:
    world = World(stocked(*SKUS[:5]))
    order = prepaid(world.store, world.trial, "test_pending", *lines(5))
    payment = asked(world.store, world.trial, order.id).payments[0]
    webhooks = world.trial.settle(payment.reference, NOW)

    def heard(metered: Store) -> object:
        world.store = metered
        world.post("test", *webhooks)
        return world.work()

    return cost_of(world.store, heard)


def delivering() -> Cost:
    store = stocked(*SKUS[:5])
    given = DeliverFulfillmentInput(shipped(store, ADA, *lines(5)).id, FIRST_PARCEL)
    return cost_of(store, lambda metered: do(deliver_fulfillment, given, ADMIN, metered))


@dataclass(frozen=True, slots=True)
class Row:
    """An operation, its ceiling (None: the design sets none), and what it costs today where that is another number."""

    operation: Operation
    ceiling: Cost | None
    today: Cost | None = None
    above: str = ""


ROWS = {
    "place 1": Row(placing(1), Cost(2, 10, 2, 2)),
    "place 5": Row(placing(5), Cost(6, 18, 2, 2)),
    "place 20": Row(placing(20), Cost(21, 52, 2, 2), today=Cost(21, 50, 2, 2)),
    "place 5, external reference": Row(placing(5, "PO-1"), Cost(6, 20, 2, 2)),
    "place 5, with a payment": Row(paying_at_once(5), None, today=Cost(6, 20, 2, 2)),
    "authorise: one read of the intent, one report": Row(recording, None, today=Cost(2, 6, 2, 3)),
    "capture: intent, then report": Row(capturing, None, today=Cost(2, 14, 4, 4)),
    "replay 1": Row(replaying(1), Cost(2, 0, 0, 1), today=Cost(3, 0, 0, 2), above=AS_IT_IS_NOW),
    "replay 5": Row(replaying(5), Cost(6, 0, 0, 1), today=Cost(7, 0, 0, 2), above=AS_IT_IS_NOW),
    "replay 20": Row(replaying(20), Cost(21, 0, 0, 1), today=Cost(22, 0, 0, 2), above=AS_IT_IS_NOW),
    "status command": Row(commanding(5), Cost(1, 4, 3, 2)),
    "status command, 20 lines": Row(commanding(20), Cost(1, 4, 3, 2)),
    "status command with a key": Row(commanding(5, "a-key-of-this-test"), Cost(1, 6, 3, 2)),
    "order with history": Row(history, Cost(1, 0, 0, 1)),
    "my 20 orders": Row(reading(lambda metered: my_orders(context(ADA, metered))), Cost(1, 0, 0, 1)),
    "staff page of 50": Row(reading(staff_page), Cost(1.5, 0, 0, 3), today=Cost(3, 0, 0, 3), above=CARDS),
    "events after": Row(events_after, Cost(1, 0, 0, 1)),
    "product page": Row(product_page, Cost(0.5, 0, 0, 1)),
    "category of 24": Row(reading(category), Cost(1, 0, 0, 1)),
    "prefix search of 20": Row(reading(search), Cost(0.5, 0, 0, 1)),
    "subscription check": Row(following, Cost(1, 0, 0, 1)),
    "cancel, 5 lines": Row(cancelling(5), None, today=Cost(1, 16, 3, 2)),
    "cancel, 20 lines": Row(cancelling(20), None, today=Cost(1, 46, 3, 2)),
    "pack 5 lines": Row(packing, None, today=Cost(1, 6, 2, 2)),
    "ship 5 lines": Row(shipping, None, today=Cost(1, 18, 2, 2)),
    "ship 5 lines, with a tracking number": Row(shipping_with_a_number, None, today=Cost(1, 20, 2, 2)),
    "a payment's webhook: inbox, report, what is owed, done": Row(hearing, None, today=Cost(4, 10, 2, 7)),
    "deliver 5 lines": Row(delivering, None, today=Cost(1, 8, 3, 2)),
    "whole life, 5 lines, no consumers": Row(whole_life, None, today=Cost(10, 56, 12, 10)),
}


def exceeds(cost: Cost, ceiling: Cost) -> bool:
    """Whether any number is above its ceiling."""
    return any(mine > most for mine, most in zip(astuple(cost), astuple(ceiling), strict=True))


@pytest.mark.parametrize("name", ROWS)
def test_an_operation_costs_what_it_did(name: str) -> None:
    row = ROWS[name]
    assert row.operation() == (row.today or row.ceiling)


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.ceiling])
def test_what_is_above_its_ceiling_is_named_with_a_reason(name: str) -> None:
    row = ROWS[name]
    assert row.ceiling is not None
    assert exceeds(row.today or row.ceiling, row.ceiling) == bool(row.above)


def test_the_life_of_an_order_leaves_room_for_its_consumers() -> None:
    cost = whole_life()
    assert cost.table + cost.index <= 90
