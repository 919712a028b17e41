"""A SKU over several shards: sold, given back, shipped and restocked as any other, and never more than there is."""

from dataclasses import replace

import pytest

from domain.refusals import Busy, InsufficientStock, InvalidInput, NotAllowed, PriceChanged, StaleVersion
from domain.stock import StockReason
from resolvers.adjust_stock import AdjustStockInput, adjust_stock
from resolvers.cancel_order import cancel_order
from resolvers.cancel_preview import cancel_preview
from resolvers.hot_stock import search
from resolvers.place_order import OrderLineInput, place_order
from resolvers.set_stock import SetStockInput, set_stock
from resolvers.set_stock_shards import SetStockShardsInput, set_stock_shards
from resolvers.shapes.inputs import CancelOrderInput
from resolvers.stock_level import stock_level
from storage.store import Store
from tests.resolvers.selling_hot import available, buyer, hot, parts, reserved, spread
from tests.shopkeeping import (
    ADA,
    ADMIN,
    basket,
    call,
    confirmed,
    context,
    do,
    done,
    fake,
    gbp,
    in_between,
    key,
    placed,
    put_on_shelf,
    refusal,
    reprice,
    round_trips,
    shipped,
    staff,
    stock,
    stocked,
    units,
)  # fmt: skip
from tests.storage.damaging import change_stock, findings


def adjust(store: Store, delta: int, reason: StockReason = StockReason.FOUND) -> object:
    return call(adjust_stock, AdjustStockInput("LANTERN", delta, reason, key()), context(ADMIN, store))


def test_stock_is_spread_evenly_and_stays_as_much() -> None:
    store = stocked("LANTERN", units=102)
    level = spread(store, 4)
    assert (level.shards, level.on_hand, level.available) == (4, 102, 102)
    assert available(store) == [26, 26, 25, 25]
    assert stock_level(context(ADMIN, store), "LANTERN") == level


def test_an_order_takes_of_one_shard_and_gives_back_there() -> None:
    store = hot(5)
    order = placed(store, ADA, ("LANTERN", 3))
    assert sorted(reserved(store)) == [0, 0, 0, 0, 3]
    done(do(cancel_order, CancelOrderInput(order.id), ADA, store))
    assert (available(store), reserved(store)) == ([20] * 5, [0] * 5)


def test_what_ships_leaves_the_shard_it_was_taken_of() -> None:
    store = hot(5)
    shipped(store, ADA, ("LANTERN", 3))
    assert sorted(stock.on_hand for stock in parts(store).parts.values()) == [17, 20, 20, 20, 20]
    assert (stock(store), findings(store)) == ((97, 0), [])


def test_placing_costs_no_more_round_trips_than_any_other_sku() -> None:
    store = hot(5)
    asked = context(ADA, store)
    calls = round_trips(store, lambda: place_order(basket(("LANTERN", 1)), asked))
    assert calls == ["batch_get_item", "transact_write_items"]


def test_more_than_one_shard_has_is_taken_of_several_and_given_back_unit_by_unit() -> None:
    store = hot(5)
    order = placed(store, ADA, ("LANTERN", 50), ("LANTERN", 15))
    assert (stock(store), findings(store)) == ((35, 65), [])
    half = CancelOrderInput(order.id, units(order, 30, 15))
    preview = cancel_preview(half, context(ADA, store)).preview
    assert preview is not None
    assert [(each.sku, each.quantity) for each in preview.stock_released] == [("LANTERN", 45)]
    done(do(cancel_order, half, ADA, store))
    assert (stock(store), findings(store)) == ((80, 20), [])
    done(do(cancel_order, CancelOrderInput(order.id), ADA, store))
    assert (available(store), findings(store)) == ([20] * 5, [])


def test_all_there_is_can_be_bought_at_once() -> None:
    store = hot(64, 640)
    placed(store, ADA, ("LANTERN", 640))
    assert (stock(store), findings(store)) == ((0, 640), [])


