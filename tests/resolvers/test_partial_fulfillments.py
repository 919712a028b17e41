"""Orders that are packed, shipped, delivered and cancelled by units of lines, over several parcels."""

import pytest

from domain.ids import Id
from domain.refusals import InvalidInput, NotFound, QuantityExceeded
from resolvers.cancel_order import cancel_order
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.deliver_fulfillment import DeliverFulfillmentInput, deliver_fulfillment
from resolvers.order import order as query_order
from resolvers.orders import orders
from resolvers.shapes.inputs import CancelOrderInput
from resolvers.shapes.orders import Order
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from storage.store import Store
from tests.shopkeeping import (
    ADA,
    ADMIN,
    confirmed,
    contents,
    context,
    do,
    done,
    refusal,
    stock,
    stocked,
    units,
)  # fmt: skip

THREE_AND_TWO = (("LANTERN", 3), ("SOAP", 2))


def shop() -> Store:
    """Ten of each SKU."""
    return stocked("LANTERN", "SOAP", units=10)


def pack(store: Store, order: Order, *quantities: int) -> Order:
    """Units of the order's lines into a parcel; all that are open if none are named."""
    lines = units(order, *quantities) if quantities else None
    return done(do(create_fulfillment, CreateFulfillmentInput(order.id, lines), ADMIN, store))


def ship(store: Store, order: Order, number: int) -> Order:
    return done(do(ship_fulfillment, ShipFulfillmentInput(order.id, parcel(number)), ADMIN, store))


def deliver(store: Store, order: Order, number: int) -> Order:
    return done(do(deliver_fulfillment, DeliverFulfillmentInput(order.id, parcel(number)), ADMIN, store))


def cancel(store: Store, order: Order, *quantities: int) -> Order:
    return done(do(cancel_order, CancelOrderInput(order.id, units(order, *quantities)), ADMIN, store))


def parcel(number: int) -> Id:
    return Id(f"ful_{number:04d}")


def way(order: Order) -> tuple[str, str]:
    """Status and derived axis."""
    return order.status.value, order.fulfillment_status.value


def counts(order: Order) -> list[tuple[int, int, int, int]]:
    """By line: open, cancelled, shipped, delivered."""
    return [
        (line.open_quantity, line.cancelled_quantity, line.shipped_quantity, line.delivered_quantity)
        for line in order.lines
    ]


def test_an_order_goes_out_in_two_parcels_and_its_axis_says_how_far() -> None:
    store = shop()
    order = confirmed(store, ADA, *THREE_AND_TWO)
    assert [
        way(order),
        way(pack(store, order, 2, 1)),
        way(pack(store, order)),
        way(ship(store, order, 1)),
        way(deliver(store, order, 1)),
        way(ship(store, order, 2)),
        way(deliver(store, order, 2)),
    ] == [
        ("CONFIRMED", "UNFULFILLED"),
        ("CONFIRMED", "IN_PROGRESS"),
        ("CONFIRMED", "IN_PROGRESS"),
        ("CONFIRMED", "PARTIALLY_SHIPPED"),
        ("CONFIRMED", "PARTIALLY_DELIVERED"),
        ("CONFIRMED", "PARTIALLY_DELIVERED"),
        ("COMPLETED", "DELIVERED"),
    ]


def test_all_shipped_and_none_delivered_is_shipped() -> None:
    store = shop()
    order = confirmed(store, ADA, *THREE_AND_TWO)
    pack(store, order, 3)
    pack(store, order)
    ship(store, order, 2)
    assert way(ship(store, order, 1)) == ("CONFIRMED", "SHIPPED")


def test_the_counters_of_each_line_follow_its_own_parcels() -> None:
    store = shop()
    order = confirmed(store, ADA, *THREE_AND_TWO)
    pack(store, order, 2, 1)
    pack(store, order, 0, 1)
    ship(store, order, 1)
    ship(store, order, 2)
    assert counts(deliver(store, order, 2)) == [(1, 0, 2, 0), (0, 0, 2, 1)]


def test_each_parcel_takes_its_own_units_out_of_the_stock_when_it_leaves() -> None:
    store = shop()
    order = confirmed(store, ADA, *THREE_AND_TWO)
    pack(store, order, 2)
    pack(store, order, 0, 2)
    ship(store, order, 1)
    assert (stock(store), stock(store, "SOAP")) == ((7, 1), (8, 2))
    ship(store, order, 2)
    assert (stock(store), stock(store, "SOAP")) == ((7, 1), (8, 0))


