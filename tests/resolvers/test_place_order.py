"""Placing an order: a resolver unit test needs a store, a context and a call."""

import re
from dataclasses import fields as dataclass_fields
from dataclasses import replace

from domain.lifecycle import EventType
from domain.order import PaymentTerms, PriceSource
from resolvers.my_orders import my_orders
from resolvers.order import order
from resolvers.place_order import OnBehalfOfInput, PlaceOrderInput, place_order
from storage.attributes import from_attributes
from tests.shopkeeping import (
    ADA,
    ADDRESS,
    ADMIN,
    NOW,
    agreed,
    basket,
    context,
    done,
    fake,
    for_ada,
    in_between,
    placed,
    reprice,
    staff,
    stock,
    stocked,
)  # fmt: skip


def test_a_resolver_is_tested_in_five_lines() -> None:
    store = stocked("LANTERN", price="3.39")
    payload = place_order(basket(("LANTERN", 2)), context(ADA, store))
    assert payload.order is not None
    assert payload.order.totals.subtotal.amount == "6.78"


def test_totals_add_tax_by_line_and_shipping_with_its_own_tax() -> None:
    store = stocked("LANTERN", price="3.39")
    totals = done(place_order(basket(("LANTERN", 2)), context(ADA, store))).totals
    found = {
        name: getattr(totals, name).amount for name in ("subtotal", "shipping", "tax", "total", "balance")
    }
    assert found == {
        "subtotal": "6.78",
        "shipping": "3.95",
        "tax": "2.15",
        "total": "12.88",
        "balance": "12.88",
    }


def test_shipping_is_free_from_the_shop_files_subtotal() -> None:
    store = stocked("LANTERN", price="25.00")
    totals = done(place_order(basket(("LANTERN", 2)), context(ADA, store))).totals
    assert (totals.shipping.amount, totals.total.amount) == ("0.00", "60.00")


def test_an_address_abroad_ships_by_the_method_that_serves_it() -> None:
    store = stocked("LANTERN")
    abroad = replace(ADDRESS, country="FR")
    order = done(place_order(replace(basket(("LANTERN", 1)), shipping_address=abroad), context(ADA, store)))
    assert (order.shipping_method, order.totals.shipping.amount) == ("world", "12.50")


def test_a_placed_order_reserves_its_units() -> None:
    store = stocked("LANTERN", units=10)
    placed(store, ADA, ("LANTERN", 3))
    assert stock(store) == (7, 3)


def test_two_lines_of_one_sku_reserve_their_sum() -> None:
    store = stocked("LANTERN", units=10)
    placed(store, ADA, ("LANTERN", 3), ("LANTERN", 4))
    assert stock(store) == (3, 7)


def test_on_account_is_kept_on_the_order() -> None:
    order = placed(stocked("LANTERN"))
    assert order.payment_terms is PaymentTerms.ON_ACCOUNT


def test_prepaid_is_the_default() -> None:
    fields = {field.name: field.default for field in dataclass_fields(PlaceOrderInput)}
    assert fields["payment_terms"] is PaymentTerms.PREPAID


def test_staff_place_at_an_agreed_price() -> None:
    store = stocked("LANTERN", price="3.39")
    order = done(place_order(agreed("3.00"), context(ADMIN, store)))
    assert (order.lines[0].unit_price.amount, order.lines[0].price_source) == ("3.00", PriceSource.AGREED)


def test_an_agreed_price_is_audited_in_the_same_transaction() -> None:
    store = stocked("LANTERN")
    order = done(place_order(agreed("3.00"), context(ADMIN, store)))
    *_, (name, request) = fake(store).calls
    written = [put["Put"]["Item"] for put in request["TransactItems"] if "Put" in put]
    audits = [from_attributes(item) for item in written if item["PK"]["S"] == "AUDIT#2026-11-23"]
    said = {
        "actorId": ADMIN.id,
        "action": "PLACE_AT_AGREED_PRICE",
        "owner": "CUSTOMER#ada",
        "orderId": order.id,
    }
    assert name == "transact_write_items"
    assert [said.items() <= audit.items() for audit in audits] == [True]


def test_an_agreed_price_holds_though_the_list_price_changes_between_read_and_write() -> None:
    store = stocked("LANTERN")
    in_between(store, lambda: reprice(store, "LANTERN", "9.99"))
    assert done(place_order(agreed("3.00"), context(ADMIN, store))).lines[0].unit_price.amount == "3.00"


def test_on_behalf_of_a_customer_the_order_is_the_customers() -> None:
    store = stocked("LANTERN")
    order = done(place_order(for_ada(basket(("LANTERN", 1))), context(ADMIN, store)))
    mine = my_orders(context(ADA, store)).nodes
    assert (order.customer_id, order.placed_by, [each.id for each in mine]) == ("ada", ADMIN.id, [order.id])


def test_on_behalf_of_a_guest_the_order_is_no_customers() -> None:
    store = stocked("LANTERN")
    on_behalf = OnBehalfOfInput(guest_reference="till-7")
    order = done(place_order(basket(("LANTERN", 1), on_behalf_of=on_behalf), context(ADMIN, store)))
    assert order.customer_id is None


def test_who_places_for_somebody_does_not_matter_to_the_order() -> None:
    store = stocked("LANTERN")
    wanted = basket(("LANTERN", 1))
    first = done(place_order(for_ada(wanted), context(ADMIN, store)))
    again = place_order(for_ada(wanted), context(staff("support"), store))
    assert (again.replayed, done(again).id) == (True, first.id)


def test_an_order_has_a_short_number_that_leads_to_it() -> None:
    store = stocked("LANTERN")
    placed_order = placed(store)
    found = order(context(ADA, store), number=placed_order.number)
    assert re.fullmatch(r"B-[0-9]{8}", placed_order.number)
    assert found is not None
    assert found.id == placed_order.id


def test_history_is_answered_to_a_caller_who_selects_it() -> None:
    store = stocked("LANTERN")
    payload = place_order(basket(("LANTERN", 1)), context(ADA, store, NOW, "order", "order/history"))
    assert [entry.event.type for entry in done(payload).history] == [EventType.ORDER_PLACED]


def test_history_under_another_name_is_answered_too() -> None:
    store = stocked("LANTERN")
    payload = place_order(basket(("LANTERN", 1)), context(ADA, store, NOW, "mine", "mine/timeline"))
    assert len(done(payload).history) == 1
