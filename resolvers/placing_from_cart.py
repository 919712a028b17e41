"""Placing from a cart: one cart makes one order, whoever's keys ask for it, signed in or not.

The order's id comes from the cart and the key, never from the caller, and the placing transaction marks the cart. So a
second try finds the order by its id, and a second key finds it by the cart.
"""

from dataclasses import replace

from domain.actors import ActorKind, Owner, OwnerKind, ShopAction
from domain.cart import Cart, closed, may_use, request_of
from domain.ids import guest_of, order_id
from domain.order import PaymentTerms
from domain.paying import StartPayment
from domain.placing import forbidden, too_large
from domain.refusals import Refused, not_found
from domain.values import value
from resolvers.cart_view import owner_of
from resolvers.carting import MAX_DECISIONS, check_version, too_fast
from resolvers.commanding import conflict
from resolvers.context import Context
from resolvers.placing import CartMovedError, Placement, answer_holder
from resolvers.placing_in_chunks import place_whole
from resolvers.shapes.orders import OrderPayload
from storage.cart_items import expires
from storage.cart_marks import mark_of
from storage.cart_reads import load_cart
from storage.order_reads import load_order


@value
class CartOrder:
    """What is asked for of a cart, beside what stands in it; the hash stands for its meaning."""

    cart_id: str
    key: str
    payload_hash: str
    terms: PaymentTerms
    external_reference: str | None
    note: str | None
    expected_version: int | None
    payment: StartPayment | None = None

    def order_id(self, context: Context) -> str:
        """The order's id, for ever the same for this cart and key."""
        return order_id(
            context.secret, stage=context.stage, owner_kind="CART", owner=self.cart_id, key=self.key
        )


def place_from_cart(context: Context, wanted: CartOrder) -> OrderPayload:
    """Place what stands in a cart, or answer what was placed from it. Raises Refused."""
    for _ in range(MAX_DECISIONS):
        cart = load_cart(context.store, wanted.cart_id, context.now)
        if cart is None or not may_use(cart, context.actor):
            return _long_placed(context, wanted)
        if cart.order_id:
            return _placed(context, wanted, cart.order_id)
        try:
            return place_whole(_placement(context, wanted, cart))
        except CartMovedError:
            continue
    raise too_fast()


def _placement(context: Context, wanted: CartOrder, cart: Cart) -> Placement:
    """The order to place. Raises Refused for a cart that lacks something, or of which the caller saw another version."""
    refusal = closed(cart)
    if refusal:
        raise Refused(refusal)
    check_version(cart, wanted.expected_version)
    request = request_of(
        cart,
        context.actor,
        owner_of(cart, context),
        wanted.terms,
        wanted.external_reference,
        wanted.note,
    )
    if isinstance(request, tuple):
        raise Refused(*request)
    request = replace(request, payment=wanted.payment)
    refused = too_large(request) or forbidden(request, context.actor, context.shop)
    if refused:
        raise Refused(refused)
    customer = context.actor.id if context.actor.kind is ActorKind.CUSTOMER else None
    placed = replace(cart, customer=customer, changed_at=context.now)
    mark = mark_of(placed, expires(placed, context.shop.cart_days))
    return Placement(context, request, wanted.order_id(context), wanted.payload_hash, mark)


def _placed(context: Context, wanted: CartOrder, order_id: str) -> OrderPayload:
    """The order of a placed cart: with its own key as for any order; with another key too, for it is the same cart's."""
    loaded = load_order(context.store, order_id)
    if loaded is None:
        raise RuntimeError("a cart says that an order was placed from it, which is not there")
    if order_id == wanted.order_id(context) and loaded.order.payload_hash != wanted.payload_hash:
        raise Refused(conflict())
    return answer_holder(context, loaded.order, replayed=True)


def _long_placed(context: Context, wanted: CartOrder) -> OrderPayload:
    """The order that this key placed from a cart that is forgotten since. Raises Refused(NotFound) for anything else."""
    loaded = load_order(context.store, wanted.order_id(context))
    guests = Owner(OwnerKind.GUEST, guest_of(context.secret, wanted.cart_id))
    if loaded is None or not (
        loaded.order.owner == guests or context.may(ShopAction.VIEW_ORDER, loaded.order.owner)
    ):
        raise Refused(not_found("cart", "input", "cartId"))
    if loaded.order.payload_hash != wanted.payload_hash:
        raise Refused(conflict())
    return answer_holder(context, loaded.order, replayed=True)
