"""The life of an order: confirm, cancel, pack, ship, deliver, and what each does to its stock."""

from domain.actors import Actor, OrderAction
from domain.ids import Id, Json
from domain.lifecycle import FulfillmentStatus, OrderStatus
from domain.order import OrderFulfillmentStatus
from domain.refusals import (
    InvalidInput,
    NotAllowed,
    NotFound,
    QuantityExceeded,
    StaleVersion,
    TransitionNotAllowed,
)
from resolvers.cancel_order import cancel_order
from resolvers.confirm_order import ConfirmOrderInput, confirm_order
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.deliver_fulfillment import DeliverFulfillmentInput, deliver_fulfillment
from resolvers.order import order as query_order
from resolvers.shapes.inputs import CancelOrderInput
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from storage.store import Store
from tests.shopkeeping import (
    ADA,
    ADMIN,
    FIRST_PARCEL,
    confirmed,
    contents,
    context,
    delivered,
    do,
    done,
    packed,
    placed,
    refusal,
    shipped,
    stock,
    stocked,
    units,
)  # fmt: skip


def test_an_order_goes_from_placed_to_completed() -> None:
    order = delivered(stocked("LANTERN"), ADA, ("LANTERN", 2))
    assert (order.status, order.fulfillment_status, order.version) == (
        OrderStatus.COMPLETED,
        OrderFulfillmentStatus.DELIVERED,
        6,
    )


def test_a_completed_orders_units_have_left_the_stock() -> None:
    store = stocked("LANTERN", units=10)
    delivered(store, ADA, ("LANTERN", 2))
    assert stock(store) == (8, 0)


def test_a_parcel_keeps_its_units_reserved_until_it_leaves() -> None:
    store = stocked("LANTERN", units=10)
    packed(store, ADA, ("LANTERN", 2))
    assert stock(store) == (8, 2)


def test_shipping_notes_carrier_and_tracking_number() -> None:
    parcel = shipped(stocked("LANTERN")).fulfillments[0]
    assert (parcel.status, parcel.carrier, parcel.tracking_number) == (
        FulfillmentStatus.SHIPPED,
        "Bell Post",
        "T1",
    )


def test_cancelling_gives_the_stock_back() -> None:
    store = stocked("LANTERN", "SOAP", units=10)
    order = placed(store, ADA, ("LANTERN", 2), ("SOAP", 3), ("LANTERN", 1))
    done(do(cancel_order, CancelOrderInput(order.id), ADA, store))
    assert (stock(store), stock(store, "SOAP")) == ((10, 0), (10, 0))


def test_a_cancelled_order_owes_nothing() -> None:
    store = stocked("LANTERN")
    totals = done(do(cancel_order, CancelOrderInput(placed(store).id), ADA, store)).totals
    assert (totals.cancelled, totals.balance.amount) == (totals.total, "0.00")


def test_units_of_lines_are_cancelled_in_parts_that_sum_to_the_whole() -> None:
    store = stocked("LANTERN", price="0.33", units=10)
    order = placed(store, ADA, ("LANTERN", 3))
    for _ in range(3):
        order = done(do(cancel_order, CancelOrderInput(order.id, units(order, 1)), ADA, store))
    assert (order.status, order.totals.cancelled, stock(store)) == (
        OrderStatus.CANCELLED,
        order.totals.total,
        (10, 0),
    )


def test_a_partial_cancel_leaves_the_rest_open() -> None:
    store = stocked("LANTERN", "SOAP", units=10)
    order = placed(store, ADA, ("LANTERN", 2), ("SOAP", 3))
    after = done(do(cancel_order, CancelOrderInput(order.id, units(order, 0, 2)), ADA, store))
    assert [line.open_quantity for line in after.lines] == [2, 1]
    assert (after.status, stock(store, "SOAP")) == (OrderStatus.PLACED, (9, 1))


def test_an_order_is_complete_when_the_rest_is_cancelled_after_a_delivery() -> None:
    store = stocked("LANTERN", units=10)
    order = confirmed(store, ADA, ("LANTERN", 3))
    do(create_fulfillment, CreateFulfillmentInput(order.id, units(order, 2)), ADMIN, store)
    do(ship_fulfillment, ShipFulfillmentInput(order.id, FIRST_PARCEL), ADMIN, store)
    do(deliver_fulfillment, DeliverFulfillmentInput(order.id, FIRST_PARCEL), ADMIN, store)
    after = done(do(cancel_order, CancelOrderInput(order.id), ADMIN, store))
    assert (after.status, stock(store)) == (OrderStatus.COMPLETED, (8, 0))


def test_two_parcels_ship_one_after_the_other() -> None:
    store = stocked("LANTERN", units=10)
    order = confirmed(store, ADA, ("LANTERN", 3))
    do(create_fulfillment, CreateFulfillmentInput(order.id, units(order, 1)), ADMIN, store)
    do(create_fulfillment, CreateFulfillmentInput(order.id), ADMIN, store)
    after = done(do(ship_fulfillment, ShipFulfillmentInput(order.id, FIRST_PARCEL), ADMIN, store))
    assert after.fulfillment_status is OrderFulfillmentStatus.PARTIALLY_SHIPPED
    assert ([parcel.status.value for parcel in after.fulfillments], stock(store)) == (
        ["SHIPPED", "PENDING"],
        (7, 2),
    )


