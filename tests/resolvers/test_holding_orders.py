"""Holding, releasing and rejecting an order through its mutations."""

import pytest

from domain.ids import Id
from domain.lifecycle import OrderStatus
from domain.refusals import TransitionNotAllowed
from resolvers.cancel_order import cancel_order
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.deliver_fulfillment import DeliverFulfillmentInput, deliver_fulfillment
from resolvers.hold_order import HoldOrderInput, hold_order
from resolvers.order_events import order_events
from resolvers.orders import OrdersFilter, orders
from resolvers.reject_order import RejectOrderInput, reject_order
from resolvers.release_order import ReleaseOrderInput, release_order
from resolvers.shapes.inputs import CancelOrderInput
from resolvers.shapes.orders import Order
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from storage.store import Store
from tests.shopkeeping import (
    ADA,
    ADMIN,
    FIRST_PARCEL,
    confirmed,
    contents,
    context,
    do,
    done,
    fake,
    packed,
    placed,
    refusal,
    shipped,
    staff,
    stock,
    stocked,
    units,
)  # fmt: skip

SUPPORT = staff("support")


def held(store: Store, order: Order) -> Order:
    """The order after support has put it on hold."""
    return done(do(hold_order, HoldOrderInput(order.id, "FRAUD_CHECK"), SUPPORT, store))


def released(store: Store, order: Order) -> Order:
    """The order after support has let it go on."""
    return done(do(release_order, ReleaseOrderInput(order.id), SUPPORT, store))


@pytest.mark.parametrize("stage", [placed, confirmed])
def test_a_held_order_is_released_to_where_it_stood(stage) -> None:  # type: ignore[no-untyped-def]
    store = stocked("LANTERN")
    order = stage(store)
    on_hold = held(store, order)
    assert (on_hold.status.value, on_hold.fulfillment_status.value) == ("ON_HOLD", "ON_HOLD")
    after = released(store, order)
    assert (after.status, after.version) == (order.status, order.version + 2)


def test_holding_moves_no_stock() -> None:
    store = stocked("LANTERN", units=10)
    held(store, placed(store))
    assert stock(store) == (8, 2)


def test_the_head_keeps_where_the_hold_began_for_as_long_as_it_lasts() -> None:
    store = stocked("LANTERN")
    order = held(store, confirmed(store))

    def kept() -> object:
        heads = [item for item in fake(store).items("orders") if "phase" in item]
        return heads[0].get("heldFrom")

    assert kept() == {"S": "CONFIRMED"}
    released(store, order)
    assert kept() is None


def test_nothing_is_packed_while_an_order_is_held() -> None:
    store = stocked("LANTERN")
    order = held(store, confirmed(store))
    before = contents(store)
    error = refusal(do(create_fulfillment, CreateFulfillmentInput(order.id), ADMIN, store))
    assert isinstance(error, TransitionNotAllowed)
    assert (error.from_, error.allowed, contents(store)) == ("ON_HOLD", ("RELEASE", "CANCEL"), before)


def test_a_packed_parcel_does_not_leave_while_its_order_is_held() -> None:
    store = stocked("LANTERN")
    order = held(store, packed(store))
    ship = ShipFulfillmentInput(order.id, FIRST_PARCEL)
    assert isinstance(refusal(do(ship_fulfillment, ship, ADMIN, store)), TransitionNotAllowed)
    released(store, order)
    assert done(do(ship_fulfillment, ship, ADMIN, store)).fulfillments[0].status.value == "SHIPPED"


def test_a_parcel_on_its_way_arrives_and_the_order_stays_held_until_its_release_completes_it() -> None:
    store = stocked("LANTERN")
    order = held(store, shipped(store))
    arrived = done(do(deliver_fulfillment, DeliverFulfillmentInput(order.id, FIRST_PARCEL), ADMIN, store))
    assert (arrived.status.value, arrived.fulfillment_status.value) == ("ON_HOLD", "DELIVERED")
    assert released(store, order).status is OrderStatus.COMPLETED