def test_the_parcels_of_an_order_tell_their_lines() -> None:
    store = shop()
    order = confirmed(store, ADA, *THREE_AND_TWO)
    pack(store, order, 1, 1)
    after = pack(store, order)
    told = [(each.id, [(line.line_id, line.quantity) for line in each.lines]) for each in after.fulfillments]
    assert told == [("ful_0001", [("1", 1), ("2", 1)]), ("ful_0002", [("1", 2), ("2", 1)])]


def test_units_cancelled_beside_a_shipped_parcel_make_what_is_left_all_shipped() -> None:
    store = shop()
    order = confirmed(store, ADA, *THREE_AND_TWO)
    pack(store, order, 2, 2)
    assert way(ship(store, order, 1)) == ("CONFIRMED", "PARTIALLY_SHIPPED")
    after = cancel(store, order, 1)
    assert (way(after), counts(after)) == (("CONFIRMED", "SHIPPED"), [(0, 1, 2, 0), (0, 0, 2, 0)])
    assert way(deliver(store, order, 1)) == ("COMPLETED", "DELIVERED")
    assert (stock(store), stock(store, "SOAP")) == ((8, 0), (8, 0))


def test_cancelling_the_last_open_units_completes_an_order_whose_rest_was_delivered() -> None:
    store = shop()
    order = confirmed(store, ADA, *THREE_AND_TWO)
    pack(store, order, 1)
    ship(store, order, 1)
    deliver(store, order, 1)
    assert way(cancel(store, order, 2)) == ("CONFIRMED", "PARTIALLY_DELIVERED")
    assert way(cancel(store, order, 0, 2)) == ("COMPLETED", "DELIVERED")


def test_cancelling_all_that_is_not_packed_leaves_the_parcel_to_go() -> None:
    store = shop()
    order = confirmed(store, ADA, *THREE_AND_TWO)
    pack(store, order, 1)
    after = done(do(cancel_order, CancelOrderInput(order.id), ADMIN, store))
    assert (way(after), counts(after)) == (("CONFIRMED", "IN_PROGRESS"), [(0, 2, 0, 0), (0, 2, 0, 0)])
    ship(store, order, 1)
    assert way(deliver(store, order, 1)) == ("COMPLETED", "DELIVERED")


@pytest.mark.parametrize(
    ("quantities", "refused", "path"),
    [((2,), QuantityExceeded, ("input", "lines", "0")), ((1, 3), QuantityExceeded, ("input", "lines", "1"))],
)
@pytest.mark.parametrize(
    ("run", "given"), [(create_fulfillment, CreateFulfillmentInput), (cancel_order, CancelOrderInput)]
)
def test_units_in_another_parcel_are_not_open(run, given, quantities, refused, path) -> None:  # type: ignore[no-untyped-def]
    store = shop()
    order = confirmed(store, ADA, *THREE_AND_TWO)
    pack(store, order, 2)
    before = contents(store)
    error = refusal(do(run, given(order.id, units(order, *quantities)), ADMIN, store))
    assert (type(error), error.path, contents(store)) == (refused, path, before)


def test_packing_a_line_named_twice_or_of_another_order() -> None:
    store = shop()
    order, other = confirmed(store, ADA, ("LANTERN", 2)), confirmed(store, ADA, *THREE_AND_TWO)
    twice = CreateFulfillmentInput(order.id, units(order, 1) * 2)
    foreign = CreateFulfillmentInput(order.id, units(other, 0, 1))
    assert isinstance(refusal(do(create_fulfillment, twice, ADMIN, store)), InvalidInput)
    assert isinstance(refusal(do(create_fulfillment, foreign, ADMIN, store)), NotFound)


def test_lists_and_history_say_the_same_axis_as_the_order() -> None:
    store = shop()
    order = confirmed(store, ADA, *THREE_AND_TWO)
    pack(store, order, 1)
    ship(store, order, 1)
    whole = query_order(context(ADA, store, context(ADA).now, "history"), id=order.id)
    assert whole is not None
    assert whole.history[-1].event.fulfillment_status.value == "PARTIALLY_SHIPPED"
    (card,) = orders(context(ADMIN, store)).nodes
    assert card.fulfillment_status is whole.fulfillment_status
