"""The audit over a whole store: silent on what resolvers wrote, on large orders under way, and while a shop sells."""

from dataclasses import replace
from uuid import uuid4

import pytest

from domain import recount
from domain.lifecycle import OrderStatus
from local.aws.clients import make_client
from local.aws.tables import ensure_tables
from resolvers.cancel_order import CancelOrderInput, cancel_order
from storage import keys, movements, reserving
from storage.auditing import Segment, scan_keys
from tests.shopkeeping import ADA, ADMIN, delivered, do, empty_store, fake, key, placed, put_on_shelf
from tests.storage.damaging import (
    Orders,
    change,
    change_stock,
    chunk,
    findings,
    in_effect,
    item_key,
    large,
    movement,
    put,
    shop,
    stored,
)  # fmt: skip

A = keys.HEAD
MANY = {f"SKU-{n:02d}": (1, -1) for n in range(30)}


@pytest.mark.parametrize("segments", [1, 3])
@pytest.mark.parametrize("shards", [1, 4])
def test_what_resolvers_wrote_is_clean(shards, segments) -> None:
    store, _ = shop(shards=shards)
    assert findings(store, segments=segments) == []


def test_other_work_shards_than_written_with_are_findings() -> None:
    store, _ = shop(shards=4)
    object.__setattr__(store, "shards", 1)
    assert all(line.startswith("keys: ") and "work in the head" in line for line in findings(store))


def held(store, phase: str) -> None:
    """An order in this phase with one chunk released and one held, whose units the counters hold."""
    put(store, large("ord_big", phase))
    put(store, chunk("ord_big", 0, "RELEASED", LANTERN=9))
    put(store, chunk("ord_big", 1, "HELD", LANTERN=5))
    change_stock(store, available=-5, reserved=5)


@pytest.mark.parametrize("phase", ["RESERVING", "ABORTING"])
def test_chunks_that_are_held_count_as_reserved(phase) -> None:
    store, _ = shop()
    held(store, phase)
    assert findings(store) == []


def test_an_aborted_order_holds_nothing() -> None:
    store, _ = shop()
    held(store, "ABORTED")
    assert {line[:8] for line in findings(store)} == {"I3 stock"}
    assert any("held by an order that is ABORTED: expected 0, found 1" in line for line in findings(store))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"work": None}, "work of an order that is RESERVING"),
        ({"owner": "CUSTOMER#ada"}, "owner of an order that is RESERVING"),
        ({"number": "B-9"}, "number of an order that is RESERVING"),
    ],
)
def test_an_order_that_is_not_placed_is_found_by_the_sweep_alone(given, words) -> None:
    store, _ = shop()
    put(store, large("ord_big", "RESERVING", **given))
    assert [line for line in findings(store) if words in line and line.startswith("keys: ")]


def test_chunks_of_a_placed_order_are_history() -> None:
    store, orders = shop()
    put(store, chunk(orders["placed"].id, 0, "HELD", LANTERN=3))
    assert findings(store) == []


def test_what_an_unfinished_movement_has_not_applied_yet_is_still_reserved() -> None:
    store, orders = shop()
    put(store, movement(orders["cancelled"], 2, {"LANTERN": (3, -3), "MUG": (2, -2)}))
    change_stock(store, "LANTERN", available=-3, reserved=3)
    change_stock(store, "MUG", available=-2, reserved=2)
    assert findings(store) == []


@pytest.mark.parametrize("changes", [{"done": True, "work": None}, {}])
def test_what_a_movement_has_applied_is_not_reserved(changes) -> None:
    store, orders = shop()
    put(store, movement(orders["cancelled"], 2, {"LANTERN": (3, -3)}, **changes))
    put(store, in_effect(orders["cancelled"], 2, 0))
    assert findings(store) == []


def test_only_the_chunks_without_a_marker_are_outstanding() -> None:
    store, orders = shop()
    put(store, movement(orders["cancelled"], 2, MANY))
    put(store, in_effect(orders["cancelled"], 2, 0))
    assert [line.split(":")[1] for line in findings(store)] == [f" SKU SKU-{n}" for n in range(25, 30)]


