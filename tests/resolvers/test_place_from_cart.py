"""Placing from a cart: one cart makes one order, and a cart's problems are what placing answers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from domain.actors import Actor
from domain.cart import CartStatus
from domain.ids import Id
from domain.order import PaymentTerms
from domain.refusals import (
    IdempotencyConflict,
    InsufficientStock,
    InvalidInput,
    NotAllowed,
    NotFound,
    PriceChanged,
    StaleVersion,
    UnknownOutcome,
)
from resolvers.merge_cart import MergeCartInput, merge_cart
from resolvers.place_order import PlaceOrderInput, place_order
from resolvers.set_cart_address import SetCartAddressInput, set_cart_address
from resolvers.set_cart_shipping import SetCartShippingInput, set_cart_shipping
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
    basket,
    call,
    contents,
    context,
    done,
    fake,
    gbp,
    in_between,
    key,
    refusal,
    reprice,
    round_trips,
    stock,
    stocked,
)
from tests.storage.failing import lost_after, timeout

MANY = tuple(f"SKU-{number:03d}" for number in range(95))


def heads(store: Store) -> list[str]:
    """The orders that are placed."""
    items = [item for item in fake(store).items("orders") if item["PK"]["S"].startswith("O#")]
    return [each["PK"]["S"] for each in items if each["SK"]["S"] == "A" and each["phase"]["S"] == "PLACED"]


def large(store: Store) -> Id:
    """A cart of more SKUs than one transaction holds."""
    return ready(store, GUEST, *((sku, 1) for sku in MANY)).id


def small(store: Store) -> Id:
    return ready(store).id


SIZES: list[tuple[Callable[[Store], Id], tuple[str, ...]]] = [(small, ("LANTERN",)), (large, MANY)]
either_size = pytest.mark.parametrize(("fill", "skus"), SIZES, ids=["at once", "in chunks"])


@either_size
def test_a_guest_places_and_the_cart_shows_the_order(
    fill: Callable[[Store], Id], skus: tuple[str, ...]
) -> None:
    store = stocked(*skus)
    cart_id = fill(store)
    payload = order_from(store, cart_id)
    order, cart = done(payload), seen(store, cart_id)
    assert (order.status.value, order.customer_id, payload.replayed) == ("PLACED", None, False)
    assert order.contact is not None
    assert order.contact.email == "guest@example.com"
    assert (cart.status, cart.order_id, cart.totals, cart.problems) == (CartStatus.PLACED, order.id, None, ())
    assert len(order.lines) == len(skus)


@either_size
def test_the_same_key_again_is_the_same_order(fill: Callable[[Store], Id], skus: tuple[str, ...]) -> None:
    store, used = stocked(*skus), key()
    cart_id = fill(store)
    first = order_from(store, cart_id, used=used)
    before = contents(store)
    again = order_from(store, cart_id, used=used)
    assert (done(again).id, again.replayed, again.order_token) == (done(first).id, True, first.order_token)
    assert contents(store) == before


@either_size
def test_two_tabs_with_two_keys_one_after_the_other_make_one_order(
    fill: Callable[[Store], Id], skus: tuple[str, ...]
) -> None:
    store = stocked(*skus)
    cart_id = fill(store)
    first, second = order_from(store, cart_id), order_from(store, cart_id, note="from the other tab")
    assert (done(second).id, second.replayed) == (done(first).id, True)
    assert len(heads(store)) == 1


@either_size
def test_two_tabs_at_once_make_one_order(fill: Callable[[Store], Id], skus: tuple[str, ...]) -> None:
    store = stocked(*skus, units=10)
    cart_id = fill(store)
    others: list[Any] = []
    in_between(store, lambda: others.append(order_from(store, cart_id)))
    mine = order_from(store, cart_id)
    assert done(mine).id == done(others[0]).id
    assert (mine.replayed, len(heads(store))) == (True, 1)
    assert {stock(store, sku) for sku in skus} == {
        (10 - line.quantity, line.quantity) for line in done(mine).lines
    }


@either_size
def test_signing_in_between_two_tries_makes_one_order(
    fill: Callable[[Store], Id], skus: tuple[str, ...]
) -> None:
    store, used = stocked(*skus), key()
    cart_id = fill(store)
    first = order_from(store, cart_id, GUEST, used)
    again = order_from(store, cart_id, ADA, used)
    other_key = order_from(store, cart_id, ADA)
    assert [done(each).id for each in (again, other_key)] == [done(first).id] * 2
    assert (again.replayed, other_key.replayed, len(heads(store))) == (True, True, 1)
    assert again.order_token is not None


def test_signing_in_between_two_tries_that_run_at_once_makes_one_order() -> None:
    store, used = stocked("LANTERN"), key()
    cart_id = small(store)
    in_between(store, partial(order_from, store, cart_id, GUEST, used))
    mine = order_from(store, cart_id, ADA, used)
    assert (mine.replayed, len(heads(store)), stock(store)) == (True, 1, (98, 2))


def test_what_a_customer_placed_from_a_guests_cart_is_theirs_alone_afterwards() -> None:
    store, used = stocked("LANTERN"), key()
    cart_id = small(store)
    payload = order_from(store, cart_id, ADA, used)
    assert (done(payload).customer_id, payload.order_token) == ("ada", None)
    for actor in (GUEST, BEN):
        assert isinstance(refusal(order_from(store, cart_id, actor, used)), NotFound)
        assert isinstance(refusal(order_from(store, cart_id, actor)), NotFound)
    assert len(heads(store)) == 1


def test_placing_and_merging_at_once_is_one_of_the_two() -> None:
    store = stocked("LANTERN")
    first, second = small(store), small(store)
    in_between(store, lambda: do(merge_cart, MergeCartInput(first), store, ADA))
    refused = refusal(order_from(store, first))
    assert isinstance(refused, NotAllowed)
    assert (refused.reason, heads(store)) == ("CART_MERGED", [])
    in_between(store, lambda: order_from(store, second))
    late = do(merge_cart, MergeCartInput(second), store, ADA)
    assert [each.reason for each in late.user_errors] == ["CART_PLACED"]


def test_a_cart_that_changes_meanwhile_is_placed_as_it_then_is() -> None:
    store = stocked("LANTERN")
    cart_id = small(store)
    in_between(store, lambda: added(store, cart_id, "LANTERN", 3))
    assert [line.quantity for line in done(order_from(store, cart_id)).lines] == [5]


def test_a_large_cart_that_changes_meanwhile_is_placed_as_it_then_is_and_nothing_stays_held() -> None:
    store = stocked(*MANY, units=10)
    cart_id = large(store)
    in_between(store, lambda: added(store, cart_id, MANY[0], 3))
    order = done(order_from(store, cart_id))
    assert (order.lines[0].quantity, len(heads(store))) == (4, 1)
    assert [stock(store, sku) for sku in MANY[:2]] == [(6, 4), (9, 1)]


def test_a_version_that_the_caller_did_not_see_is_not_placed() -> None:
    store = stocked("LANTERN")
    cart = ready(store)
    added(store, cart.id, "LANTERN", 3)
    stale = refusal(order_from(store, cart.id, expected_version=cart.version))
    assert isinstance(stale, StaleVersion)
    used = key()
    first = order_from(store, cart.id, used=used, expected_version=stale.current_version)
    again = order_from(store, cart.id, used=used, expected_version=stale.current_version)
    assert (done(first).id, again.replayed) == (done(again).id, True)


def test_the_same_key_with_another_body_is_a_conflict() -> None:
    store, used = stocked("LANTERN"), key()
    cart_id = small(store)
    order_from(store, cart_id, used=used)
    assert isinstance(refusal(order_from(store, cart_id, used=used, note="another")), IdempotencyConflict)


def test_the_same_key_finds_the_order_when_its_cart_is_long_forgotten() -> None:
    store, used = stocked("LANTERN"), key()
    cart_id = small(store)
    first = done(order_from(store, cart_id, used=used))
    later = NOW + timedelta(days=400)

    def again(used: str, actor: Actor = GUEST) -> Any:
        wanted = PlaceOrderInput(idempotency_key=used, cart_id=cart_id)
        return call(place_order, wanted, context(actor, store, later))

    for actor in (GUEST, ADA):  # signed in meanwhile, or not
        assert (done(again(used, actor)).id, again(used, actor).replayed) == (first.id, True)
    assert isinstance(refusal(again(key())), NotFound)


@either_size
@pytest.mark.parametrize("lost", [1, 6, 8])
def test_lost_answers_end_in_one_order_by_sending_the_same_again(
    fill: Callable[[Store], Id], skus: tuple[str, ...], lost: int
) -> None:
    store, used = stocked(*skus), key()
    cart_id = fill(store)
    lost_after(store, *[timeout()] * lost)
    payload = order_from(store, cart_id, used=used)
    for _ in range(3):
        if not payload.order:
            assert isinstance(refusal(payload), UnknownOutcome)
            payload = order_from(store, cart_id, used=used)
    assert heads(store) == [f"O#{done(payload).id}"]
    assert seen(store, cart_id).order_id == done(payload).id


def test_a_foreign_cart_looks_like_none() -> None:
    store = stocked("LANTERN")
    cart_id = ready(store, ADA).id
    for actor in (BEN, GUEST, ADMIN):
        refused = refusal(order_from(store, cart_id, actor))
        assert refused == refusal(order_from(store, Id("crt_" + "a" * 26), actor))
        assert isinstance(refused, NotFound)


def test_a_guest_places_from_a_cart_alone() -> None:
    refused = refusal(call(place_order, basket(("LANTERN", 1)), context(GUEST, stocked("LANTERN"))))
    assert isinstance(refused, NotAllowed)
    assert refused.reason == "CART_REQUIRED"


@pytest.mark.parametrize(
    "more",
    [{"lines": basket(("LANTERN", 1)).lines}, {"shipping_address": ADDRESS}, {"shipping_method": "express"}],
)
def test_a_cart_or_lines_but_not_both(more: dict[str, Any]) -> None:
    store = stocked("LANTERN")
    assert isinstance(refusal(order_from(store, ready(store, ADA).id, ADA, **more)), InvalidInput)


@pytest.mark.parametrize("missing", ["lines", "shipping_address"])
def test_neither_a_cart_nor_lines_with_an_address_is_invalid(missing: str) -> None:
    wanted = replace(basket(("LANTERN", 1)), **{missing: None})  # type: ignore[arg-type]
    assert isinstance(refusal(call(place_order, wanted, context(ADA, stocked("LANTERN")))), InvalidInput)


def test_a_guest_does_not_place_on_account() -> None:
    store = stocked("LANTERN")
    refused = refusal(order_from(store, small(store), payment_terms=PaymentTerms.ON_ACCOUNT))
    assert isinstance(refused, NotAllowed)


def test_contact_and_billing_address_may_be_told_with_lines() -> None:
    bill = replace(ADDRESS, name="The Accountant")
    wanted = replace(basket(("LANTERN", 1)), contact=CONTACT, billing_address=bill)
    order = done(call(place_order, wanted, context(ADA, stocked("LANTERN"))))
    assert order.contact == CONTACT.value()
    assert order.billing_address == bill.value()


def nothing(_store: Store, _cart: Id) -> None:
    """The cart as it was filled."""


def dearer(store: Store, cart_id: Id) -> None:
    do(update_cart_line, UpdateCartLineInput(cart_id, "LANTERN", 2, gbp("2.50")), store)
    reprice(store, "LANTERN", "2.75")


def sold_elsewhere(store: Store, _cart: Id) -> None:
    done(call(place_order, basket(("LANTERN", 99)), context(ADA, store)))


def never_sold(store: Store, cart_id: Id) -> None:
    added(store, cart_id, "NO-SUCH", 1)


def other_shipping(store: Store, cart_id: Id) -> None:
    do(set_cart_shipping, SetCartShippingInput(cart_id, "express"), store)
    do(set_cart_address, SetCartAddressInput(cart_id, replace(ADDRESS, country="US")), store)


PROBLEMS: list[tuple[Callable[[Store, Id], None], list[type]]] = [
    (nothing, []),
    (dearer, [PriceChanged]),
    (sold_elsewhere, [InsufficientStock]),
    (never_sold, [InvalidInput]),
    (other_shipping, [InvalidInput]),
]


@pytest.mark.parametrize(("spoil", "kinds"), PROBLEMS, ids=lambda each: getattr(each, "__name__", ""))
@pytest.mark.parametrize("actor", [GUEST, ADA])
def test_the_carts_problems_are_what_placing_answers(
    spoil: Callable[[Store, Id], None], kinds: list[type], actor: Actor
) -> None:
    store = stocked("LANTERN")
    cart_id = small(store)
    spoil(store, cart_id)
    told = seen(store, cart_id, actor).problems
    assert told == order_from(store, cart_id, actor).user_errors
    assert [type(each) for each in told] == kinds


@pytest.mark.parametrize("actor", [GUEST, ADA])
def test_the_problems_of_an_unfinished_cart_are_what_placing_answers(actor: Actor) -> None:
    store = stocked("LANTERN")
    for lines in ((), (("LANTERN", 1),)):
        cart = started(store, GUEST, *lines)
        assert seen(store, cart.id, actor).problems == order_from(store, cart.id, actor).user_errors != ()


def test_a_changed_price_is_agreed_to_by_setting_the_line() -> None:
    store = stocked("LANTERN")
    cart_id = small(store)
    dearer(store, cart_id)
    after = changed(do(update_cart_line, UpdateCartLineInput(cart_id, "LANTERN", 2, gbp("2.75")), store))
    assert after.problems == ()


def test_placing_from_a_cart_is_two_reads_and_one_transaction() -> None:
    store = stocked("LANTERN")
    cart_id = small(store)
    calls = round_trips(store, lambda: order_from(store, cart_id))
    assert calls == ["get_item", "batch_get_item", "transact_write_items"]


def test_the_largest_cart_placed_at_once_fits_a_transaction() -> None:
    skus = tuple(f"SKU-{number:03d}" for number in range(90))
    store = stocked(*skus)
    cart_id = ready(store, ADA, *((sku, 1) for sku in skus)).id
    sizes: list[int] = []

    def count(name: str, request: Any) -> None:
        if name == "transact_write_items":
            sizes.append(len(request["TransactItems"]))

    fake(store).before(count)
    done(order_from(store, cart_id, ADA, external_reference="ours"))
    assert sizes == [96]  # 90 SKUs; head, snapshot, log entry, number, reference, cart