def test_one_more_than_there_is_is_refused_after_two_looks_at_all_shards() -> None:
    store = hot(5)
    calls = round_trips(store, lambda: do(place_order, basket(("LANTERN", 101)), ADA, store))
    assert calls == ["batch_get_item", *["transact_write_items"] * 4, "query", "query"]
    error = refusal(do(place_order, basket(("LANTERN", 101)), ADA, store))
    assert isinstance(error, InsufficientStock)
    assert [(line.sku, line.requested, line.available) for line in error.lines] == [("LANTERN", 101, None)]


def test_the_last_unit_is_found_wherever_it_is() -> None:
    for number in range(12):
        store = hot(8, 1)
        assert do(place_order, basket(("LANTERN", 1)), buyer(number), store).order


def test_units_that_move_between_two_looks_are_not_missed() -> None:
    """The first look sees the source after, and the target before; the second sees what is there."""
    store = hot(8, 8)
    torn = parts(store)
    empty = {part: replace(each, available=0) for part, each in torn.parts.items()}
    looks = iter([replace(torn, parts=empty), torn])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{search.__module__}.load_parts", lambda _store, _sku: next(looks))
        assert do(place_order, basket(("LANTERN", 5)), ADA, store).order


def test_a_sold_out_sku_is_refused_for_a_second_without_a_write() -> None:
    store, clock = hot(4, 4), [100.0]
    store = replace(store, monotonic=lambda: clock[0])
    placed(store, ADA, ("LANTERN", 4))
    refusal(do(place_order, basket(("LANTERN", 1)), ADA, store))
    wanted = basket(("LANTERN", 1))
    assert round_trips(store, lambda: do(place_order, wanted, ADA, store)) == ["batch_get_item"]
    other = replace(store, sold_out=type(store.sold_out)())  # another container
    adjust(other, 3)
    assert isinstance(refusal(do(place_order, wanted, ADA, store)), InsufficientStock)
    clock[0] += 1.0
    assert do(place_order, wanted, ADA, store).order


def test_fewer_than_are_known_to_be_left_are_sold_meanwhile() -> None:
    store = hot(4, 4)
    refusal(do(place_order, basket(("LANTERN", 5)), ADA, store))
    assert do(place_order, basket(("LANTERN", 4)), ADA, store).order


@pytest.mark.parametrize("back", ["restock", "cancel"])
def test_what_comes_back_in_this_container_can_be_sold_at_once(back: str) -> None:
    store = hot(4, 4)
    order = placed(store, ADA, ("LANTERN", 4))
    refusal(do(place_order, basket(("LANTERN", 1)), ADA, store))
    if back == "restock":
        adjust(store, 1)
    else:
        done(do(cancel_order, CancelOrderInput(order.id), ADA, store))
    assert do(place_order, basket(("LANTERN", 1)), ADA, store).order


def test_a_key_sent_again_is_answered_though_all_is_sold_out() -> None:
    store, wanted = hot(4, 4), basket(("LANTERN", 4))
    first = done(do(place_order, wanted, ADA, store))
    refusal(do(place_order, basket(("LANTERN", 1)), ADA, store))
    again = do(place_order, wanted, ADA, store)
    assert (done(again).id, again.replayed) == (first.id, True)


def test_a_restock_reaches_every_shard() -> None:
    store = hot(4, 0)
    assert adjust(store, 10, StockReason.RECEIVED).stock_level.received == 10  # type: ignore[attr-defined]
    assert available(store) == [3, 3, 2, 2]


def test_units_taken_out_come_from_as_many_shards_as_it_takes() -> None:
    store = hot(4, 40)
    placed(store, ADA, ("LANTERN", 5))
    adjust(store, -33, StockReason.DAMAGED)
    assert (stock(store), findings(store)) == ((2, 5), [])
    error = refusal(adjust(store, -3))  # type: ignore[arg-type]
    assert isinstance(error, InsufficientStock)


@pytest.mark.parametrize("counted", [5, 30, 40, 73])
def test_a_count_of_all_shards_is_set(counted: int) -> None:
    store = hot(4, 40)
    placed(store, ADA, ("LANTERN", 5))
    payload = call(set_stock, SetStockInput("LANTERN", counted), context(ADMIN, store))
    assert payload.stock_level.on_hand == counted
    assert (stock(store), findings(store)) == ((counted - 5, 5), [])


