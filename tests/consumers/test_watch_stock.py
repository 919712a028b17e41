"""Low stock: told once when it is, anew after there was enough, and at most once more by who dies in between."""

import json
import logging
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from consumers.app import load
from consumers.telling import Teller
from consumers.watch_stock import StockWatch, watch_stock
from domain.actors import Actor
from resolvers.cancel_order import CancelOrderInput, cancel_order
from resolvers.create_product import CreateProductInput, VariantInput, create_product
from resolvers.product import product as product_query
from resolvers.save_variant import SaveVariantInput, save_variant
from resolvers.set_stock import SetStockInput, set_stock
from resolvers.set_stock_shards import SetStockShardsInput, set_stock_shards
from resolvers.shapes.catalog import Product
from resolvers.shapes.orders import Order
from storage.store import Store
from tests.shopkeeping import (
    ADA,
    ADMIN,
    GUEST,
    call,
    context,
    done,
    empty_store,
    fake,
    gbp,
    placed,
    round_trips,
)
from wiring.declarations import TableStream

LANTERN = VariantInput("LANTERN", gbp("3.39"), low_stock_at=5)


class Stopped(BaseException):
    """The function's process ended here."""


class Keepers:
    """Who is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.hear = True

    def tell(self, subject: str, text: str) -> None:
        if not self.hear:
            raise EndpointConnectionError(endpoint_url="https://sns.example")
        self.told.append((subject, text))


@pytest.fixture
def store() -> Store:
    made = empty_store()
    lantern = CreateProductInput(
        "Metal Lantern", "Home", published=True, variants=(LANTERN, VariantInput("BELL", gbp("1.00")))
    )
    assert call(create_product, lantern, context(ADMIN, made)).product
    return made


@pytest.fixture
def keepers() -> Keepers:
    return Keepers()


def change(sku: str = "LANTERN", old: int = 9, new: int = 1, sequence: str = "1") -> dict[str, Any]:
    """A record of the catalogue's stream: the counters of a SKU have changed."""
    keys = {"PK": {"S": f"K#{sku}"}, "SK": {"S": "W#main#00"}}
    images = {"OldImage": {"available": {"N": str(old)}}, "NewImage": {"available": {"N": str(new)}}}
    return {"eventName": "MODIFY", "dynamodb": {"Keys": keys, "SequenceNumber": sequence, **images}}


def set_to(store: Store, units: int, sku: str = "LANTERN") -> None:
    assert call(set_stock, SetStockInput(sku, units), context(ADMIN, store)).stock_level


def wake(store: Store, keepers: Keepers, *records: dict[str, Any]) -> list[str]:
    """The records that are to come again."""
    answer = watch_stock({"Records": records or (change(),)}, StockWatch(store, Teller(keepers.tell)))
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def test_keepers_are_told_once_at_the_bound_and_anew_after_there_was_enough(
    store: Store, keepers: Keepers
) -> None:
    told = []
    for units in (9, 6, 5, 4, 3, 6, 5, 0, 20):
        set_to(store, units)
        assert wake(store, keepers) == []
        told.append(len(keepers.told))

    assert told == [0, 0, 1, 1, 1, 1, 2, 2, 2]
    assert keepers.told[0] == (
        "Low stock: LANTERN",
        "Metal Lantern (LANTERN): 5 units can be sold. You asked to be told at 5 or fewer.",
    )


def test_an_event_that_comes_twice_tells_once(store: Store, keepers: Keepers) -> None:
    set_to(store, 1)
    for _ in range(3):
        wake(store, keepers, change(), change(sequence="2"))

    assert [text for _, text in keepers.told] == [
        "Metal Lantern (LANTERN): 1 unit can be sold. You asked to be told at 5 or fewer."
    ]


def test_orders_make_stock_low_and_a_cancelled_one_makes_it_enough(store: Store, keepers: Keepers) -> None:
    """The very records that the tables' stream has, each of them twice."""
    set_to(store, 7)
    told = []
    order = placed(store, ADA, ("LANTERN", 2))
    for work in (lambda: None, lambda: cancel(store, order), lambda: placed(store, ADA, ("LANTERN", 3))):
        work()
        records = stream(store)
        assert wake(store, keepers, *records, *records) == []
        told.append([subject for subject, _ in keepers.told])

    assert told == [["Low stock: LANTERN"], ["Low stock: LANTERN"], ["Low stock: LANTERN"] * 2]


