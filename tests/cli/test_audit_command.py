"""`orderbell audit`: exit codes, what it says, how it stops and goes on. The store is in memory."""

import argparse
import json
import os
import signal

import pytest

from cli import counting
from cli.audit import settle
from cli.counting import Counting
from cli.main import main
from cli.progress_file import Place, Progress, Step
from cli.store_options import add_options, open_store
from storage import keys
from storage.auditing import look
from tests.fakes.refusals import client_error
from tests.shopkeeping import ADA, fake, placed
from tests.storage.damaging import change, change_stock, delete

pytest_plugins = ("tests.cli.counting_shop",)


@pytest.fixture
def small_pages(monkeypatch):
    """Pages of a few keys, so that a run has many."""
    monkeypatch.setattr(counting, "PAGE_KEYS", 5)


def on_scan(store, number, work):
    """Do this before one scan of the orders, counted from 1."""
    scans = []

    def hook(name, request):
        if name == "scan" and request["TableName"] == "orders":
            scans.append(name)
            if len(scans) == number:
                work()

    fake(store).before(hook)


def interrupt():
    """Press Ctrl-C."""
    os.kill(os.getpid(), signal.SIGINT)


def failing(store, number, code):
    """Let all scans of the orders fail from this one on; returns what ends that."""
    scans = []

    def hook(name, request):
        if name == "scan" and request["TableName"] == "orders":
            scans.append(name)
            if len(scans) >= number:
                raise client_error(code, operation="Scan")

    return fake(store).before(hook)


def read_partitions(store):
    """The partitions that were queried, in order."""
    return [
        request["ExpressionAttributeValues"][":pk"]["S"]
        for name, request in fake(store).calls
        if name == "query"
    ]


def test_a_clean_store_exits_with_0(orders, capsys) -> None:
    assert main(["audit"]) == 0
    assert capsys.readouterr().out == "15 orders checked: 0 findings.\n"


def test_findings_exit_with_1_and_are_said_in_a_line_each(orders, capsys) -> None:
    store, made = orders
    change(store, made["placed"], keys.HEAD, total=1)
    change_stock(store, available=1)
    assert main(["audit"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in said] == ["I2 money", "I3 stock", "15 orders checked"]


def test_the_audit_writes_nothing_and_leaves_no_progress(orders, tmp_path) -> None:
    store, _ = orders
    before = fake(store).items("orders"), fake(store).items("catalog")
    main(["audit"])
    assert (fake(store).items("orders"), fake(store).items("catalog")) == before
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_keeps_where_it_was_and_says_how_to_go_on(orders, small_pages, tmp_path, capsys) -> None:
    on_scan(orders[0], 4, interrupt)
    assert main(["audit", "--segments", "1"]) == 130
    assert "The same command goes on; --fresh starts over." in capsys.readouterr().err
    kept = json.loads((tmp_path / "audit.json").read_text())
    assert kept["step"] == "reading orders"
    assert kept["places"][0]["after"]


def test_the_next_run_goes_on_and_reads_no_order_twice(orders, small_pages, capsys) -> None:
    store, made = orders
    on_scan(store, 4, interrupt)
    main(["audit", "--segments", "1"])
    assert main(["audit", "--segments", "1"]) == 0
    assert capsys.readouterr().out == "15 orders checked: 0 findings.\n"
    assert sorted(read_partitions(store)[-len(made) :]) == sorted(f"O#{order.id}" for order in made.values())


def test_a_run_that_went_on_to_the_end_leaves_no_progress(orders, small_pages, tmp_path) -> None:
    on_scan(orders[0], 4, interrupt)
    main(["audit", "--segments", "1"])
    main(["audit", "--segments", "1"])
    assert list(tmp_path.iterdir()) == []


def test_a_segment_that_is_done_is_not_read_again(orders) -> None:
    progress = Progress("a test", 2, step=Step.ORDERS, places=[Place(done=True), Place(done=True)])
    Counting(orders[0], progress, look, settle, print).complete()
    assert progress.orders == 0


def test_what_was_found_before_the_interruption_still_counts(orders, small_pages, capsys) -> None:
    store, made = orders
    for order in made.values():
        change(store, order, keys.HEAD, total=1)
    on_scan(store, 4, interrupt)
    main(["audit", "--segments", "1"])
    before = capsys.readouterr().out.count("total in the head")
    assert main(["audit", "--segments", "1"]) == 1
    again = capsys.readouterr().out
    assert before
    assert before + again.count("total in the head") == len(made)
    assert again.endswith(f"15 orders checked: {len(made)} findings.\n")


def test_fresh_starts_over(orders, small_pages, capsys) -> None:
    on_scan(orders[0], 4, interrupt)
    main(["audit", "--segments", "1"])
    capsys.readouterr()
    assert main(["audit", "--segments", "1", "--fresh"]) == 0
    assert "Going on" not in capsys.readouterr().err


def test_other_segments_start_over(orders, small_pages, capsys) -> None:
    on_scan(orders[0], 4, interrupt)
    main(["audit", "--segments", "1"])
    capsys.readouterr()
    assert main(["audit", "--segments", "3"]) == 0
    assert "Going on" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("code", "words"),
    [("AccessDeniedException", "AccessDenied"), ("ThrottlingException", "Too much is going on at once")],
)
def test_a_failing_service_exits_with_2_and_the_next_run_goes_on(
    orders, small_pages, capsys, code, words
) -> None:
    mended = failing(orders[0], 3, code)
    assert main(["audit", "--segments", "1"]) == 2
    assert words in capsys.readouterr().err
    mended()
    assert main(["audit", "--segments", "1"]) == 0
    assert "Going on with reading orders" in capsys.readouterr().err


