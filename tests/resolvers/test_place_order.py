"""Placing an order: a resolver unit test needs a store, a context and a call."""

from resolvers.place_order import place_order
from tests.shopkeeping import ADA, basket, context, stocked


def test_a_resolver_is_tested_in_five_lines() -> None:
    store = stocked("LANTERN", price="3.39")
    payload = place_order(basket(("LANTERN", 2)), context(ADA, store))
    assert payload.order is not None
    assert payload.order.totals.subtotal.amount == "6.78"
