"""Parcels in the API: packed, followed, failed, brought back and taken back, with stock and money after each."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.actors import OrderAction
from domain.ids import Id
from domain.lifecycle import CarrierStatus
from domain.parcels import RecordTracking
from domain.refusals import InvalidInput, NotAllowed
from resolvers.cancel_fulfillment import CancelFulfillmentInput, cancel_fulfillment
from resolvers.cancel_order import cancel_order
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.deliver_fulfillment import DeliverFulfillmentInput, deliver_fulfillment
from resolvers.order import order as order_query
from resolvers.order_events import order_events
from resolvers.pack_fulfillment import PackFulfillmentInput, pack_fulfillment
from resolvers.record_tracking import RecordTrackingInput, record_tracking
from resolvers.shapes.inputs import CancelOrderInput
from resolvers.shapes.orders import Order
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from storage.deciding import carry_out
from storage.store import Store
from tests.resolvers.taking_back import brought_back, say, take_back
from tests.shopkeeping import (
    ADA,
    ADMIN,
    FIRST_PARCEL,
    NOW,
    call,
    confirmed,
    contents,
    context,
    delivered,
    do,
    done,
    key,
    packed,
    refusal,
    shipped,
    staff,
    stock,
    stocked,
    units,
)  # fmt: skip
from tests.storage.damaging import findings

LINES = (("LANTERN", 3), ("SOAP", 2))


def shop() -> Store:
    return stocked("LANTERN", "SOAP", units=10)


def types(store: Store, order: Order, actor: object = ADMIN) -> list[str]:
    page = order_events(context(actor, store), order.id, after=0)  # type: ignore[arg-type]
    return [entry.event.type.value for entry in page.entries]


def test_a_parcel_is_packed_and_ships_and_both_times_are_told() -> None:
    store = shop()
    order = packed(store, ADA, *LINES)
    after = done(do(pack_fulfillment, PackFulfillmentInput(order.id, FIRST_PARCEL), ADMIN, store))
    assert (after.fulfillments[0].status.value, after.fulfillments[0].packed_at) == ("PACKED", NOW)
    assert after.fulfillment_status.value == "IN_PROGRESS"
    left = done(do(ship_fulfillment, ShipFulfillmentInput(order.id, FIRST_PARCEL), ADMIN, store))
    assert (left.fulfillments[0].status.value, left.fulfillments[0].packed_at) == ("SHIPPED", NOW)
    assert (stock(store), findings(store)) == ((7, 0), [])


def test_packing_twice_writes_nothing_and_the_owner_is_not_told() -> None:
    store = shop()
    order = packed(store, ADA, *LINES)
    asked = PackFulfillmentInput(order.id, FIRST_PARCEL)
    do(pack_fulfillment, asked, ADMIN, store)
    before = contents(store)
    do(pack_fulfillment, asked, ADMIN, store)
    assert contents(store) == before
    assert "FULFILLMENT_PACKED" in types(store, order)
    assert "FULFILLMENT_PACKED" not in types(store, order, ADA)


@pytest.mark.parametrize("restock", [None, False, True])
def test_a_parcel_that_never_left_gives_its_units_back_to_the_order(restock: bool | None) -> None:
    store = shop()
    order = packed(store, ADA, *LINES)
    after = take_back(store, order, restock)
    assert after.fulfillments[0].status.value == "CANCELLED"
    assert [line.open_quantity for line in after.lines] == [3, 2]
    assert (after.totals.cancelled.amount, after.fulfillment_status.value) == ("0.00", "UNFULFILLED")
    assert (stock(store), findings(store)) == ((7, 3), [])
    again = done(do(create_fulfillment, CreateFulfillmentInput(order.id), ADMIN, store))
    assert [each.id for each in again.fulfillments] == ["ful_0001", "ful_0002"]


def test_the_owner_may_cancel_again_once_the_parcel_is_taken_back() -> None:
    store = shop()
    order = packed(store, ADA, *LINES)
    take_back(store, order)
    after = done(do(cancel_order, CancelOrderInput(order.id), ADA, store))
    assert (after.status.value, stock(store), findings(store)) == ("CANCELLED", (10, 0), [])


@pytest.mark.parametrize(("restock", "left"), [(True, (10, 0)), (False, (7, 0))])
@pytest.mark.parametrize("word", ["FAILED", "RETURNED"])
def test_a_parcel_that_did_not_arrive_is_cancelled_with_its_units(word: str, restock: bool, left) -> None:  # type: ignore[no-untyped-def]
    store = shop()
    order = say(store, shipped(store, ADA, ("LANTERN", 3)), word)
    assert stock(store) == (7, 0)
    after = take_back(store, order, restock)
    assert (after.status.value, after.totals.balance.amount) == ("CANCELLED", "0.00")
    assert (after.lines[0].cancelled_quantity, after.lines[0].shipped_quantity) == (3, 0)
    assert (stock(store), findings(store)) == (left, [])
    assert types(store, order)[-2:] == ["FULFILLMENT_CANCELLED", "ORDER_CANCELLED"]
    assert types(store, order, ADA)[-1] == "ORDER_CANCELLED"


def test_what_is_taken_back_beside_what_arrived_completes_the_order_and_takes_its_worth_off() -> None:
    store = shop()
    order = confirmed(store, ADA, *LINES)
    for quantities in ((3, 0), (0, 2)):
        do(create_fulfillment, CreateFulfillmentInput(order.id, units(order, *quantities)), ADMIN, store)
    for parcel in ("ful_0001", "ful_0002"):
        done(do(ship_fulfillment, ShipFulfillmentInput(order.id, Id(parcel)), ADMIN, store))
    done(do(deliver_fulfillment, DeliverFulfillmentInput(order.id, Id("ful_0002")), ADMIN, store))
    after = take_back(store, say(store, order, "FAILED"), restock=True)
    assert (after.status.value, after.fulfillment_status.value) == ("COMPLETED", "DELIVERED")
    assert after.totals.cancelled.amount == "9.00"  # 3 x 2.50 and 20 % tax
    assert (stock(store), stock(store, "SOAP"), findings(store)) == ((10, 0), (8, 0), [])


def test_for_a_parcel_that_had_left_restock_must_be_said() -> None:
    store = shop()
    order = brought_back(store, *LINES)
    before = contents(store)
    refused = refusal(do(cancel_fulfillment, CancelFulfillmentInput(order.id, FIRST_PARCEL), ADMIN, store))
    assert (type(refused), refused.path, contents(store)) == (InvalidInput, ("input", "restock"), before)


@pytest.mark.parametrize(
    ("make", "reason"), [(shipped, "NOTHING_TO_TAKE_BACK"), (delivered, "ORDER_COMPLETED")]
)
def test_a_parcel_that_is_on_its_way_or_arrived_is_not_taken_back(make, reason) -> None:  # type: ignore[no-untyped-def]
    store = shop()
    order = make(store, ADA, *LINES)
    offered = {each.action: each.reason for each in seen(store, order).available_actions}
    refused = refusal(
        do(cancel_fulfillment, CancelFulfillmentInput(order.id, FIRST_PARCEL, True), ADMIN, store)
    )
    assert offered[OrderAction.CANCEL_FULFILLMENT] == reason
    assert isinstance(refused, NotAllowed) or refused.code == "TRANSITION_NOT_ALLOWED"


def seen(store: Store, order: Order) -> Order:
    found = order_query(context(ADMIN, store), id=order.id)
    assert found is not None
    return found


def test_taking_back_twice_gives_stock_back_once_whatever_is_said_the_second_time() -> None:
    store = shop()
    order = brought_back(store, *LINES)
    take_back(store, order, restock=True)
    before = contents(store)
    take_back(store, order, restock=False)
    assert (contents(store), stock(store)) == (before, (10, 0))


def test_a_key_with_another_restock_is_a_conflict() -> None:
    store, same = shop(), key()
    order = brought_back(store, *LINES)
    take_back(store, order, restock=True, idempotency_key=same)
    again = CancelFulfillmentInput(order.id, FIRST_PARCEL, False, idempotency_key=same)
    assert refusal(do(cancel_fulfillment, again, ADMIN, store)).code == "IDEMPOTENCY_CONFLICT"


def test_what_carriers_say_is_stored_and_told() -> None:
    store = shop()
    order = say(store, shipped(store, ADA, *LINES), "IN_TRANSIT", 2, "dhl-7")
    say(store, order, "LABEL_CREATED", 1)
    failed = say(store, order, "FAILED", 5)
    (parcel,) = failed.fulfillments
    assert (parcel.status.value, parcel.failed_at) == ("FAILED", NOW)
    assert parcel.carrier_status is CarrierStatus.FAILED
    assert parcel.carrier_status_at == NOW + timedelta(hours=5)
    assert types(store, order, ADA)[-4:] == ["FULFILLMENT_TRACKED"] * 3 + ["FULFILLMENT_FAILED"]
    assert findings(store) == []


def test_the_owner_sees_what_the_carrier_said_and_not_its_ids() -> None:
    store = shop()
    order = say(store, shipped(store, ADA, *LINES), "IN_TRANSIT", 2, "dhl-7")
    page = order_events(context(ADA, store), order.id, after=0)
    assert page.entries[-1].data == {
        "fulfillmentId": "ful_0001",
        "carrierStatus": "IN_TRANSIT",
        "carrierAt": (NOW + timedelta(hours=2)).isoformat(timespec="milliseconds"),
    }


def test_a_time_finer_than_milliseconds_and_of_another_zone_is_stored_as_it_is_folded() -> None:
    store = shop()
    order = shipped(store, ADA, *LINES)
    at = datetime.fromisoformat("2026-11-23T12:00:00.123987+02:00")
    asked = RecordTrackingInput(order.id, FIRST_PARCEL, CarrierStatus.IN_TRANSIT, at, "dhl-7")
    after = done(do(record_tracking, asked, ADMIN, store))
    assert after.fulfillments[0].carrier_status_at == datetime(2026, 11, 23, 10, 0, 0, 123_000, tzinfo=UTC)
    assert findings(store) == []


def test_a_word_noted_by_hand_twice_without_an_id_is_noted_once() -> None:
    store = shop()
    order = say(store, shipped(store, ADA, *LINES), "IN_TRANSIT", 2)
    before = contents(store)
    say(store, order, "IN_TRANSIT", 2)
    assert contents(store) == before


def test_the_carriers_own_word_completes_an_order_and_does_so_once() -> None:
    store = shop()
    order = shipped(store, ADA, *LINES)
    said = RecordTracking(FIRST_PARCEL, CarrierStatus.DELIVERED, NOW, "dhl-9")
    events = carry_out(store, order.id, said, NOW).events
    assert [event.type.value for event in events] == [
        "FULFILLMENT_TRACKED",
        "FULFILLMENT_DELIVERED",
        "ORDER_COMPLETED",
    ]
    assert {event.actor_kind.value for event in events} == {"SYSTEM"}
    before = contents(store)
    assert carry_out(store, order.id, said, NOW).events == ()
    assert (contents(store), findings(store)) == (before, [])


@pytest.mark.parametrize(
    ("command", "given"),
    [
        (pack_fulfillment, PackFulfillmentInput),
        (cancel_fulfillment, CancelFulfillmentInput),
        (record_tracking, lambda *ids: RecordTrackingInput(*ids, CarrierStatus.DELIVERED, NOW)),
    ],
)
def test_support_finance_and_the_owner_may_not_touch_parcels(command, given) -> None:  # type: ignore[no-untyped-def]
    store = shop()
    order = shipped(store, ADA, *LINES)
    before = contents(store)
    for actor in (ADA, staff("support"), staff("finance")):
        refused = refusal(call(command, given(order.id, FIRST_PARCEL), context(actor, store)))
        assert getattr(refused, "reason", None) == "NOT_PERMITTED", actor
    assert contents(store) == before