def test_the_owner_may_cancel_a_held_order() -> None:
    store = stocked("LANTERN", units=10)
    order = held(store, placed(store))
    after = done(do(cancel_order, CancelOrderInput(order.id), ADA, store))
    assert (after.status, stock(store)) == (OrderStatus.CANCELLED, (10, 0))


def test_units_cancelled_while_an_order_is_held_leave_it_held() -> None:
    store = stocked("LANTERN", units=10)
    order = held(store, confirmed(store, ADA, ("LANTERN", 3)))
    after = done(do(cancel_order, CancelOrderInput(order.id, units(order, 2)), ADMIN, store))
    assert (after.status, stock(store)) == (OrderStatus.ON_HOLD, (9, 1))
    assert released(store, order).status is OrderStatus.CONFIRMED


@pytest.mark.parametrize("times", [1, 2])
def test_a_rejected_order_gives_all_its_stock_back_and_owes_nothing(times: int) -> None:
    store = stocked("LANTERN", "SOAP", units=10)
    order = placed(store, ADA, ("LANTERN", 2), ("SOAP", 3), ("LANTERN", 1))
    do(cancel_order, CancelOrderInput(order.id, units(order, 1)), ADA, store)
    for _ in range(times):
        after = done(do(reject_order, RejectOrderInput(order.id, "OUT_OF_AREA"), SUPPORT, store))
    assert (stock(store), stock(store, "SOAP"), after.version) == ((10, 0), (10, 0), 3)
    assert (after.totals.cancelled, after.totals.balance.amount) == (after.totals.total, "0.00")


@pytest.mark.parametrize(
    ("stage", "again", "given"),
    [
        (lambda store: held(store, placed(store)), hold_order, HoldOrderInput),
        (placed, release_order, ReleaseOrderInput),
        (confirmed, release_order, ReleaseOrderInput),
    ],
)
def test_the_same_state_again_succeeds_and_writes_nothing(stage, again, given) -> None:  # type: ignore[no-untyped-def]
    store = stocked("LANTERN")
    order = stage(store)
    before = contents(store)
    payload = do(again, given(order.id), SUPPORT, store)
    assert (done(payload).version, contents(store)) == (order.version, before)


def test_a_stale_version_is_not_held() -> None:
    store = stocked("LANTERN")
    error = refusal(do(hold_order, HoldOrderInput(confirmed(store).id, expected_version=1), SUPPORT, store))
    assert error.code == "STALE_VERSION"


def details(store: Store, order_id: Id, *, as_staff: bool) -> list[tuple[str, object]]:
    """Each event's type and details, as this caller is told them."""
    page = order_events(context(SUPPORT if as_staff else ADA, store), order_id, 0, 20)
    return [(entry.event.type.value, entry.data) for entry in page.entries]


def test_the_owner_sees_the_hold_but_not_why() -> None:
    store = stocked("LANTERN")
    order = held(store, placed(store))
    assert details(store, order.id, as_staff=False)[-1] == ("ORDER_HELD", {})
    assert details(store, order.id, as_staff=True)[-1] == ("ORDER_HELD", {"holdReason": "FRAUD_CHECK"})


def test_the_owner_sees_why_an_order_was_rejected() -> None:
    store = stocked("LANTERN")
    order = placed(store)
    do(reject_order, RejectOrderInput(order.id, "OUT_OF_AREA"), SUPPORT, store)
    expected = {"units": {"1": 2}, "reason": "OUT_OF_AREA"}
    assert details(store, order.id, as_staff=False)[-1] == ("ORDER_REJECTED", expected)


def test_held_orders_are_open_work_and_rejected_ones_are_not() -> None:
    store = stocked("LANTERN")
    on_hold, turned_down = held(store, placed(store)), placed(store)
    do(reject_order, RejectOrderInput(turned_down.id), SUPPORT, store)
    found = orders(context(SUPPORT, store), OrdersFilter(status=OrderStatus.ON_HOLD)).nodes
    assert [each.id for each in found] == [on_hold.id]
    assert [each.id for each in orders(context(SUPPORT, store)).nodes] == [on_hold.id]
