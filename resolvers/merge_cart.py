"""Take a guest's cart over at sign-in."""

from domain.actors import ActorKind
from domain.cart import Cart, closed, merged, taken_over
from domain.ids import Id, cart_id_of
from domain.refusals import Refused, UserError, invalid, not_allowed, not_found
from domain.values import value
from resolvers.carting import MAX_DECISIONS, answered, moved_on, too_fast, usable
from resolvers.context import Context
from resolvers.shapes.carts import CartPayload
from storage.cart_reads import load_cart
from storage.cart_writes import write_carts
from wiring.access import CUSTOMERS
from wiring.declarations import field


@value
class MergeCartInput:
    """Which guest's cart goes into which of the customer's."""

    cart_id: Id
    """The guest's cart."""
    into_cart_id: Id | None = None
    """The customer's cart; a new one where left out."""


@field("Mutation.mergeCart", access=CUSTOMERS, runs_in="write")
def merge_cart(input: MergeCartInput, context: Context) -> CartPayload:
    """Take a guest's cart over: units are summed up (to 100,000 a line), what the customer's cart lacks is added.

    The guest's cart ends as merged, with nothing in it. Merging it again changes nothing, and answers the same cart.
    """
    if context.actor.kind is not ActorKind.CUSTOMER:
        raise Refused(not_allowed("NOT_PERMITTED", "Only a customer takes a cart over."))
    for _ in range(MAX_DECISIONS):
        guest = usable(context, input.cart_id)
        if guest.merged_into:
            own = usable(context, guest.merged_into)
            return answered(own, context, replayed=True)
        before = _target(context, guest, input.into_cart_id)
        after = moved_on(_merged(guest, before), context)
        left = moved_on(taken_over(guest, after.id), context)
        known = before if before.version else None
        if not write_carts(context.store, [(known, after), (guest, left)], context.shop.cart_days):
            return answered(after, context)
    raise too_fast()


def _target(context: Context, guest: Cart, named: str | None) -> Cart:
    """The customer's cart that the guest's goes into; version 0 where it is new. Raises Refused."""
    customer = context.actor.id
    if guest.customer is not None:
        raise Refused(invalid("This cart is a customer's already.", "input", "cartId"))
    if named is None:
        own = cart_id_of(context.secret, customer, guest.id)
        return load_cart(context.store, own, context.now) or Cart(own, customer, context.now, version=0)
    cart = usable(context, named, "intoCartId")
    if cart.customer != customer:
        raise Refused(not_found("cart", "input", "intoCartId"))
    return cart


def _merged(guest: Cart, into: Cart) -> Cart:
    refusal = closed(guest) or closed(into)
    after = refusal or merged(guest, into)
    if isinstance(after, UserError):
        raise Refused(after)
    return after
