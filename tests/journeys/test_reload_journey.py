"""A developer saves a resolver: the next request uses it, within a second, and an open subscription goes on."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cli.realtime import Subscription, subscribed
from local.laptop import ROOT
from tests.journeys.serving import Served, serve
from tests.journeys.test_follow_journey import CONFIRM, SUPPORT, shop_of

pytestmark = [pytest.mark.engine, pytest.mark.journey, pytest.mark.timeout(120)]

BOARD = "subscription { onStaffOrderEvents(statuses: [PLACED, CONFIRMED]) { orderId type } }"


def test_a_saved_resolver_answers_the_next_request_and_subscriptions_go_on(tmp_path: Path) -> None:
    with serve(tmp_path, seeded=True) as served, shop_of(served) as shop:
        sku = shop.new_sku()
        token = shop.token(SUPPORT)
        url = f"ws://localhost:{served.port}/graphql/realtime"
        with subscribed(url, {"Authorization": token}, [Subscription("1", BOARD, {})]) as frames:
            order = shop.place("ada@example.com", sku)["order"]
            os.utime(ROOT / "resolvers" / "confirm_order.py")  # saved, as it was
            time.sleep(0.2)  # nobody is quicker; files are looked at ten times a second
            started = time.monotonic()
            confirmed = shop.ask(SUPPORT, CONFIRM, id=order["id"])
            took = time.monotonic() - started
            pushed = [frames.within(10), frames.within(10)]

        assert confirmed["data"]["confirmOrder"] == {"userErrors": []}
        assert "Loaded anew" in served.printed
        assert "resolvers/confirm_order.py" in served.printed
        types = [each.payload["data"]["onStaffOrderEvents"]["type"] for each in pushed if each]
        assert types == ["ORDER_PLACED", "ORDER_CONFIRMED"]
        assert (
            took < 5
        )  # under a second on a machine of its own (docs/developing.md); this one runs other tests


def test_a_resolver_is_run_as_lambda_runs_it(tmp_path: Path) -> None:
    with serve(tmp_path, seeded=True) as served, shop_of(served) as shop:
        sku = shop.new_sku()
        me = invoked(served, "Query.me", "--as", "ada@example.com")
        stock = invoked(served, "Query.stockLevel", "--as", SUPPORT, "--arguments", json.dumps({"sku": sku}))
        refused = invoked(served, "Query.stockLevel", "--arguments", json.dumps({"sku": sku}), code=1)

    assert (me["kind"], me["groups"]) == ("CUSTOMER", [])
    assert stock["available"] == 100
    assert refused["errorType"] == "NotAllowed"


def invoked(served: Served, *words: str, code: int = 0) -> Any:
    """What the command prints."""
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "invoke", *words],
        cwd=ROOT, env=served.environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)