def test_a_count_below_what_is_reserved_over_all_shards_is_refused() -> None:
    store = hot(4, 40)
    placed(store, ADA, ("LANTERN", 35))
    error = refusal(call(set_stock, SetStockInput("LANTERN", 34), context(ADMIN, store)))
    assert isinstance(error, InvalidInput)


def test_a_count_while_units_ship_is_decided_anew() -> None:
    store = hot(4, 40)
    in_between(store, lambda: shipped(store, ADA, ("LANTERN", 3)), times=4)
    payload = call(set_stock, SetStockInput("LANTERN", 50), context(ADMIN, store))
    assert payload.stock_level.on_hand == 50
    assert (stock(store), findings(store)) == ((50, 0), [])


def test_a_price_that_changes_reaches_every_shard() -> None:
    store = hot(6)
    in_between(store, lambda: reprice(store, "LANTERN", "9.00"))
    line = OrderLineInput("LANTERN", 1, expected_unit_price=gbp("2.50"))
    refused = do(place_order, replace(basket(("LANTERN", 1)), lines=(line,)), ADA, store)
    assert isinstance(refusal(refused), PriceChanged)
    for number in range(20):
        order = done(do(place_order, basket(("LANTERN", 1)), buyer(number), store))
        assert order.lines[0].unit_price.amount == "9.00"


def test_a_price_that_changes_keeps_the_spread() -> None:
    store = hot(6)
    reprice(store, "LANTERN", "9.00")
    reprice(store, "LANTERN", "8.00")
    level = stock_level(context(ADMIN, store), "LANTERN")
    assert level is not None
    assert (level.shards, level.available) == (6, 100)
    placed(store, ADA, ("LANTERN", 3))
    assert sum(units > 0 for units in reserved(store)) == 1


def test_a_price_that_changes_while_a_sku_is_spread_reaches_the_new_shards() -> None:
    store = stocked("LANTERN")
    in_between(store, lambda: reprice(store, "LANTERN", "9.00"))
    spread(store, 6)
    assert {part["priceVersion"]["N"] for part in counters(store)} == {"2"}


def counters(store: Store) -> list[dict[str, dict[str, str]]]:
    return [item for item in fake(store).items("catalog") if item["SK"]["S"].startswith("W#")]


def test_a_sku_that_is_spread_while_its_price_changes_has_it_everywhere() -> None:
    store = stocked("LANTERN")
    in_between(store, lambda: spread(store, 6))
    reprice(store, "LANTERN", "9.00")
    assert {part["priceVersion"]["N"] for part in counters(store)} == {"2"}


@pytest.mark.parametrize("shards", [1, 2, 12])
def test_orders_of_the_generation_before_give_back_what_they_took(shards: int) -> None:
    store = hot(6, 60)
    orders = [placed(store, buyer(number), ("LANTERN", 4)) for number in range(12)]
    spread(store, shards)
    assert (stock(store), findings(store)) == ((12, 48), [])
    for number, order in enumerate(orders):
        done(do(cancel_order, CancelOrderInput(order.id), buyer(number), store))
    assert (stock(store), findings(store)) == ((60, 0), [])
    placed(store, ADA, ("LANTERN", 60))  # also what lies in shards that fell away
    assert (stock(store), findings(store)) == ((0, 60), [])


def test_spreading_again_evens_out_what_was_given_back() -> None:
    store = hot(6, 60)
    order = placed(store, ADA, ("LANTERN", 60))
    spread(store, 2)
    done(do(cancel_order, CancelOrderInput(order.id), ADA, store))
    spread(store, 2)
    assert available(store) == [30, 30, 0, 0, 0, 0]


def test_hot_and_ordinary_skus_go_into_one_order() -> None:
    store = hot(6, 60, "MUG")
    order = placed(store, ADA, ("MUG", 2), ("LANTERN", 50))
    done(do(cancel_order, CancelOrderInput(order.id, units(order, 1, 45)), ADA, store))
    assert (stock(store), stock(store, "MUG"), findings(store)) == ((55, 5), (99, 1), [])


