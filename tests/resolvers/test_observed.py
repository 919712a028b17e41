"""What a request leaves in logs and metrics, and how its id goes from hop to hop."""

import json
import logging
from collections.abc import Mapping
from typing import Any

import pytest

from consumers.publisher import Publisher
from consumers.push_status import push_status
from resolvers.app import handler
from storage.keys import LOG
from storage.store import Store
from tests.resolvers.test_captured_events import SETTINGS, captured
from tests.shopkeeping import SHOP, fake, stocked
from wiring.dispatch import RefusedQuery
from wiring.logs import LOGGER
from wiring.metrics import Meter

TRACE = "1-6745a2b1-000000000000000000000001"


class Seen:
    """Everything that leaves a function beside its answer."""

    def __init__(self) -> None:
        self.metrics: list[dict[str, Any]] = []
        self.headers: list[Mapping[str, str]] = []
        self.meter = Meter("test", lambda line: self.metrics.append(json.loads(line)))

    def answer(self, store: Store, event: dict[str, Any]) -> Any:
        return handler(store, SHOP, SETTINGS, lambda: b"a secret of the tests", self.meter)(event, None)

    def push(self, store: Store) -> None:
        entries = [
            record
            for record in fake(store).stream("orders")
            if record["dynamodb"]["Keys"]["SK"]["S"].startswith(LOG)
        ]
        push_status({"Records": entries}, Publisher(self._taken, meter=self.meter))

    def count(self, name: str, **more: str) -> int:
        return sum(line[name] for line in self.metrics if name in line and more.items() <= line.items())

    def _taken(self, _body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        self.headers.append(headers)
        return 200, b'{"data": {}}'


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    monkeypatch.setattr(LOGGER, "propagate", True)
    caplog.set_level(logging.INFO, LOGGER.name)
    return caplog


def entries(logged: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(record.getMessage()) for record in logged.records if record.name == LOGGER.name]


def test_one_id_goes_from_the_request_to_the_push(logged: pytest.LogCaptureFixture) -> None:
    store, seen = stocked("LANTERN", price="3.39"), Seen()
    seen.answer(store, captured("place-order.json"))
    seen.push(store)

    assert {entry["message"]: entry["correlation_id"] for entry in entries(logged)} == {
        "field": TRACE,
        "pushed": TRACE,
    }
    assert [headers["x-correlation-id"] for headers in seen.headers] == [TRACE]


def test_x_ray_follows_the_push_where_it_follows_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={TRACE};Parent=53995c3f42cd8ad8;Sampled=1")
    store, seen = stocked("LANTERN", price="3.39"), Seen()
    seen.answer(store, captured("place-order.json"))
    seen.push(store)

    assert [headers["x-amzn-trace-id"] for headers in seen.headers] == [f"Root={TRACE};Sampled=1"]


def test_a_placed_order_is_counted_once_however_often_it_is_sent() -> None:
    store, seen = stocked("LANTERN", price="3.39"), Seen()
    for _ in range(3):
        seen.answer(store, captured("place-order.json"))

    assert seen.count("OrdersPlaced") == 1


def test_a_refusal_in_a_payload_is_counted_by_its_code(logged: pytest.LogCaptureFixture) -> None:
    seen = Seen()
    seen.answer(stocked("LANTERN", price="9.99"), captured("place-order.json"))

    assert seen.count("Refusals", Code="PRICE_CHANGED") == 1
    assert seen.count("OrdersPlaced") == 0
    assert entries(logged)[0]["refusals"] == ["PRICE_CHANGED"]


def test_a_refusal_that_is_raised_is_counted_by_its_code() -> None:
    event, seen = captured("place-order.json"), Seen()
    event["info"] |= {"parentTypeName": "Query", "fieldName": "myOrders"}
    event["arguments"] = {"first": 51}

    with pytest.raises(RefusedQuery):
        seen.answer(stocked("LANTERN"), event)
    assert seen.count("Refusals", Code="INVALID_INPUT") == 1


def test_a_push_tells_how_long_it_took_and_how_long_records_waited() -> None:
    store, seen = stocked("LANTERN", price="3.39"), Seen()
    seen.answer(store, captured("place-order.json"))
    seen.push(store)

    assert [line["PushLatency"] >= 0 for line in seen.metrics if "PushLatency" in line] == [True]
    assert [line["Consumer"] for line in seen.metrics if "IteratorAge" in line] == ["push_status"]


def test_the_first_call_of_a_function_is_a_cold_start(logged: pytest.LogCaptureFixture) -> None:
    answer = handler(stocked("LANTERN", price="3.39"), SHOP, SETTINGS, lambda: b"a secret of the tests")
    for _ in range(2):
        answer(captured("place-order.json"), None)

    assert [entry["cold_start"] for entry in entries(logged)] == [True, False]


def test_nothing_personal_leaves_a_function_but_in_its_answer(logged: pytest.LogCaptureFixture) -> None:
    store, seen, event = stocked("LANTERN", price="3.39"), Seen(), captured("place-order.json")
    order = event["arguments"]["input"]
    order["note"], order["shippingAddress"]["name"] = "canary-note", "canary-name"
    event["request"]["headers"] |= {"user-agent": "canary-agent", "authorization": "canary-token"}
    seen.answer(store, event)
    seen.push(store)

    told = str([entries(logged), seen.metrics, seen.headers])
    secrets = {"canary", event["identity"]["sub"], order["shippingAddress"]["line1"], order["idempotencyKey"]}
    assert seen.headers
    assert not [secret for secret in secrets if secret in told]
