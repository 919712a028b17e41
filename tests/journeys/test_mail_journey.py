"""A placed order's mail appears: from the mutation over log, stream, bus and queue to the outbox, its page and its file."""

import time

import pytest

from tests.journeys.caller import ADDRESS, Caller

pytestmark = [pytest.mark.engine, pytest.mark.journey, pytest.mark.timeout(120)]

PLACE = f"""mutation ($key: String!, $sku: String!) {{ placeOrder(input: {{idempotencyKey: $key, paymentTerms: ON_ACCOUNT,
  lines: [{{sku: $sku, quantity: 2}}], shippingAddress: {ADDRESS},
  contact: {{email: "ada.lovelace@example.com", name: "Ada <b>Łovelace</b>"}}}}) {{
  order {{ id number }} userErrors {{ code message }} }} }}"""
CANCEL = "mutation ($id: ID!) { cancelOrder(input: {orderId: $id}) { userErrors { code message } } }"
ADA = "ada@example.com"
SECONDS = 20.0


def test_an_order_is_written_of_when_it_is_placed_and_when_it_is_cancelled(shop: Caller) -> None:
    sku = shop.new_sku()
    placed = shop.ask(ADA, PLACE, key="journey-mail-000001", sku=sku)["data"]["placeOrder"]
    order = placed["order"]
    assert placed["userErrors"] == []
    assert wait_for_mails(shop, order["id"], 1) == [
        f"Your order {order['number']} at Bell & Daughters, gifts"
    ]
    assert shop.ask(ADA, CANCEL, id=order["id"])["data"]["cancelOrder"]["userErrors"] == []
    assert wait_for_mails(shop, order["id"], 2)[0] == f"Order {order['number']}: cancelled"
    assert shop.laptop.delivery.drain()

    first = shop.laptop.outbox.newest(9, order["id"])[-1]
    assert (first.to, "2 x " in first.text) == ("ada.lovelace@example.com", True)
    page = shop.client.get(f"/mails/{first.number}").text
    assert "Dear Ada &lt;b&gt;Łovelace&lt;/b&gt;," in page
    listed = shop.client.get(f"/mails?order={order['id']}").text
    assert listed.count("ada.lovelace@example.com") == 2


def wait_for_mails(shop: Caller, order_id: str, number: int) -> list[str]:
    """The subjects of an order's mails, newest first, when there are so many."""
    deadline = time.monotonic() + SECONDS
    while len(found := shop.laptop.outbox.newest(9, order_id)) < number:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return [each.subject for each in found]
