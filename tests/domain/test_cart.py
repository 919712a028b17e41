"""The cart: what adding, changing and merging come to."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actors import Actor, ActorKind
from domain.cart import (
    MAX_UNITS,
    Cart,
    CartLine,
    CartStatus,
    added,
    closed,
    incomplete,
    may_use,
    merged,
    request_of,
    taken_over,
    updated,
    without,
)
from domain.order import Contact
from domain.placing import MAX_LINES
from domain.refusals import LimitExceeded, NotAllowed, NotFound
from tests import factories as make

SKUS = [f"SKU-{number}" for number in range(6)]
LINES = st.dictionaries(
    st.sampled_from(SKUS),
    st.tuples(st.integers(1, MAX_UNITS), st.none() | st.integers(0, 999)),
).map(lambda found: tuple(CartLine(sku, units, price) for sku, (units, price) in found.items()))
CONTACTS = st.none() | st.builds(Contact, st.sampled_from(["a@x.example", "b@x.example"]))


def cart(*lines: CartLine, id: str = "crt_a", customer: str | None = None, **given: object) -> Cart:
    return replace(Cart(id, customer, make.NOW), lines=lines, **given)  # type: ignore[arg-type]


def units(found: object) -> dict[str, int]:
    assert isinstance(found, Cart), found
    return {line.sku: line.quantity for line in found.lines}


@given(LINES, LINES)
def test_adding_sums_units_by_sku_and_keeps_the_order(
    first: tuple[CartLine, ...], more: tuple[CartLine, ...]
) -> None:
    found: Cart = cart(*first)
    for line in more:
        after = added(found, line)
        sums = line.quantity + units(found).get(line.sku, 0)
        if sums > MAX_UNITS:
            assert isinstance(after, LimitExceeded)
            continue
        assert units(after) == units(found) | {line.sku: sums}
        assert isinstance(after, Cart)
        assert [each.sku for each in after.lines][: len(found.lines)] == [each.sku for each in found.lines]
        found = after


@given(LINES, LINES, CONTACTS, CONTACTS)
def test_merging_loses_no_unit_below_the_most_and_lets_the_customers_word_stand(
    guests: tuple[CartLine, ...], own: tuple[CartLine, ...], told: Contact | None, mine: Contact | None
) -> None:
    guest, into = cart(*guests, contact=told), cart(*own, id="crt_b", customer="ada", contact=mine)
    after = merged(guest, into)
    assert isinstance(after, Cart)
    wanted = {
        sku: min(MAX_UNITS, units(guest).get(sku, 0) + units(into).get(sku, 0))
        for sku in units(guest) | units(into)
    }
    assert units(after) == wanted
    assert (after.id, after.customer, after.contact) == ("crt_b", "ada", mine or told)
    for line in after.lines:
        prices = [each.expected for each in (into.line(line.sku), guest.line(line.sku)) if each]
        assert line.expected == next((price for price in prices if price is not None), None)


@given(LINES, LINES)
def test_what_is_left_of_a_merged_cart_adds_nothing(
    guests: tuple[CartLine, ...], own: tuple[CartLine, ...]
) -> None:
    guest, into = cart(*guests, contact=Contact("a@x.example")), cart(*own, id="crt_b", customer="ada")
    left = taken_over(guest, into.id)
    assert (left.lines, left.contact, left.status, left.merged_into) == ((), None, CartStatus.MERGED, "crt_b")
    assert merged(left, into) == into


def many(count: int, start: int = 0) -> tuple[CartLine, ...]:
    return tuple(CartLine(f"S{number}", 1) for number in range(start, start + count))


def test_a_cart_has_as_many_lines_as_an_order() -> None:
    full = cart(*many(MAX_LINES))
    assert isinstance(added(full, CartLine("ONE-MORE", 1)), LimitExceeded)
    assert isinstance(added(full, CartLine("S0", 1)), Cart)
    assert isinstance(
        merged(cart(*many(2, MAX_LINES)), cart(*many(MAX_LINES - 1), id="crt_b")), LimitExceeded
    )


def test_a_line_that_is_not_there_is_not_set() -> None:
    assert isinstance(updated(cart(), CartLine("SKU-1", 1)), NotFound)
    assert units(updated(cart(CartLine("SKU-1", 5)), CartLine("SKU-1", 2))) == {"SKU-1": 2}


def test_taking_out_a_line_twice_is_taking_it_out_once() -> None:
    left = without(cart(CartLine("SKU-1", 5), CartLine("SKU-2", 1)), "SKU-1")
    assert units(left) == {"SKU-2": 1}
    assert without(left, "SKU-1") == left


@pytest.mark.parametrize(
    ("given_cart", "actor", "allowed"),
    [
        (cart(), make.GUEST, True),
        (cart(), make.CUSTOMER, True),
        (cart(), make.staff(), False),
        (cart(), make.SYSTEM, False),
        (cart(customer=make.CUSTOMER.id), make.CUSTOMER, True),
        (cart(customer=make.CUSTOMER.id), make.STRANGER, False),
        (cart(customer=make.CUSTOMER.id), make.GUEST, False),
        (cart(customer=make.CUSTOMER.id), Actor(ActorKind.GUEST, make.CUSTOMER.id), False),
        (cart(customer=make.CUSTOMER.id), make.staff(), False),
    ],
)
def test_whose_a_cart_is(given_cart: Cart, actor: Actor, allowed: bool) -> None:
    assert may_use(given_cart, actor) is allowed


def test_a_cart_that_is_placed_or_merged_is_closed_and_says_which() -> None:
    assert closed(cart()) is None
    for shut, reason in ((cart(order_id="ord_a"), "CART_PLACED"), (cart(merged_into="crt_b"), "CART_MERGED")):
        refusal = closed(shut)
        assert isinstance(refusal, NotAllowed)
        assert refusal.reason == reason


def test_an_empty_cart_lacks_lines_an_address_and_for_guests_whom_to_write_to() -> None:
    assert [problem.path[1] for problem in incomplete(cart(), make.GUEST)] == [
        "lines", "contact", "shippingAddress",
    ]  # fmt: skip
    assert [problem.path[1] for problem in incomplete(cart(), make.CUSTOMER)] == ["lines", "shippingAddress"]


def test_a_whole_cart_is_the_order_that_it_stands_for() -> None:
    full = cart(CartLine("SKU-1", 2, 350), contact=Contact("a@x.example"), shipping_address=make.ADDRESS)
    request = request_of(full, make.GUEST, make.OWNER)
    assert not isinstance(request, tuple)
    (line,) = request.lines
    assert (line.sku, line.quantity, line.expected) == ("SKU-1", 2, 350)
    assert (request.shipping_address, request.contact) == (make.ADDRESS, full.contact)