def test_more_units_than_are_open() -> None:
    store = stocked("LANTERN")
    order = placed(store, ADA, ("LANTERN", 2))
    before = contents(store)
    error = refusal(do(cancel_order, CancelOrderInput(order.id, units(order, 3)), ADA, store))
    assert isinstance(error, QuantityExceeded)
    assert (error.line_id, error.maximum, contents(store)) == (order.lines[0].id, 2, before)


def test_a_line_that_the_order_does_not_have() -> None:
    store = stocked("LANTERN")
    other = units(placed(store, ADA, ("LANTERN", 1), ("LANTERN", 1)), 0, 1)
    error = refusal(do(cancel_order, CancelOrderInput(placed(store).id, other), ADA, store))
    assert (type(error), error.path) == (NotFound, ("input", "lines", "0"))


def test_a_line_named_twice() -> None:
    store = stocked("LANTERN")
    order = placed(store)
    error = refusal(do(cancel_order, CancelOrderInput(order.id, units(order, 1) * 2), ADA, store))
    assert isinstance(error, InvalidInput)


def allowed_to(actor: Actor, store: Store, order_id: Id) -> tuple[str, ...]:
    """What this caller is offered to do to the order now."""
    found = query_order(context(actor, store), id=order_id)
    assert found is not None
    return tuple(offer.action.value for offer in found.available_actions if offer.allowed)


def test_a_transition_that_the_table_does_not_list_says_from_where_and_what_is_allowed() -> None:
    store = stocked("LANTERN")
    order = placed(store)
    before = contents(store)
    error = refusal(do(create_fulfillment, CreateFulfillmentInput(order.id), ADMIN, store))
    assert isinstance(error, TransitionNotAllowed)
    assert (error.from_, error.allowed, contents(store)) == (
        "PLACED",
        allowed_to(ADMIN, store, order.id),
        before,
    )


def test_what_is_allowed_is_what_this_caller_may() -> None:
    store = stocked("LANTERN")
    order = delivered(store)
    error = refusal(do(cancel_order, CancelOrderInput(order.id), ADA, store))
    assert isinstance(error, TransitionNotAllowed)
    assert (error.from_, error.allowed) == ("COMPLETED", ("RETRY_PAYMENT",))


def test_a_version_that_has_gone_is_stale() -> None:
    store = stocked("LANTERN")
    order = placed(store, ADA, ("LANTERN", 3))
    do(cancel_order, CancelOrderInput(order.id, units(order, 1)), ADA, store)
    before = contents(store)
    error = refusal(do(confirm_order, ConfirmOrderInput(order.id, expected_version=1), ADMIN, store))
    assert isinstance(error, StaleVersion)
    assert (error.current_version, contents(store)) == (2, before)


def test_the_expected_version_goes_on() -> None:
    store = stocked("LANTERN")
    command = ConfirmOrderInput(placed(store).id, expected_version=1)
    assert done(do(confirm_order, command, ADMIN, store)).version == 2


def test_the_same_state_again_succeeds_and_writes_nothing() -> None:
    store = stocked("LANTERN")
    order = confirmed(store)
    before = contents(store)
    again = done(do(confirm_order, ConfirmOrderInput(order.id), ADMIN, store))
    assert (again.version, contents(store)) == (2, before)


def test_a_parcel_that_is_not_there() -> None:
    store = stocked("LANTERN")
    error = refusal(
        do(ship_fulfillment, ShipFulfillmentInput(packed(store).id, Id("ful_0009")), ADMIN, store)
    )
    assert (type(error), error.path) == (NotFound, ("input", "fulfillmentId"))


def test_a_parcel_that_has_not_left_is_not_delivered() -> None:
    store = stocked("LANTERN")
    error = refusal(
        do(deliver_fulfillment, DeliverFulfillmentInput(packed(store).id, FIRST_PARCEL), ADMIN, store)
    )
    assert isinstance(error, NotAllowed)
    assert error.reason == "NOTHING_SHIPPED"


def test_a_customer_may_cancel_until_a_parcel_exists() -> None:
    store = stocked("LANTERN")
    error = refusal(do(cancel_order, CancelOrderInput(packed(store).id), ADA, store))
    assert isinstance(error, NotAllowed)
    assert error.reason == "IN_FULFILLMENT"


def test_staff_cancel_the_rest_beside_a_parcel() -> None:
    store = stocked("LANTERN", units=10)
    order = confirmed(store, ADA, ("LANTERN", 3))
    do(create_fulfillment, CreateFulfillmentInput(order.id, units(order, 1)), ADMIN, store)
    after = done(do(cancel_order, CancelOrderInput(order.id), ADMIN, store))
    assert (after.lines[0].cancelled_quantity, stock(store)) == (2, (9, 1))


def test_cancelling_answers_the_reason_in_the_history() -> None:
    store = stocked("LANTERN")
    command = CancelOrderInput(placed(store).id, reason="CHANGED_MIND")
    payload = do(cancel_order, command, ADA, store, "order/history")
    assert done(payload).history[-1].data == Json({"units": {"1": 2}, "reason": "CHANGED_MIND"})


def test_an_action_is_offered_to_those_alone_who_may_take_it() -> None:
    order = placed(stocked("LANTERN"))
    assert [offer.action for offer in order.available_actions] == [
        OrderAction.CANCEL,
        OrderAction.RETRY_PAYMENT,
    ]
