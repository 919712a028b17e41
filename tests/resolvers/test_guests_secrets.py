"""Guests' events as AppSync sends them, through the handler that Lambda runs: and what is secret stays out of its logs."""

import logging
from collections.abc import Mapping
from typing import Any

import pytest

from resolvers import fields
from resolvers.app import handler
from storage.store import Store
from tests.resolvers.test_captured_events import SETTINGS, captured
from tests.shopkeeping import SHOP, fake, stocked
from wiring.dispatch import InternalError
from wiring.logs import LOGGER

SECRET = b"a secret of the tests"
ADDRESS = {"name": "Canary Person", "line1": "9 Canary Lane", "city": "Leeds", "country": "GB"}
CONTACT = {"email": "canary@example.com", "name": "Canary Person", "phone": "+44 1632 960001"}


class Guest:
    """Somebody with the API key; every answer is kept."""

    def __init__(self, store: Store) -> None:
        fields.load()
        self.handle = handler(store, SHOP, SETTINGS, lambda: SECRET)

    def ask(self, field: str, arguments: Mapping[str, Any]) -> Any:
        """The answer of one field, asked with variables: AppSync hands a function their values alone."""
        kind, name = field.split(".")
        event = captured("query_guest.json")
        event["info"] |= {"parentTypeName": kind, "fieldName": name, "variables": {}}
        return self.handle(event | {"arguments": arguments, "identity": None}, None)


def journey(guest: Guest) -> list[str]:
    """From the cart to the cancelled order; answers everything that no log may hold."""
    cart = guest.ask("Mutation.createCart", {"input": {"lines": [{"sku": "LANTERN", "quantity": 2}]}})["cart"]
    secret = {"cartId": cart["id"]}
    told = secret | {"contact": CONTACT}
    assert guest.ask("Mutation.setCartContact", {"input": told})["userErrors"] == []
    told = secret | {"shippingAddress": ADDRESS}
    assert guest.ask("Mutation.setCartAddress", {"input": told})["userErrors"] == []
    assert guest.ask("Query.cart", {"id": cart["id"]})["problems"] == []
    key = {"idempotencyKey": "guests-journey-0001"}
    payload = guest.ask("Mutation.placeOrder", {"input": secret | key})
    order, token = payload["order"], payload["orderToken"]
    at = {"orderId": order["id"], "token": token}
    assert guest.ask("Query.order", {"id": order["id"], "token": token})["contact"] == CONTACT
    assert len(guest.ask("Query.orderEvents", at)["entries"]) == 1
    assert guest.ask("Subscription.onOrderEvent", at)["filterGroup"][0]["filters"][0]["value"] == order["id"]
    assert guest.ask("Query.cancelPreview", {"input": at})["preview"]["status"] == "CANCELLED"
    assert guest.ask("Mutation.cancelOrder", {"input": at})["order"]["status"] == "CANCELLED"
    assert guest.ask("Mutation.placeOrder", {"input": secret | key | {"note": "x"}})["userErrors"]
    return [cart["id"], token, *ADDRESS.values(), *CONTACT.values()]


def test_a_guest_goes_from_cart_to_cancelled_order(
    caplog: pytest.LogCaptureFixture, monkeypatch: Any
) -> None:
    monkeypatch.setattr(LOGGER, "propagate", True)
    with caplog.at_level(logging.DEBUG, LOGGER.name):  # whatever level another test left it at
        secrets = journey(Guest(stocked("LANTERN")))
    assert caplog.text.count('"field"') >= 11
    assert [secret for secret in secrets if secret in caplog.text and secret != "GB"] == []


def test_no_secret_is_logged_where_everything_fails(
    caplog: pytest.LogCaptureFixture, monkeypatch: Any
) -> None:
    monkeypatch.setattr(LOGGER, "propagate", True)
    store = stocked("LANTERN")
    guest = Guest(store)
    cart = guest.ask("Mutation.createCart", {"input": {}})["cart"]["id"]

    def broken(_name: str, request: object) -> None:
        raise KeyError(str(request))

    fake(store).before(broken)
    with caplog.at_level(logging.DEBUG, LOGGER.name):  # whatever level another test left it at
        for field, arguments in (
            ("Query.cart", {"id": cart}),
            ("Mutation.setCartContact", {"input": {"cartId": cart, "contact": CONTACT}}),
            ("Mutation.placeOrder", {"input": {"cartId": cart, "idempotencyKey": "guests-journey-0002"}}),
        ):
            with pytest.raises(InternalError) as raised:
                guest.ask(field, arguments)
            assert cart not in str(raised.value)
    assert "bug" in caplog.text
    assert cart not in caplog.text
    assert "canary" not in caplog.text


def test_no_log_entry_of_a_guests_order_holds_the_carts_id_or_a_person() -> None:
    store = stocked("LANTERN")
    cart, token, *personal = journey(Guest(store))
    entries = [item for item in fake(store).items("orders") if item["SK"]["S"].startswith("Z#")]
    assert len(entries) == 2
    assert not [secret for secret in (cart, token, *personal) if secret in str(entries) and secret != "GB"]
