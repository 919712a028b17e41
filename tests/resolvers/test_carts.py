"""Carts: for guests by their secret id, for customers their own; changed, priced, merged, forgotten."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from domain.actors import Actor
from domain.cart import CartStatus
from domain.ids import Id
from domain.refusals import InvalidInput, LimitExceeded, NotAllowed, NotFound, StaleVersion, UserError
from domain.shipping import Rate, RatedBy, ShippingMethod
from resolvers.add_to_cart import AddToCartInput, add_to_cart
from resolvers.cart import cart as cart_query
from resolvers.create_cart import CreateCartInput, create_cart
from resolvers.merge_cart import MergeCartInput, merge_cart
from resolvers.products import ProductsFilter, products
from resolvers.remove_from_cart import RemoveFromCartInput, remove_from_cart
from resolvers.save_variant import SaveVariantInput, save_variant
from resolvers.set_cart_address import SetCartAddressInput, set_cart_address
from resolvers.set_cart_contact import SetCartContactInput, set_cart_contact
from resolvers.set_cart_shipping import SetCartShippingInput, set_cart_shipping
from resolvers.shapes.carts import Cart
from resolvers.update_cart_line import UpdateCartLineInput, update_cart_line
from storage.store import Store
from tests.resolvers.filling import CONTACT, added, changed, do, order_from, ready, seen, started
from tests.shopkeeping import (
    ADA,
    ADDRESS,
    ADMIN,
    BEN,
    GUEST,
    NOW,
    SHOP,
    contents,
    context,
    empty_store,
    fake,
    gbp,
    in_between,
    key,
    round_trips,
    stocked,
)
from wiring.dispatch import typed_call

NOBODYS = Id("crt_" + "a" * 26)


def quantities(cart: Cart) -> dict[str, int]:
    return {line.sku: line.quantity for line in cart.lines}


def code(payload: Any) -> UserError:
    (refusal,) = payload.user_errors
    assert isinstance(refusal, UserError)
    return refusal


def test_a_cart_id_has_130_bits_and_no_two_are_alike() -> None:
    store = empty_store()
    found = {started(store).id for _ in range(50)}
    assert len(found) == 50
    assert {len(each.removeprefix("crt_")) * 5 for each in found} == {130}


def test_first_lines_are_summed_up_by_sku() -> None:
    cart = started(stocked("LANTERN"), GUEST, ("LANTERN", 2), ("LANTERN", 3))
    assert (quantities(cart), cart.version, cart.status) == ({"LANTERN": 5}, 1, CartStatus.OPEN)


def test_lines_are_added_set_and_taken_out() -> None:
    store = stocked("LANTERN", "SOAP")
    cart = started(store, GUEST, ("LANTERN", 1))
    added(store, cart.id, "SOAP", 2)
    assert quantities(changed(added(store, cart.id, "SOAP", 3))) == {"LANTERN": 1, "SOAP": 5}
    do(update_cart_line, UpdateCartLineInput(cart.id, "SOAP", 4), store)
    do(remove_from_cart, RemoveFromCartInput(cart.id, "LANTERN"), store)
    assert (quantities(seen(store, cart.id)), seen(store, cart.id).version) == ({"SOAP": 4}, 5)


def test_a_change_that_changes_nothing_writes_nothing() -> None:
    store = stocked("LANTERN")
    cart = ready(store)
    before = contents(store)
    for change, given in (
        (update_cart_line, UpdateCartLineInput(cart.id, "LANTERN", 2)),
        (remove_from_cart, RemoveFromCartInput(cart.id, "SOAP")),
        (set_cart_contact, SetCartContactInput(cart.id, CONTACT)),
        (set_cart_address, SetCartAddressInput(cart.id, ADDRESS)),
        (set_cart_shipping, SetCartShippingInput(cart.id)),
    ):
        assert changed(do(change, given, store)) == cart  # type: ignore[arg-type]
    assert contents(store) == before


def every_mutation(cart_id: Id) -> list[tuple[Any, Any]]:
    return [
        (add_to_cart, AddToCartInput(cart_id, "LANTERN", 1, key())),
        (update_cart_line, UpdateCartLineInput(cart_id, "LANTERN", 7)),
        (remove_from_cart, RemoveFromCartInput(cart_id, "LANTERN")),
        (set_cart_contact, SetCartContactInput(cart_id, replace(CONTACT, name="Else"))),
        (set_cart_address, SetCartAddressInput(cart_id, replace(ADDRESS, city="York"))),
        (set_cart_shipping, SetCartShippingInput(cart_id, "express")),
    ]


@pytest.mark.parametrize("actor", [BEN, GUEST, ADMIN])
def test_a_customers_cart_is_nobodys_else_and_looks_like_none(actor: Actor) -> None:
    store = stocked("LANTERN")
    cart = started(store, ADA, ("LANTERN", 1))
    before = contents(store)
    assert cart_query(cart.id, context(actor, store)) is None
    for (change, given), (_, of_none) in zip(every_mutation(cart.id), every_mutation(NOBODYS), strict=True):
        refused = code(do(change, given, store, actor))
        assert isinstance(refused, NotFound)
        assert refused == code(do(change, of_none, store, actor))
    assert contents(store) == before


def test_a_guests_cart_is_whoevers_holds_its_id_but_never_staffs() -> None:
    store = stocked("LANTERN")
    cart = started(store, GUEST, ("LANTERN", 1))
    assert cart_query(cart.id, context(ADA, store)) is not None
    assert cart_query(cart.id, context(ADMIN, store)) is None


def test_staff_start_no_cart() -> None:
    assert isinstance(code(do(create_cart, CreateCartInput(), empty_store(), ADMIN)), NotAllowed)


def test_a_stale_version_is_refused_and_changes_nothing() -> None:
    store = stocked("LANTERN")
    cart = started(store, GUEST, ("LANTERN", 1))
    before = contents(store)
    for change, given in every_mutation(cart.id):
        refused = code(do(change, replace(given, expected_version=7), store))
        assert isinstance(refused, StaleVersion)
        assert refused.current_version == 1
    assert contents(store) == before


def test_two_changes_at_once_both_happen() -> None:
    store = stocked("LANTERN", "SOAP")
    cart = started(store)
    in_between(store, partial(added, store, cart.id, "SOAP", 1))
    assert quantities(changed(added(store, cart.id, "LANTERN", 2))) == {"SOAP": 1, "LANTERN": 2}


def test_more_units_than_a_line_has_are_refused() -> None:
    store = stocked("LANTERN")
    cart = started(store, GUEST, ("LANTERN", 100_000))
    assert isinstance(code(added(store, cart.id, "LANTERN", 1)), LimitExceeded)


def test_a_cart_is_priced_as_its_order_will_be() -> None:
    store = stocked("LANTERN", price="2.50")
    cart = ready(store, GUEST, ("LANTERN", 3))
    assert cart.totals is not None
    told = [cart.totals.subtotal, cart.totals.shipping, cart.totals.tax, cart.totals.total]
    payload = order_from(store, cart.id)
    assert payload.order is not None
    assert told == [getattr(payload.order.totals, name) for name in ("subtotal", "shipping", "tax", "total")]
    assert told[3] is not None
    assert told[3].amount == "13.74"  # 7.50 and 3.95, and a fifth of each


def test_shipping_is_not_known_before_the_address() -> None:
    cart = started(stocked("LANTERN"), GUEST, ("LANTERN", 1))
    assert cart.totals is not None
    assert (cart.totals.shipping, cart.shipping_options) == (None, ())


def test_options_go_by_country_and_by_total() -> None:
    store = stocked("LANTERN", price="2.50")
    cart = ready(store, GUEST, ("LANTERN", 1))
    offered = {option.id: option.price.amount for option in cart.shipping_options}
    assert offered == {"standard": "3.95", "express": "7.95", "world": "12.50"}
    do(update_cart_line, UpdateCartLineInput(cart.id, "LANTERN", 20), store)
    assert {each.id: each.price.amount for each in seen(store, cart.id).shipping_options}[
        "standard"
    ] == "0.00"
    do(set_cart_address, SetCartAddressInput(cart.id, replace(ADDRESS, country="US")), store)
    assert [option.id for option in seen(store, cart.id).shipping_options] == ["world"]


def test_options_go_by_the_weight_of_variants() -> None:
    store = stocked("LANTERN", price="2.50")
    rates = (Rate(1_000, 100), Rate(5_000, 900))
    parcel = ShippingMethod("parcel", "Parcel", ("GB",), 0, None, RatedBy.WEIGHT, rates)
    rated = replace(context(GUEST, store), shop=replace(SHOP, shipping=(parcel,)))
    weigh(store, "LANTERN", 600)
    cart = ready(store, GUEST, ("LANTERN", 1))
    costs = []
    for units in (1, 2, 9):
        do(update_cart_line, UpdateCartLineInput(cart.id, "LANTERN", units), store)
        found = cart_query(cart.id, rated)
        assert found is not None
        costs.append([option.price.amount for option in found.shipping_options])
    assert costs == [["1.00"], ["9.00"], []]


def weigh(store: Store, sku: str, grams: int) -> None:
    """Give a SKU a weight."""
    found = products(context(GUEST, store), ProductsFilter(search=sku.lower())).nodes[0]
    given = SaveVariantInput(found.id, sku, gbp("2.50"), weight_grams=grams)
    saved = save_variant(given, context(ADMIN, store))
    assert saved.product is not None
    assert saved.product.variants[0].weight_grams == grams


def test_a_cart_is_forgotten_30_days_after_its_last_change() -> None:
    store = stocked("LANTERN")
    cart = started(store, GUEST, ("LANTERN", 1))
    assert cart.expires_at == NOW + timedelta(days=30)
    assert cart_query(cart.id, context(GUEST, store, NOW + timedelta(days=30, seconds=-1))) is not None
    assert cart_query(cart.id, context(GUEST, store, NOW + timedelta(days=30))) is None


def test_personal_data_stands_in_one_map_of_the_cart_alone() -> None:
    store = stocked("LANTERN")
    cart = ready(store)
    (item,) = [each for each in fake(store).items("orders") if each["PK"]["S"] == f"C#{cart.id}"]
    assert "guest@example.com" in str(item.pop("personal"))
    assert not [word for word in ("guest@", "Grace", "Bell Lane", "7946") if word in str(item)]


@pytest.mark.parametrize("wrong", ["", "a@", "@b", "a b@c.example", "a@b@c.example", "x" * 65 + "@b.example"])
def test_what_is_no_email_is_refused_by_its_bounds(wrong: str) -> None:
    given = {"cartId": NOBODYS, "contact": {"email": wrong}}
    payload: Any = typed_call(set_cart_contact)({"input": given}, context(GUEST))
    assert {(type(each), each.path) for each in payload.user_errors} == {
        (InvalidInput, ("input", "contact", "email"))
    }


def merge(store: Store, cart_id: Id, actor: Actor = ADA, into: Id | None = None) -> Any:
    return do(merge_cart, MergeCartInput(cart_id, into), store, actor)


def test_merging_sums_up_and_leaves_nothing_in_the_guests_cart() -> None:
    store = stocked("LANTERN", "SOAP")
    guests, own = ready(store, GUEST, ("LANTERN", 2)), started(store, ADA, ("LANTERN", 1), ("SOAP", 4))
    after = changed(merge(store, guests.id, into=own.id))
    assert (after.id, quantities(after)) == (own.id, {"LANTERN": 3, "SOAP": 4})
    assert after.contact == guests.contact
    left = seen(store, guests.id)
    assert (left.status, left.lines, left.contact, left.shipping_address) == (
        CartStatus.MERGED,
        (),
        None,
        None,
    )


@pytest.mark.parametrize("named", [True, False])
def test_merging_twice_changes_nothing(named: bool) -> None:
    store = stocked("LANTERN")
    guests = started(store, GUEST, ("LANTERN", 2))
    into = started(store, ADA, ("LANTERN", 1)).id if named else None
    first = merge(store, guests.id, into=into)
    before = contents(store)
    again = merge(store, guests.id, into=into)
    assert (first.replayed, again.replayed, again.cart) == (False, True, first.cart)
    assert contents(store) == before


def test_two_merges_at_once_are_one() -> None:
    store = stocked("LANTERN")
    guests, own = started(store, GUEST, ("LANTERN", 2)), started(store, ADA, ("LANTERN", 1))
    in_between(store, partial(merge, store, guests.id, into=own.id))
    after = changed(merge(store, guests.id, into=own.id))
    assert quantities(after) == {"LANTERN": 3}


def test_a_guests_cart_that_changes_meanwhile_is_merged_as_it_then_is() -> None:
    store = stocked("LANTERN", "SOAP")
    guests = started(store, GUEST, ("LANTERN", 2))
    in_between(store, partial(added, store, guests.id, "SOAP", 5))
    assert quantities(changed(merge(store, guests.id))) == {"LANTERN": 2, "SOAP": 5}


def test_a_merged_cart_is_closed_to_whoever_held_it_and_no_way_into_the_customers() -> None:
    store = stocked("LANTERN")
    guests = started(store, GUEST, ("LANTERN", 2))
    own = changed(merge(store, guests.id))
    for change, given in every_mutation(guests.id):
        refused = code(do(change, given, store))
        assert isinstance(refused, NotAllowed)
        assert refused.reason == "CART_MERGED"
    assert isinstance(code(merge(store, guests.id, BEN)), NotFound)
    assert cart_query(own.id, context(GUEST, store)) is None


def test_only_a_guests_cart_goes_only_into_ones_own() -> None:
    store = stocked("LANTERN")
    adas, bens, guests = started(store, ADA), started(store, BEN), started(store, GUEST, ("LANTERN", 1))
    before = list(fake(store).items("orders"))
    assert isinstance(code(merge(store, adas.id)), InvalidInput)
    assert isinstance(code(merge(store, bens.id)), NotFound)
    assert isinstance(code(merge(store, guests.id, into=bens.id)), NotFound)
    assert isinstance(code(merge(store, guests.id, into=started(store, GUEST).id)), NotFound)
    assert isinstance(code(merge(store, guests.id, GUEST)), NotAllowed)
    assert isinstance(code(merge(store, guests.id, ADMIN)), NotAllowed)
    started_beside = [item for item in fake(store).items("orders") if item not in before]
    assert [item["PK"]["S"][:6] for item in started_beside] == ["C#crt_"]


SELECTIONS = [("id", False), ("lines/sku", False), ("problems", True), ("anAlias", True)]


@pytest.mark.parametrize(("selected", "reads_stock"), SELECTIONS)
def test_stock_is_read_for_those_alone_who_ask_for_problems(selected: str, reads_stock: bool) -> None:
    store = stocked("LANTERN")
    cart = ready(store)
    asked = context(GUEST, store, NOW, selected.split("/", maxsplit=1)[0], selected)
    calls = round_trips(store, lambda: cart_query(cart.id, asked))
    assert calls == ["get_item", "batch_get_item", *(["batch_get_item"] if reads_stock else [])]
    given = UpdateCartLineInput(cart.id, "LANTERN", 3)
    mutating = context(
        GUEST,
        store,
        NOW,
        "cart",
        *(f"cart/{path}" for path in (selected.split("/", maxsplit=1)[0], selected)),
    )
    calls = round_trips(store, lambda: update_cart_line(given, mutating))
    assert calls[:2] == ["get_item", "transact_write_items"]
    assert calls[2:] == ["batch_get_item"] * (1 + reads_stock)
