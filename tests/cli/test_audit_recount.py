"""`orderbell recount`: dry run, apply, conflicts, what it cannot mend. The store is in memory."""

import pytest

from cli import counting
from cli.main import main
from storage import keys
from storage.stock_reads import load_stock
from tests.cli.test_audit_command import interrupt, on_scan
from tests.shopkeeping import ADA, contents, fake, placed
from tests.storage.damaging import change, change_stock, chunk, delete, large, movement, put

pytest_plugins = ("tests.cli.counting_shop",)


def level(store, sku="LANTERN"):
    """A SKU's counters that add up: available, reserved."""
    found = load_stock(store, sku)
    return found.available, found.reserved


def test_a_store_that_is_right_exits_with_0(orders, capsys) -> None:
    assert main(["recount"]) == 0
    assert capsys.readouterr().out == "15 orders counted: 0 SKUs differ.\n"


def test_a_dry_run_says_the_differences_and_writes_nothing(orders, capsys) -> None:
    store, _ = orders
    available, reserved = level(store)
    change_stock(store, reserved=4, available=-4)
    before = contents(store)
    assert main(["recount"]) == 1
    assert contents(store) == before
    assert (
        f"SKU LANTERN: reserved {reserved + 4} -> {reserved}, available {available - 4} -> {available}"
        in capsys.readouterr().out
    )


def test_a_dry_run_counts_a_sku_that_moves_meanwhile_again(orders) -> None:
    store, _ = orders
    on_scan(store, 1, lambda: placed(store, ADA, ("LANTERN", 1)))
    assert main(["recount", "--segments", "1"]) == 0


DAMAGES = {
    "reserved too high": {"reserved": 4, "available": -4},
    "reserved too low": {"reserved": -4, "available": 4},
    "reserved below 0": {"reserved": -1_000, "available": 1_000},
    "reserved alone": {"reserved": 4},
    "available alone": {"available": -4},
}


@pytest.mark.parametrize("by", DAMAGES.values(), ids=DAMAGES)
def test_apply_puts_a_damaged_store_right_and_the_audit_is_clean(orders, by) -> None:
    store, _ = orders
    before = level(store)
    change_stock(store, **by)
    assert main(["recount", "--apply"]) == 0
    assert level(store) == before
    assert main(["audit"]) == 0


def test_apply_after_the_orders_table_was_restored_to_an_earlier_second(orders) -> None:
    """Two tables restored to one second differ: here the catalogue knows an order that the orders table does not."""
    store, _ = orders
    earlier = fake(store).items("orders")
    lost = placed(store, ADA, ("MUG", 7))
    kept = {(item["PK"]["S"], item["SK"]["S"]) for item in earlier}
    for item in fake(store).items("orders"):
        if (item["PK"]["S"], item["SK"]["S"]) not in kept:
            store.client.delete_item(TableName="orders", Key={"PK": item["PK"], "SK": item["SK"]})
    assert lost.id
    assert main(["audit"]) == 1
    assert main(["recount", "--apply"]) == 0
    assert main(["audit"]) == 0


def test_apply_counts_held_chunks_and_outstanding_movements(orders) -> None:
    store, made = orders
    put(store, large("ord_big", "ABORTING"))
    put(store, chunk("ord_big", 0, "HELD", LANTERN=5))
    put(store, movement(made["cancelled"], 2, {"LANTERN": (3, -3)}))
    reserved = level(store)[1]
    assert main(["recount", "--apply"]) == 0
    assert level(store)[1] == reserved + 8
    assert main(["audit"]) == 0


def test_apply_raises_the_version_so_that_a_change_by_hand_decided_before_is_decided_again(orders) -> None:
    store, _ = orders
    before = load_stock(store, "LANTERN").version
    change_stock(store, reserved=4, available=-4)
    main(["recount", "--apply"])
    assert load_stock(store, "LANTERN").version == before + 1


def test_a_sku_that_moves_before_the_write_is_counted_again(orders, capsys) -> None:
    store, _ = orders
    available, reserved = level(store)
    change_stock(store, reserved=4, available=-4)
    moved = []

    def order_one(name, request):
        if name == "transact_write_items" and not moved:
            moved.append(name)
            placed(store, ADA, ("LANTERN", 1))

    fake(store).before(order_one)
    assert main(["recount", "--apply"]) == 0
    assert level(store) == (available - 1, reserved + 1)


def test_fewer_on_hand_than_reserved_is_left_to_a_count_of_the_shelf(orders, capsys) -> None:
    store, _ = orders
    change_stock(store, available=-990, onHand=-990)
    before = contents(store)
    assert main(["recount", "--apply"]) == 1
    assert contents(store) == before
    assert "count the shelf and set the stock, then recount" in capsys.readouterr().out


def test_nothing_is_written_while_an_order_cannot_be_read(orders, capsys) -> None:
    store, made = orders
    delete(store, made["placed"], "B#00")
    before = contents(store)
    assert main(["recount", "--apply"]) == 1
    assert contents(store) == before
    assert "1 orders cannot be read; nothing is written" in capsys.readouterr().out


def test_a_sku_without_counters_is_said(orders, capsys) -> None:
    store, _ = orders
    put(store, large("ord_big", "RESERVING"))
    put(store, chunk("ord_big", 0, "HELD", GHOST=2))
    assert main(["recount", "--apply"]) == 1
    assert "SKU GHOST: 2 reserved by orders, no counters" in capsys.readouterr().out


def test_an_interrupted_apply_goes_on(orders, monkeypatch, capsys) -> None:
    store, _ = orders
    monkeypatch.setattr(counting, "PAGE_KEYS", 5)
    change_stock(store, reserved=4, available=-4)
    on_scan(store, 4, interrupt)
    assert main(["recount", "--apply", "--segments", "1"]) == 130
    assert main(["recount", "--apply", "--segments", "1"]) == 0
    assert "15 orders counted" in capsys.readouterr().out
    assert main(["audit"]) == 0


def test_an_apply_does_not_go_on_from_a_dry_run(orders, monkeypatch, capsys) -> None:
    store, _ = orders
    monkeypatch.setattr(counting, "PAGE_KEYS", 5)
    on_scan(store, 4, interrupt)
    main(["recount", "--segments", "1"])
    capsys.readouterr()
    main(["recount", "--segments", "1", "--apply"])
    assert "Going on" not in capsys.readouterr().err


def test_an_end_state_reserves_nothing_whatever_its_counters_say(orders) -> None:
    store, made = orders
    change(store, made["cancelled"], keys.COUNTERS, lines="{}")
    assert main(["recount"]) == 0


def test_an_apply_that_is_stopped_between_two_skus_goes_on_with_the_next(orders, capsys) -> None:
    store, _ = orders
    change_stock(store, "LANTERN", reserved=4, available=-4)
    change_stock(store, "MUG", reserved=4, available=-4)
    writes = []

    def stop_at_first(name, _request):
        if name == "transact_write_items" and not writes:
            interrupt()
        writes.extend([name] if name == "transact_write_items" else [])

    fake(store).before(stop_at_first)
    assert main(["recount", "--apply"]) == 130
    assert "Stopped while comparing stock" in capsys.readouterr().err
    assert main(["recount", "--apply"]) == 0
    assert len(writes) == 2
    assert main(["audit"]) == 0
