"""The console in a headless Chromium, as a person uses it: ask, follow through a cut connection, watch the board."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from local.laptop import ROOT
from tests.browser.browser import browsed, watched_board, written
from tests.journeys.serving import Served, serve
from tests.journeys.test_follow_journey import shop_of

pytestmark = [
    pytest.mark.engine, pytest.mark.journey, pytest.mark.timeout(300), pytest.mark.xdist_group("browser"),
]  # fmt: skip

ORDERS = 6


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the browser saw of a server's pages, from the first click to the last."""
    with serve(tmp_path_factory.mktemp("browser"), seeded=True) as served:
        with shop_of(served) as shop:
            shop.new_sku()
        base = f"http://localhost:{served.port}"
        told = browsed(base) | {"editor": written(base)}
        with simulated(served):
            return told | {"board": watched_board(base, ORDERS)}


@contextmanager
def simulated(served: Served) -> Iterator[None]:
    """Buyers come meanwhile."""
    words = [
        sys.executable,
        "-m",
        "cli.main",
        "simulate",
        "--rate",
        "120",
        "--speed",
        "20",
        "--orders",
        "100",
    ]
    process = subprocess.Popen(
        words, cwd=ROOT, env=served.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def test_a_query_is_answered_with_what_the_function_was_given(seen: dict[str, Any]) -> None:
    assert seen["query"]["data"]["products"]["nodes"]
    (call,) = seen["calls"]
    assert call.startswith("Query.products: answered in ")
    event = json.loads(seen["event"])
    assert (event["info"]["fieldName"], event["arguments"], event["identity"]) == (
        "products",
        {"first": 5},
        None,
    )
    assert event["request"]["headers"]["x-api-key"] == "(hidden)"


def test_a_document_is_completed_by_the_schema_and_run_by_keyboard(seen: dict[str, Any]) -> None:
    editor = seen["editor"]
    assert editor["completed"].startswith("{ products(first: 1) { nodes { title")
    assert editor["result"]["data"]["products"]["nodes"][0]["title"]
    assert editor["afterRunning"] == editor["completed"]


def test_what_is_under_the_cursor_is_looked_up(seen: dict[str, Any]) -> None:
    found, opened = seen["editor"]["lookedUp"]
    assert found == "Product"
    assert opened.startswith("Product")


def test_a_field_that_is_not_there_is_marked_and_the_field_can_be_left_by_keyboard(
    seen: dict[str, Any],
) -> None:
    assert 'Cannot query field "prodacts"' in seen["editor"]["wrong"]
    assert seen["editor"]["left"] == "variables"
    assert (seen["editor"]["name"], seen["editor"]["problems"]) == ("Document", [])


def test_a_subscription_streams(seen: dict[str, Any]) -> None:
    assert seen["subscription"] == {"data": {"onStaffOrderEvents": {"type": "ORDER_PLACED"}}}


def test_a_ready_made_operation_places_an_order_that_is_one_click_from_being_followed(
    seen: dict[str, Any],
) -> None:
    assert seen["follow"]["who"] == "ada@example.com"
    assert seen["follow"]["href"].startswith("/orders/ord_")
    assert seen["sku"] == "85123A"  # of the shop that make run seeds


def test_the_system_may_do_what_is_open_to_it_alone(seen: dict[str, Any]) -> None:
    assert seen["system"] == {"data": {"endOrderSubscriptions": {"orderId": seen["systemOrder"]}}}


def test_an_order_that_was_followed_through_a_cut_connection_is_whole(seen: dict[str, Any]) -> None:
    assert seen["timeline"] == [
        "Order placed", "Put on hold", "No longer on hold", "Confirmed by the shop",
    ]  # fmt: skip
    assert seen["sequences"] == [1, 2, 3, 4]


def test_a_customer_sees_how_far_an_order_is_what_is_in_it_and_where_it_goes(seen: dict[str, Any]) -> None:
    order = seen["order"]
    assert order["state"] == "Your order is confirmed."
    assert order["steps"] == [
        ["Placed", "done", None], ["Confirmed", "done", "step"], ["On its way", "", None], ["Arrived", "", None],
    ]  # fmt: skip
    assert "Total" in order["summary"]
    assert "Goes to" in order["summary"]


def test_orders_move_on_the_board_and_what_was_missed_is_loaded(seen: dict[str, Any]) -> None:
    columns = {number: column for column, number in seen["columns"]}
    assert columns[seen["numbers"]["confirmed"]] == "column-CONFIRMED"
    assert columns[seen["numbers"]["cancelled"]] == "column-CANCELLED"
    assert len(columns) == len(seen["columns"])


def test_while_a_shop_lives_its_orders_come_and_move(seen: dict[str, Any]) -> None:
    been = seen["board"]["been"]
    assert len(been) >= ORDERS
    assert any(columns[:2] == ["column-PLACED", "column-CONFIRMED"] for columns in been.values())
    assert seen["board"]["problems"] == []


def test_no_script_failed_no_policy_was_broken_and_every_control_has_a_name(seen: dict[str, Any]) -> None:
    assert seen["problems"] == []
    assert seen["names"]
    assert all(labels == 1 for labels in seen["names"])
