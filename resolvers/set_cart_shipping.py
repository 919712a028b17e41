"""Choose how to ship."""

from dataclasses import replace
from typing import Annotated

from domain.ids import Id
from domain.values import value
from resolvers.carting import change
from resolvers.context import Context
from resolvers.shapes.carts import CartPayload
from wiring.access import SHOPPERS
from wiring.bounds import Length
from wiring.declarations import field


@value
class SetCartShippingInput:
    """The chosen way to ship."""

    cart_id: Id
    """The cart's id."""
    shipping_method: Annotated[str, Length(1, 32)] | None = None
    """The id of one of the cart's `shippingOptions`; the first of them where left out."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the cart is still at this version."""


@field("Mutation.setCartShipping", access=SHOPPERS, runs_in="write")
def set_cart_shipping(input: SetCartShippingInput, context: Context) -> CartPayload:
    """Choose how to ship. One that does not go to the cart's address, or take its goods, is a problem of the cart."""
    return change(
        context,
        input.cart_id,
        lambda cart: replace(cart, shipping_method=input.shipping_method),
        expected_version=input.expected_version,
    )