@pytest.mark.parametrize(
    ("sequence", "given", "words"),
    [
        (9, {}, "a sequence of 1 to 2"),
        (2, {"chunks": 5}, "chunks of movement"),
        (2, {"work": None}, "unfinished movement"),
    ],
)
def test_a_damaged_movement_is_found(sequence, given, words) -> None:
    store, orders = shop()
    put(store, movement(orders["cancelled"], sequence, {"LANTERN": (0, 0)}, **given))
    assert any(words in line for line in findings(store))


def test_an_order_whose_placing_is_half_seen_is_read_again() -> None:
    store, orders = shop()
    head = stored(store, item_key(orders["confirmed"], A))
    change(store, orders["confirmed"], A, version=1)
    reads = []

    def whole_again(name, request):
        if name == "query" and head["PK"] in str(request):
            if reads:
                put(store, head)
            reads.append(name)

    fake(store).before(whole_again)
    assert findings(store) == []


def test_a_sku_that_moves_meanwhile_is_counted_again() -> None:
    store, _ = shop()
    moved = []

    def order_more(name, request):
        if name == "scan" and request["TableName"] == "orders" and not moved:
            moved.append(placed(store, ADA, ("LANTERN", 1)))

    fake(store).before(order_more)
    assert findings(store, segments=1) == []


def test_segments_cover_every_item_once() -> None:
    store, _ = shop()
    seen = []
    for index in range(3):
        after, page = None, None
        while page is None or after:
            page = scan_keys(store, Segment(index, 3), after, 7)
            seen += [(item["PK"], item["SK"]) for item in page.items]
            after = page.after
    assert sorted(seen) == [(item["PK"]["S"], item["SK"]["S"]) for item in fake(store).items("orders")]


def test_findings_name_the_order_the_rule_and_both_sides() -> None:
    store, orders = shop()
    change(store, orders["placed"], A, total=1)
    orders_total = stored(store, item_key(orders["placed"], A))
    assert orders_total["total"] == 1
    expected = orders_total["sub"] + orders_total["ship"] + orders_total["tax"]
    assert findings(store) == [
        f"I2 money: order {orders['placed'].id}: total in the head: expected {expected}, found 1"
    ]


def test_the_shop_of_these_tests_has_an_order_of_every_kind() -> None:
    orders: Orders = shop()[1]
    assert {order.status for order in orders.values()} == set(OrderStatus)


class CrashError(Exception):
    """The process ends."""


def crash_at(store, number):
    """End the process at its write of this number, counted from 1."""
    writes = []

    def hook(name, _request):
        if name in {"transact_write_items", "update_item"}:
            writes.append(name)
            if len(writes) >= number:
                raise CrashError

    return fake(store).before(hook)


@pytest.mark.parametrize("number", range(1, 14))
def test_a_large_order_that_crashed_at_any_write_is_clean(number) -> None:
    skus = [f"S{n:03d}" for n in range(100)]
    store = empty_store()
    for sku in skus:
        put_on_shelf(store, sku, units=9)
    mended, crashed = crash_at(store, number), False
    try:
        order = placed(store, ADA, *((sku, 2) for sku in skus))
        do(cancel_order, CancelOrderInput(order.id, idempotency_key=key()), ADMIN, store)
    except CrashError:
        crashed = True
    mended()
    assert findings(store) == []
    assert crashed == (number < 13)
    assert sum(line["state"]["S"] == "HELD" for line in markers(store)) == min(4, max(0, number - 2))


def markers(store):
    """Chunk markers of the orders being placed."""
    return [item for item in fake(store).items("orders") if item["SK"]["S"].startswith("V#0")]


def test_chunks_are_cut_as_storage_cuts_them() -> None:
    assert {movements.CHUNK_SKUS, reserving.CHUNK_SKUS} == {recount.CHUNK_SKUS}


@pytest.mark.engine
def test_the_embedded_aws_is_audited_by_segments(engine, table_prefix) -> None:
    client = make_client("dynamodb", engine.endpoint)
    orders, catalog = ensure_tables(client, table_prefix)
    store = replace(empty_store(), client=client, orders=orders, catalog=catalog, token=lambda: uuid4().hex)
    put_on_shelf(store, "LANTERN", units=10)
    delivered(store, ADA, ("LANTERN", 2))
    assert findings(store, segments=3) == []
    store.client.delete_item(
        TableName=orders, Key={"PK": {"S": f"O#{placed(store).id}"}, "SK": {"S": "Z#00000001"}}
    )
    assert [line[:6] for line in findings(store, segments=3)] == ["I4 log"]
