"""The same resolvers over the embedded AWS: what holds on the in-memory table holds there."""

from dataclasses import replace

import pytest

from domain.lifecycle import OrderStatus
from local.aws.clients import make_client
from local.aws.engine import Engine
from local.aws.tables import ensure_tables
from resolvers.my_orders import my_orders
from resolvers.place_order import place_order
from storage.store import Store
from tests.shopkeeping import ADA, basket, context, delivered, do, empty_store, put_on_shelf, stock


@pytest.fixture
def store(engine: Engine, table_prefix: str) -> Store:
    client = make_client("dynamodb", engine.endpoint)
    orders, catalog = ensure_tables(client, table_prefix)
    return replace(
        empty_store(), client=client, orders=orders, catalog=catalog, token=Store(client, "", "", "").token
    )


@pytest.mark.engine
def test_an_order_goes_its_way_on_the_embedded_aws(store: Store) -> None:
    put_on_shelf(store, "LANTERN", units=10)
    order = delivered(store, ADA, ("LANTERN", 2))
    assert (order.status, stock(store)) == (OrderStatus.COMPLETED, (8, 0))
    assert [card.id for card in my_orders(context(ADA, store)).nodes] == [order.id]


@pytest.mark.engine
def test_the_same_key_is_one_order_on_the_embedded_aws(store: Store) -> None:
    put_on_shelf(store, "LANTERN", units=10)
    wanted = basket(("LANTERN", 2))
    assert [do(place_order, wanted, ADA, store).replayed for _ in range(2)] == [False, True]
    assert stock(store) == (8, 2)
