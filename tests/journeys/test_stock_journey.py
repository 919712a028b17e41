"""Stock on the laptop: an order makes it low, keepers are told once, and what the order moved is noted."""

import json
import logging
import time
from collections.abc import Iterator

import pytest

from tests.journeys.caller import RECEIVE, Caller
from wiring.logs import LOGGER

pytestmark = [pytest.mark.engine, pytest.mark.journey, pytest.mark.xdist_group("laptop")]

ADMIN, ADA = "admin@shop.example", "ada@example.com"
CREATE = """mutation ($sku: String!) { createProduct(input: {title: $sku, category: "Gifts", published: true,
  variants: [{sku: $sku, lowStockAt: 5, price: {amount: "2.50", currency: "GBP"}}]}) { userErrors { message } } }"""
MOVED = """query ($sku: String!) { stockMovements(sku: $sku) {
  nodes { reason delta reserved onHand orderId } pageInfo { hasNextPage } } }"""


class Heard(logging.Handler):
    """What the consumers log."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[dict[str, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(json.loads(record.getMessage()))


@pytest.fixture
def heard() -> Iterator[Heard]:
    listening, level = Heard(), LOGGER.level
    LOGGER.addHandler(listening)
    LOGGER.setLevel(logging.INFO)
    yield listening
    LOGGER.removeHandler(listening)
    LOGGER.setLevel(level)


def test_keepers_are_told_once_and_movements_add_up(shop: Caller, heard: Heard) -> None:
    sku = f"LOW-{time.monotonic_ns()}"
    assert shop.ask(ADMIN, CREATE, sku=sku)["data"]["createProduct"]["userErrors"] == []
    received = shop.ask(ADMIN, RECEIVE, sku=sku, units=8, key=f"journey-stock-{sku}")
    assert received["data"]["adjustStock"]["userErrors"] == []
    orders = [shop.place(ADA, sku, quantity)["order"]["id"] for quantity in (2, 2, 1)]
    assert shop.laptop.delivery.drain()

    told = [each for each in heard.said if each["message"] == "low stock" and each["sku"] == sku]
    assert len(told) == 1
    moved = shop.ask(ADMIN, MOVED, sku=sku)["data"]["stockMovements"]
    assert {(each["delta"], each["reserved"], each["orderId"]) for each in moved["nodes"]} == {
        (8, 0, None), (-2, 2, orders[0]), (-2, 2, orders[1]), (-1, 1, orders[2]),
    }  # fmt: skip
    assert moved["pageInfo"]["hasNextPage"] is False
