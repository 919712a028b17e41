"""AppSync's events as it sends them, through the handler that Lambda runs: JSON in, JSON out."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from resolvers.app import handler
from storage.settings import Settings
from storage.store import Store
from tests.shopkeeping import SHOP, fake, stocked
from wiring.dispatch import InternalError
from wiring.identity import UnauthorizedException
from wiring.logs import LOGGER

EVENTS = Path(__file__).parent.parent / "events"
POOLS = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_"
SETTINGS = Settings(
    "test", "eu-west-1", "orders", "catalog", POOLS + "customers", POOLS + "staff", "the secret's name", 1
)


def captured(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / name).read_text())
    return event


def answered(store: Store, event: Any) -> Any:
    return handler(store, SHOP, SETTINGS, lambda: b"a secret of the tests")(event, None)


def test_a_captured_event_is_answered_as_json() -> None:
    answer = answered(stocked("LANTERN", price="3.39"), captured("place-order.json"))
    assert answer["userErrors"] == []
    assert answer["order"]["status"] == "PLACED"
    assert answer == json.loads(json.dumps(answer))


def test_the_selection_of_the_event_decides_whether_history_is_read() -> None:
    event = captured("place-order.json")
    answer = answered(stocked("LANTERN", price="3.39"), event)
    assert [entry["event"]["type"] for entry in answer["order"]["history"]] == ["ORDER_PLACED"]
    event["info"]["selectionSetList"] = ["order", "order/id"]
    assert answered(stocked("LANTERN", price="3.39"), event)["order"]["history"] == []


def test_a_refusal_names_its_type_for_appsync() -> None:
    answer = answered(stocked("LANTERN", price="9.99"), captured("place-order.json"))
    assert [error["__typename"] for error in answer["userErrors"]] == ["PriceChanged"]


def test_a_batch_is_answered_item_by_item() -> None:
    event = captured("place-order.json")
    other = event | {
        "identity": None,
        "info": event["info"] | {"parentTypeName": "Query", "fieldName": "order"},
    }
    answers = answered(stocked("LANTERN", price="3.39"), [event, other | {"arguments": {}}])
    assert [answers[0]["data"]["order"]["status"], answers[1]["errorType"]] == ["PLACED", "InvalidInput"]


def test_an_identity_of_another_pool_is_not_known() -> None:
    event = captured("place-order.json")
    event["identity"]["issuer"] = POOLS + "somebody_elses"
    with pytest.raises(UnauthorizedException):
        answered(stocked("LANTERN"), event)


def test_a_field_that_is_not_answered_here() -> None:
    event = captured("place-order.json")
    event["info"]["fieldName"] = "publishOrderEvent"
    with pytest.raises(InternalError, match=r"Mutation\.publishOrderEvent"):
        answered(stocked("LANTERN"), event)


def test_a_bug_is_told_by_its_correlation_id_alone_and_logged_without_personal_data(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LOGGER, "propagate", True)
    store, event = stocked("LANTERN", price="3.39"), captured("place-order.json")
    street = event["arguments"]["input"]["shippingAddress"]["line1"]

    def broken(name: str, _request: object) -> None:
        raise KeyError(street)

    fake(store).before(broken)
    with caplog.at_level(logging.INFO, logger=LOGGER.name), pytest.raises(InternalError) as raised:
        answered(store, event)
    trace = "1-6745a2b1-000000000000000000000001"
    assert str(raised.value) == f"Something went wrong on our side. Quote {trace}."
    assert trace in caplog.text
    assert street not in caplog.text