def test_an_ordinary_sku_that_is_short_is_refused_beside_a_hot_one() -> None:
    store = hot(6, 60, "MUG")
    error = refusal(do(place_order, basket(("MUG", 101), ("LANTERN", 60)), ADA, store))
    assert isinstance(error, InsufficientStock)
    assert [line.sku for line in error.lines] == ["MUG"]
    assert stock(store) == (60, 0)


MANY = tuple(f"SKU-{number:03d}" for number in range(95))


def test_more_shards_than_one_transaction_holds_are_taken_in_chunks() -> None:
    store = hot(64, 128)
    for sku in MANY[:40]:
        put_on_shelf(store, sku)
    wanted = basket(("LANTERN", 128), *((sku, 1) for sku in MANY[:40]))
    order = done(do(place_order, wanted, ADA, store))
    assert (stock(store), findings(store)) == ((0, 128), [])
    assert do(place_order, wanted, ADA, store).replayed
    done(do(cancel_order, CancelOrderInput(order.id), ADA, store))
    assert (stock(store), stock(store, MANY[0]), findings(store)) == ((128, 0), (100, 0), [])


def test_an_order_of_many_skus_takes_hot_ones_too() -> None:
    store = hot(6, 60)
    for sku in MANY:
        put_on_shelf(store, sku)
    order = done(do(place_order, basket(("LANTERN", 25), *((sku, 1) for sku in MANY)), ADA, store))
    assert (stock(store), findings(store)) == ((35, 25), [])
    shipped_lines = CancelOrderInput(order.id, units(order, 20))
    done(do(cancel_order, shipped_lines, ADA, store))
    assert (stock(store), findings(store)) == ((55, 5), [])


def test_an_order_in_chunks_looks_again_where_others_were_quicker() -> None:
    store = hot(6, 60)
    for sku in MANY:
        put_on_shelf(store, sku)
    wanted = basket(("LANTERN", 30), *((sku, 1) for sku in MANY))
    in_between(store, lambda: [placed(store, buyer(n), ("LANTERN", 5)) for n in range(6)], times=1)
    assert do(place_order, wanted, ADA, store).order
    assert (stock(store), findings(store)) == ((0, 60), [])


def test_an_order_whose_shard_is_always_emptied_by_others_is_told_to_come_back() -> None:
    store, there = hot(3, 0), [0]

    def hook(name: str, _request: object) -> None:
        if name in {"query", "transact_write_items"}:
            before, there[0] = there[0], 600 if name == "query" else 0
            by = there[0] - before
            change_stock(store, "LANTERN#01", available=by, onHand=by)

    fake(store).before(hook)
    error = refusal(do(place_order, basket(("LANTERN", 1)), ADA, store))
    assert isinstance(error, Busy)


def test_only_those_who_change_stock_spread_it() -> None:
    given = SetStockShardsInput("LANTERN", 300)
    error = refusal(call(set_stock_shards, given, context(staff("support"), stocked("LANTERN"))))
    assert isinstance(error, NotAllowed)


def test_another_version_than_expected_is_refused() -> None:
    given = SetStockShardsInput("LANTERN", 300, expected_version=7)
    error = refusal(call(set_stock_shards, given, context(ADMIN, stocked("LANTERN"))))
    assert isinstance(error, StaleVersion)


def test_a_change_of_spread_is_on_record() -> None:
    store = hot(10)
    (record,) = (
        item for item in fake(store).items("catalog") if item.get("reason", {}).get("S") == "RESPREAD"
    )
    assert (record["shards"]["N"], record["delta"]["N"], record["actorId"]["S"]) == ("10", "0", ADMIN.id)


def test_a_sku_that_was_never_hot_is_stored_as_before() -> None:
    store = stocked("LANTERN")
    order = confirmed(store, ADA, ("LANTERN", 2))
    (snapshot,) = (item for item in fake(store).items("orders") if item["SK"]["S"] == "B#00")
    assert snapshot["PK"]["S"] == f"O#{order.id}"
    assert snapshot["lines"]["S"] == '[["1","LANTERN","Product LANTERN",2,250,0,2000,100,0]]'
    (counter,) = counters(store)
    assert not {"shards", "parts", "generation"} & counter.keys()
