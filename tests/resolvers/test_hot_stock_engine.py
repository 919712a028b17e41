"""Buyers, staff and canceling customers at one hot SKU on the embedded AWS, at the same time."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random

import pytest

from domain.refusals import InsufficientStock
from domain.stock import StockReason
from local.aws.clients import make_client
from local.aws.engine import Engine
from local.aws.tables import ensure_tables
from resolvers.adjust_stock import AdjustStockInput, adjust_stock
from resolvers.cancel_order import cancel_order
from resolvers.place_order import place_order
from resolvers.shapes.inputs import CancelOrderInput
from storage.store import Store
from tests.resolvers.selling_hot import available, buyer, parts, reserved, spread
from tests.shopkeeping import (
    ADA,
    ADMIN,
    basket,
    call,
    context,
    do,
    done,
    empty_store,
    key,
    placed,
    put_on_shelf,
    reprice,
    shipped,
    stock,
    units,
)  # fmt: skip
from tests.storage.damaging import findings

BUYERS = 8


@pytest.fixture
def store(engine: Engine, table_prefix: str) -> Store:
    client = make_client("dynamodb", engine.endpoint)
    orders, catalog = ensure_tables(client, table_prefix)
    token = Store(client, "", "", "").token
    return replace(empty_store(), client=client, orders=orders, catalog=catalog, token=token)


@pytest.mark.engine
def test_a_hot_sku_is_sold_given_back_shipped_and_restocked(store: Store) -> None:
    put_on_shelf(store, "LANTERN", units=40)
    spread(store, 4)
    order = placed(store, ADA, ("LANTERN", 25))
    done(do(cancel_order, CancelOrderInput(order.id, units(order, 12)), ADA, store))
    shipped(store, ADA, ("LANTERN", 3))
    call(adjust_stock, AdjustStockInput("LANTERN", 10, StockReason.RECEIVED, key()), context(ADMIN, store))
    reprice(store, "LANTERN", "9.00")
    placed(store, ADA, ("LANTERN", 34))
    assert (stock(store), findings(store)) == ((0, 47), [])


@pytest.mark.engine
def test_buyers_at_once_buy_all_there_is_and_no_more(store: Store) -> None:
    put_on_shelf(store, "LANTERN", units=60)
    spread(store, 6)

    def buy(number: int) -> Counter[str]:
        told: Counter[str] = Counter()
        for _ in range(10):
            payload = do(place_order, basket(("LANTERN", 1)), buyer(number), store)
            told["placed" if payload.order else type(payload.user_errors[0]).__name__] += 1
        return told

    with ThreadPoolExecutor(BUYERS) as pool:
        told = sum(pool.map(buy, range(BUYERS)), Counter[str]())
    assert told == {"placed": 60, InsufficientStock.__name__: BUYERS * 10 - 60}
    assert (available(store), sum(reserved(store)), findings(store)) == ([0] * 6, 60, [])


@pytest.mark.engine
def test_shards_come_and_go_while_orders_do(store: Store) -> None:
    put_on_shelf(store, "LANTERN", units=200)

    def trade(number: int) -> int:
        dice, kept = Random(number), 0
        for _ in range(8):
            wanted = basket(("LANTERN", dice.randint(1, 9)))
            order = done(do(place_order, wanted, buyer(number), store))
            if dice.random() < 0.6:
                done(do(cancel_order, CancelOrderInput(order.id), buyer(number), store))
            else:
                kept += wanted.lines[0].quantity
        return kept

    with ThreadPoolExecutor(5) as pool:
        trading = [pool.submit(trade, number) for number in range(4)]
        staffs = pool.submit(lambda: [spread(store, shards).shards for shards in (5, 2, 12, 1, 7)])
        kept = sum(each.result() for each in trading)
    assert staffs.result() == [5, 2, 12, 1, 7]
    assert (stock(store), parts(store).total.on_hand, findings(store)) == ((200 - kept, kept), 200, [])
