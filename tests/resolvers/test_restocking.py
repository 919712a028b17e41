"""Parcels that come back: units of a hot SKU to the shards of each, those of a large parcel in chunks, each once."""

from datetime import timedelta

import pytest

from consumers.sweep import Sweeper, sweep
from domain.ids import Id
from domain.lifecycle import CarrierStatus
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.record_tracking import RecordTrackingInput, record_tracking
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from tests.resolvers.selling_hot import available, hot, parts, reserved
from tests.resolvers.taking_back import brought_back, take_back
from tests.shopkeeping import ADA, ADMIN, NOW, confirmed, do, done, fake, stock, stocked, units
from tests.storage.damaging import findings

SKUS = tuple(f"BIG-{number:03d}" for number in range(120))


def test_units_of_a_hot_sku_go_back_to_the_shards_that_each_parcel_was_taken_of() -> None:
    store = hot(4, 100)
    before = available(store)
    order = confirmed(store, ADA, ("LANTERN", 60))
    assert len([units for units in reserved(store) if units]) == 3
    for count in (20, 25, 15):
        do(create_fulfillment, CreateFulfillmentInput(order.id, units(order, count)), ADMIN, store)
    for parcel in ("ful_0003", "ful_0001", "ful_0002"):  # each is taken of where the one before it ended
        done(do(ship_fulfillment, ShipFulfillmentInput(order.id, Id(parcel)), ADMIN, store))
    for number, parcel in enumerate(("ful_0001", "ful_0002", "ful_0003")):
        asked = RecordTrackingInput(order.id, Id(parcel), CarrierStatus.RETURNED, NOW, f"dhl-{number}")
        done(do(record_tracking, asked, ADMIN, store))
        take_back(store, order, restock=True, parcel=parcel)
        assert findings(store) == []
    assert (available(store), reserved(store)) == (before, [0] * 4)
    assert sum(part.on_hand for part in parts(store).parts.values()) == 100


def test_a_large_parcel_goes_back_to_stock_in_chunks_each_once() -> None:
    store = stocked(*SKUS, price="1.00", units=10)
    order = brought_back(store, *((sku, 2) for sku in SKUS))
    assert {stock(store, sku) for sku in SKUS} == {(8, 0)}
    take_back(store, order, restock=True)
    take_back(store, order, restock=True)
    assert {stock(store, sku) for sku in SKUS} == {(10, 0)}
    assert findings(store) == []


def test_a_large_restock_that_is_cut_off_is_found_and_finished_by_the_sweep() -> None:
    class Crash(Exception):
        pass

    store = stocked(*SKUS, price="1.00", units=10)
    order = brought_back(store, *((sku, 2) for sku in SKUS))
    writes: list[int] = []

    def crash(name: str, _request: object) -> None:
        if name == "transact_write_items":
            writes.append(1)
            if len(writes) == 3:
                raise Crash

    remove = fake(store).before(crash)
    with pytest.raises(Crash):
        take_back(store, order, restock=True)
    remove()
    assert {stock(store, sku) for sku in SKUS} == {(8, 0), (10, 0)}
    assert findings(store) == []
    assert sweep({}, Sweeper(store, NOW + timedelta(hours=1)))["ended"] == 1
    assert {stock(store, sku) for sku in SKUS} == {(10, 0)}
    assert findings(store) == []
