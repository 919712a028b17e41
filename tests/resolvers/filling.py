"""Carts for tests: started, filled, ready to be placed, and placed."""

from collections.abc import Callable
from typing import Any

from domain.actors import Actor
from domain.ids import Id
from resolvers.add_to_cart import AddToCartInput, add_to_cart
from resolvers.cart import cart as cart_query
from resolvers.create_cart import CartLineInput, CreateCartInput, create_cart
from resolvers.place_order import PlaceOrderInput, place_order
from resolvers.set_cart_address import SetCartAddressInput, set_cart_address
from resolvers.set_cart_contact import SetCartContactInput, set_cart_contact
from resolvers.shapes.carts import Cart, CartPayload
from resolvers.shapes.inputs import ContactInput
from resolvers.shapes.orders import OrderPayload
from storage.store import Store
from tests.shopkeeping import ADDRESS, GUEST, call, context, key

CONTACT = ContactInput("guest@example.com", "Grace Guest", "+44 20 7946 0000")


def changed(payload: CartPayload) -> Cart:
    """The cart of a mutation that was accepted."""
    assert payload.cart is not None, payload.user_errors
    return payload.cart


def started(store: Store, actor: Actor = GUEST, *lines: tuple[str, int]) -> Cart:
    """A cart that has just been created."""
    given = CreateCartInput(tuple(CartLineInput(sku, units) for sku, units in lines))
    return changed(create_cart(given, context(actor, store)))


def ready(store: Store, actor: Actor = GUEST, *lines: tuple[str, int]) -> Cart:
    """A cart from which an order can be placed."""
    cart = started(store, actor, *lines or (("LANTERN", 2),))
    asked = context(actor, store)
    set_cart_contact(SetCartContactInput(cart.id, CONTACT), asked)
    return changed(set_cart_address(SetCartAddressInput(cart.id, ADDRESS), asked))


def seen(store: Store, cart_id: Id, actor: Actor = GUEST) -> Cart:
    """The cart as its holder sees it now."""
    found = cart_query(cart_id, context(actor, store))
    assert found is not None
    return found


def added(store: Store, cart_id: Id, sku: str, units: int, actor: Actor = GUEST, **given: Any) -> CartPayload:
    """Units put into a cart."""
    payload: CartPayload = call(
        add_to_cart, AddToCartInput(cart_id, sku, units, key(), **given), context(actor, store)
    )
    return payload


def do(field_function: Callable[..., Any], input: object, store: Store, actor: Actor = GUEST) -> Any:
    """Run a mutation; a refusal becomes the payload's `user_errors`."""
    return call(field_function, input, context(actor, store))


def order_from(
    store: Store, cart_id: Id, actor: Actor = GUEST, used: str | None = None, **given: Any
) -> OrderPayload:
    """Place from a cart; a refusal becomes the payload's `user_errors`."""
    wanted = PlaceOrderInput(idempotency_key=used or key(), cart_id=cart_id, **given)
    payload: OrderPayload = call(place_order, wanted, context(actor, store))
    return payload


def guest_order(store: Store, *lines: tuple[str, int]) -> OrderPayload:
    """A guest's order, with its token."""
    payload = order_from(store, ready(store, GUEST, *lines).id)
    assert payload.order is not None, payload.user_errors
    assert payload.order_token is not None
    return payload