def cancel(store: Store, order: Order) -> None:
    done(call(cancel_order, CancelOrderInput(order.id), context(ADA, store)))


def stream(store: Store) -> list[dict[str, Any]]:
    """The records that pass the declared filter."""
    source = load("watch_stock").source
    assert isinstance(source, TableStream)
    return [
        each
        for each in fake(store).stream("catalog")
        if each["eventName"] in source.event_names
        and each["dynamodb"]["Keys"]["SK"]["S"].startswith(source.sort_key_prefix)
    ]


def test_what_it_writes_does_not_wake_it(store: Store, keepers: Keepers) -> None:
    set_to(store, 1)
    before = len(stream(store))
    wake(store, keepers)

    assert (len(keepers.told), len(stream(store))) == (1, before)


def test_who_dies_between_telling_and_noting_tells_once_more_and_no_other_does(
    store: Store, keepers: Keepers
) -> None:
    set_to(store, 1)
    lives = fake(store).before(dies_at("update_item"))
    with pytest.raises(Stopped):
        wake(store, keepers)
    assert len(keepers.told) == 1
    lives()
    for _ in range(3):
        wake(store, keepers)

    assert len(keepers.told) == 2


def dies_at(operation: str) -> Any:
    def hook(name: str, _request: object) -> None:
        if name == operation:
            raise Stopped

    return hook


def test_who_cannot_be_told_is_told_when_the_record_comes_again(
    store: Store, keepers: Keepers, caplog: pytest.LogCaptureFixture
) -> None:
    set_to(store, 1)
    set_to(store, 1, "BELL")
    keepers.hear = False
    with caplog.at_level(logging.INFO, "orderbell"):
        assert wake(store, keepers, change(sequence="7"), change("BELL", sequence="8")) == ["7"]
        keepers.hear = True
        assert wake(store, keepers, change(sequence="7")) == []

    assert len(keepers.told) == 1
    assert [json.loads(each)["message"] for each in caplog.messages] == ["stock not looked at", "low stock"]


def test_what_nobody_asked_to_be_told_of_is_not_told(store: Store, keepers: Keepers) -> None:
    set_to(store, 0, "BELL")
    wake(store, keepers, change("BELL"), change("NOTHING"))

    assert keepers.told == []


def test_a_change_that_leaves_as_many_to_sell_is_not_looked_at(store: Store, keepers: Keepers) -> None:
    set_to(store, 1)

    assert round_trips(store, lambda: wake(store, keepers, change(old=1, new=1))) == []
    assert round_trips(store, lambda: wake(store, keepers, change(old=2, new=1))) != []


def test_the_shards_of_a_hot_sku_are_judged_together(store: Store, keepers: Keepers) -> None:
    set_to(store, 8)
    call(set_stock_shards, SetStockShardsInput("LANTERN", 120), context(ADMIN, store))
    wake(store, keepers)  # each of the four has less than five

    assert keepers.told == []


def test_a_bound_set_later_is_heeded_with_the_next_change(store: Store, keepers: Keepers) -> None:
    set_to(store, 9)
    wake(store, keepers)
    raised = SaveVariantInput(product(store, ADMIN).id, "LANTERN", gbp("3.39"), low_stock_at=10)
    saved = call(save_variant, raised, context(ADMIN, store)).product
    assert saved is not None
    wake(store, keepers)

    assert len(keepers.told) == 1
    assert {each.sku: each.low_stock_at for each in saved.variants} == {"BELL": 0, "LANTERN": 10}


def product(store: Store, who: Actor) -> Product:
    (slug,) = (
        str(item["PK"]["S"]).removeprefix("SLUG#")
        for item in fake(store).items("catalog")
        if str(item["PK"]["S"]).startswith("SLUG#")
    )
    found = product_query(context(who, store), slug=slug)
    assert found is not None
    return found


def test_customers_are_not_shown_the_bound(store: Store) -> None:
    shown = {who: [each.low_stock_at for each in product(store, who).variants] for who in (ADMIN, GUEST)}
    assert shown == {ADMIN: [0, 5], GUEST: [None, None]}
