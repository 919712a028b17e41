"""Webhooks on a running laptop: confirmation, late answers, carriers, forgeries, over its real route and queue."""

import argparse
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from cli import webhook
from cli.outside import Outside, SayError
from local.aws.clients import make_client
from local.laptop import Laptop
from storage.store import Store
from tests.journeys.caller import ADDRESS, Caller

SECONDS = 20.0
ADA, ADMIN = "ada@example.com", "admin@shop.example"
PREPAID = f"""mutation ($key: String!, $sku: String!, $method: String!) {{ placeOrder(input: {{idempotencyKey: $key,
  paymentTerms: PREPAID, payment: {{method: $method}}, lines: [{{sku: $sku, quantity: 1}}], shippingAddress: {ADDRESS}}}) {{
  order {{ id number }} userErrors {{ message }} }} }}"""
LOOK = """query ($id: ID!) { order(id: $id) { status payments { status nextActionUrl } fulfillments { id status } } }"""


@pytest.fixture
def outside(running: Laptop) -> Outside:
    """Provider and carrier, beside this laptop."""
    store = Store(make_client("dynamodb", running.engine.endpoint), "orders", "catalog", "MAIN")
    return Outside(running.port, store, running.identity.secret.encode())


def pays(shop: Caller, method: str) -> str:
    """Ada's prepaid order, by id."""
    key = f"webhooks-journey-{method}-{time.monotonic_ns()}"
    answer = shop.ask(ADA, PREPAID, key=key, sku=shop.new_sku(), method=method)
    found: str = answer["data"]["placeOrder"]["order"]["id"]
    return found


def look(shop: Caller, order_id: str) -> dict[str, Any]:
    found: dict[str, Any] = shop.ask(ADA, LOOK, id=order_id)["data"]["order"]
    return found


def wait(shop: Caller, order_id: str, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The order once this is true of it."""
    deadline = time.monotonic() + SECONDS
    while not until(found := look(shop, order_id)):
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def payment_is(status: str) -> Callable[[dict[str, Any]], bool]:
    return lambda order: bool(order["payments"][0]["status"] == status)


def fire(outside: Outside, *words: str) -> list[int]:
    """What `orderbell webhook` was answered."""
    parser = argparse.ArgumentParser()
    webhook.register(parser.add_subparsers())
    args = parser.parse_args(["webhook", *words])
    return webhook.send(outside.port, webhook.webhooks(args, outside), args.repeat)


@pytest.mark.parametrize(("answer", "status"), [("approve", "AUTHORIZED"), ("decline", "FAILED")])
def test_a_payer_confirms_or_refuses_on_the_page(shop: Caller, answer: str, status: str) -> None:
    order_id = pays(shop, "test_action")
    url = wait(shop, order_id, payment_is("ACTION_REQUIRED"))["payments"][0]["nextActionUrl"]
    with httpx.Client(trust_env=False) as browser:
        assert 'value="approve"' in browser.get(url).text
        for _ in range(2):  # a double click
            assert browser.post(url, data={"answer": answer}).status_code == 200
        other = "decline" if answer == "approve" else "approve"
        assert browser.post(url, data={"answer": other}).status_code == 409
        assert browser.post(url, data={"answer": "perhaps"}).status_code == 400
        assert browser.get(url + "x").status_code == 404
        assert 'value="approve"' not in browser.get(url).text
    wait(shop, order_id, payment_is(status))


def test_a_late_answer_comes_when_it_is_fired_however_often(shop: Caller, outside: Outside) -> None:
    order_id = pays(shop, "test_pending")
    wait(shop, order_id, payment_is("PENDING"))
    assert fire(outside, "payment", order_id, "--repeat", "3") == [200] * 3
    wait(shop, order_id, payment_is("AUTHORIZED"))
    assert fire(outside, "payment", order_id, "--all") == [200, 200]
    with pytest.raises(SayError, match="Nothing waits"):
        fire(outside, "payment", order_id)


def test_what_is_forged_or_stale_is_refused_and_changes_nothing(shop: Caller, outside: Outside) -> None:
    order_id = pays(shop, "test_pending")
    before = wait(shop, order_id, payment_is("PENDING"))
    for wrong in ("--forge", "--stale"):
        assert fire(outside, "payment", order_id, wrong, "--repeat", "5") == [400] * 5
    assert look(shop, order_id) == before


def test_a_parcel_is_followed_by_its_carriers_words_out_of_order(shop: Caller, outside: Outside) -> None:
    order_id = shop.place(ADA, shop.new_sku())["order"]["id"]
    with pytest.raises(SayError, match="No parcel"):
        fire(outside, "carrier", order_id, "DELIVERED")
    for name, more in (
        ("confirmOrder", ""),
        ("createFulfillment", ""),
        ("shipFulfillment", ', fulfillmentId: "ful_0001", carrier: "Bell Post", trackingNumber: "JB 77"'),
    ):
        said = f'mutation {{ {name}(input: {{orderId: "{order_id}"{more}}}) {{ userErrors {{ message }} }} }}'
        assert shop.ask(ADMIN, said)["data"][name]["userErrors"] == []
    assert fire(outside, "carrier", order_id, "DELIVERED", "--forge") == [400]
    assert fire(outside, "carrier", order_id, "DELIVERED", "--repeat", "2") == [200, 200]
    wait(shop, order_id, lambda order: bool(order["status"] == "COMPLETED"))
    assert fire(outside, "carrier", order_id, "IN_TRANSIT", "--ago", "60") == [200]
    time.sleep(1)
    assert look(shop, order_id)["fulfillments"] == [{"id": "ful_0001", "status": "DELIVERED"}]