def test_progress_is_kept_from_time_to_time(orders, small_pages, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(counting, "SAVE_SECONDS", -1.0)
    seen = []
    on_scan(orders[0], 4, lambda: seen.append((tmp_path / "audit.json").exists()))
    main(["audit", "--segments", "1"])
    assert seen == [True]


def test_a_terminal_sees_how_far_it_is(orders, monkeypatch, capsys) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    main(["audit"])
    shown = capsys.readouterr()
    assert "15 orders, 0 findings" in shown.err
    assert shown.out == "15 orders checked: 0 findings.\n"


def test_a_damaged_progress_file_starts_over(orders, tmp_path, capsys) -> None:
    (tmp_path / "audit.json").write_text('{"step": 7')
    assert main(["audit"]) == 0
    assert "Going on" not in capsys.readouterr().err


def test_what_a_second_round_sees_again_is_said_once(orders, capsys) -> None:
    store, made = orders
    change(store, made["placed"], keys.HEAD, total=1)
    on_scan(store, 1, lambda: placed(store, ADA, ("LANTERN", 1)))
    assert main(["audit", "--segments", "1"]) == 1
    assert capsys.readouterr().out.splitlines()[1:] == ["16 orders checked: 1 findings."]


def test_a_partition_without_a_head_is_said_once_on_however_many_pages(orders, small_pages, capsys) -> None:
    store, made = orders
    delete(store, made["delivered"], keys.HEAD)
    main(["audit", "--segments", "1"])
    assert capsys.readouterr().out.count("form: ") == 1


def test_a_sku_that_orders_keep_moving_is_not_judged(orders, capsys) -> None:
    store, _ = orders
    change_stock(store, reserved=1, onHand=1)
    fake(store).before(
        lambda name, _request: change_stock(store, available=1, onHand=1) if name == "query" else None
    )
    assert main(["audit"]) == 1
    assert "Not judged, because orders kept moving them: LANTERN." in capsys.readouterr().out


def test_without_a_server_it_says_what_to_do(monkeypatch, tmp_path, capsys) -> None:
    monkeypatch.setenv("ORDERBELL_STATE", str(tmp_path))
    for name in ("ORDERS_TABLE", "CATALOG_TABLE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    assert main(["audit"]) == 2
    assert "start one with `make run`, or name --orders-table" in capsys.readouterr().err


def test_one_table_alone_is_refused(monkeypatch, tmp_path, capsys) -> None:
    monkeypatch.setenv("ORDERBELL_STATE", str(tmp_path))
    monkeypatch.delenv("CATALOG_TABLE", raising=False)
    assert main(["audit", "--orders-table", "orders"]) == 2
    assert "Name both tables" in capsys.readouterr().err


@pytest.mark.parametrize("given", ["0", "65", "x"])
def test_segments_are_bounded(given, capsys) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["audit", "--segments", given])
    assert raised.value.code == 2
    assert "takes a whole number from 1 to 64" in capsys.readouterr().err


def test_a_second_ctrl_c_stops_at_once(orders, capsys) -> None:
    def twice():
        interrupt()
        raise KeyboardInterrupt

    on_scan(orders[0], 1, twice)
    assert main(["audit", "--segments", "1"]) == 130
    assert "Stopped at once" in capsys.readouterr().err


def test_tables_elsewhere_are_named(monkeypatch, tmp_path, capsys) -> None:
    monkeypatch.setenv("ORDERBELL_STATE", str(tmp_path))
    parser = argparse.ArgumentParser()
    add_options(parser)
    given = [
        "--orders-table",
        "o",
        "--catalog-table",
        "c",
        "--endpoint",
        "http://127.0.0.1:9",
        "--region",
        "eu-west-1",
    ]
    opened = open_store(parser.parse_args([*given, "--work-shards", "4"]))
    assert (opened.store.orders, opened.store.catalog, opened.store.shards) == ("o", "c", 4)
    assert opened.name == "o and c (http://127.0.0.1:9)"
