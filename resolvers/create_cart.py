"""Start a cart."""

import secrets
from typing import Annotated

from domain.actors import ActorKind
from domain.cart import Cart, CartLine, added
from domain.ids import new_cart_id
from domain.refusals import Refused, UserError, not_allowed
from domain.values import value
from resolvers.carting import answered, too_fast
from resolvers.context import Context
from resolvers.shapes.carts import CartPayload
from resolvers.shapes.inputs import MoneyInput, Sku, Units
from storage.cart_writes import write_carts
from wiring.access import SHOPPERS
from wiring.bounds import Length
from wiring.declarations import field

ID_BYTES = 17
"""136 random bits, of which an id takes 130."""


@value
class CartLineInput:
    """Units of a SKU. `expectedUnitPrice` guards against a price that changes before the order is placed."""

    sku: Sku
    """What to order; named twice, its units are summed up."""
    quantity: Units
    """Units of it."""
    expected_unit_price: MoneyInput | None = None
    """The unit price that the caller was shown, excluding tax: with another, `problems` say PriceChanged."""


@value
class CreateCartInput:
    """What to start with; an empty cart where left out."""

    lines: Annotated[tuple[CartLineInput, ...], Length(0, 100)] = ()
    """The first lines, at most 100."""


@field("Mutation.createCart", access=SHOPPERS, runs_in="write")
def create_cart(input: CreateCartInput, context: Context) -> CartPayload:
    """Start a cart: a customer's own, or a guest's, which is whoever's holds its id. Sent twice it makes two.

    A cart is forgotten 30 days after its last change (`expiresAt`), so one that nobody uses needs no clearing away.
    """
    if context.actor.kind not in {ActorKind.GUEST, ActorKind.CUSTOMER}:
        raise Refused(not_allowed("NOT_PERMITTED", "Carts are for customers and guests."))
    customer = context.actor.id if context.actor.kind is ActorKind.CUSTOMER else None
    cart: Cart | UserError = Cart(new_cart_id(secrets.token_bytes(ID_BYTES)), customer, context.now)
    for position, line in enumerate(input.lines):
        if isinstance(cart, Cart):
            cart = added(cart, line_of(line, context, "input", "lines", str(position)))
    if isinstance(cart, UserError):
        raise Refused(cart)
    if write_carts(context.store, [(None, cart)], context.shop.cart_days):
        raise too_fast()
    return answered(cart, context)


def line_of(line: CartLineInput, context: Context, *path: str) -> CartLine:
    """The line of an input. Raises Refused(InvalidInput)."""
    price = line.expected_unit_price
    expected = price.minor(context.shop.currency, *path, "expectedUnitPrice") if price else None
    return CartLine(line.sku, line.quantity, expected)
