"""Carriers' events find their parcels by number, and end in one state in any order; what finds none waits."""

from itertools import permutations

import pytest

from domain.lifecycle import CarrierStatus, FulfillmentStatus
from domain.refusals import NotAllowed
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.shapes.orders import Order
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from tests.consumers.webhook_world import World, seen
from tests.paying import stored
from tests.shopkeeping import (
    ADA,
    ADMIN,
    FIRST_PARCEL,
    confirmed,
    contents,
    do,
    done,
    packed,
    refusal,
    shipped,
    units,
)
from tests.storage.damaging import findings

OUT, GONE_ON, FAILED, ARRIVED, BACK = (
    CarrierStatus.OUT_FOR_DELIVERY,
    CarrierStatus.IN_TRANSIT,
    CarrierStatus.FAILED,
    CarrierStatus.DELIVERED,
    CarrierStatus.RETURNED,
)


@pytest.fixture
def world() -> World:
    return World()


def sent(world: World, number: str | None, carrier: str | None = "Bell Post") -> Order:
    """An order whose parcel travels under a number."""
    order = packed(world.store)
    given = ShipFulfillmentInput(order.id, FIRST_PARCEL, carrier, number)
    return done(do(ship_fulfillment, given, ADMIN, world.store))


def status(world: World, order: Order) -> FulfillmentStatus:
    return stored(world.store, order.id).fulfillments[0].status


def test_every_order_of_a_parcels_events_ends_where_it_is_furthest(world: World) -> None:
    for way in permutations([(GONE_ON, 1), (OUT, 2), (FAILED, 3), (OUT, 24), (ARRIVED, 25)]):
        order = sent(world, f"N{world.line.sends}")
        number = stored(world.store, order.id).fulfillments[0].tracking or ""
        for told, minutes in way:
            for _ in range(2):
                world.post("carrier", seen(told, minutes, number=number, id=f"{order.id}-{minutes}"))
                assert world.work() == []
        parcel = stored(world.store, order.id).fulfillments[0]
        assert (parcel.status, parcel.carrier_status) == (FulfillmentStatus.DELIVERED, ARRIVED), way
        assert len(parcel.tracked) == len(way)
    assert findings(world.store) == []


@pytest.mark.parametrize(
    ("shipped_as", "told_as"),
    [("RM 12 34", "rm1234"), ("rm1234", "RM 1234"), ("RM1234", "RM1234")],
)
def test_spaces_and_small_letters_make_no_other_number(world: World, shipped_as: str, told_as: str) -> None:
    order = sent(world, shipped_as, "Royal  Mail")
    world.post("carrier", seen(ARRIVED, 5, number=told_as, carrier="ROYAL MAIL"))
    assert (world.work(), status(world, order)) == ([], FulfillmentStatus.DELIVERED)


def test_another_carriers_parcel_of_the_same_number_is_left_alone(world: World) -> None:
    mine, other, nameless = sent(world, "N1"), sent(world, "N1", "Other Post"), sent(world, "N1", None)
    world.post("carrier", seen(ARRIVED, 5, number="N1"))
    assert world.work() == []
    assert [status(world, each).value for each in (mine, other, nameless)] == [
        "DELIVERED",
        "SHIPPED",
        "DELIVERED",
    ]


def test_two_parcels_under_one_number_arrive_together(world: World) -> None:
    order = confirmed(world.store, ADA, ("LANTERN", 2))
    for number in (1, 2):
        given = CreateFulfillmentInput(order.id, lines=units(order, 1))
        done(do(create_fulfillment, given, ADMIN, world.store))
        leaving = ShipFulfillmentInput(order.id, type(order.id)(f"ful_000{number}"), "Bell Post", "BOXES")
        done(do(ship_fulfillment, leaving, ADMIN, world.store))
    world.post("carrier", seen(ARRIVED, 5, number="BOXES"))
    assert world.work() == []
    assert {each.status for each in stored(world.store, order.id).fulfillments} == {
        FulfillmentStatus.DELIVERED
    }


def test_an_event_that_comes_before_its_parcel_left_waits_for_it(world: World) -> None:
    world.post("carrier", seen(GONE_ON, 5, number="EARLY"))
    assert len(world.work()) == 1
    order = sent(world, "EARLY")
    assert world.work() == []
    assert stored(world.store, order.id).fulfillments[0].carrier_status is GONE_ON


def test_a_parcel_without_a_number_leaves_no_trace_of_one(world: World) -> None:
    sent(world, None)
    orders, _ = contents(world.store)  # type: ignore[misc]
    assert [item for item in orders if item["PK"]["S"].startswith("TRK#")] == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("told", [FAILED, BACK])
def test_a_parcel_that_failed_or_came_back_is_not_shipped_again(world: World, told: CarrierStatus) -> None:
    order = shipped(world.store)
    world.post("carrier", seen(told, 5))
    assert world.work() == []
    before = contents(world.store)
    again = do(ship_fulfillment, ShipFulfillmentInput(order.id, FIRST_PARCEL), ADMIN, world.store)
    assert isinstance(refusal(again), NotAllowed)
    assert contents(world.store) == before
