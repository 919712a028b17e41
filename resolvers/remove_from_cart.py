"""Take a line out of a cart."""

from domain.cart import without
from domain.ids import Id
from domain.values import value
from resolvers.carting import change
from resolvers.context import Context
from resolvers.shapes.carts import CartPayload
from resolvers.shapes.inputs import Sku
from wiring.access import SHOPPERS
from wiring.declarations import field


@value
class RemoveFromCartInput:
    """Which line to take out."""

    cart_id: Id
    """The cart's id."""
    sku: Sku
    """Which line."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the cart is still at this version."""


@field("Mutation.removeFromCart", access=SHOPPERS, runs_in="write")
def remove_from_cart(input: RemoveFromCartInput, context: Context) -> CartPayload:
    """Take a line out; nothing happens where there is none."""
    return change(
        context,
        input.cart_id,
        lambda cart: without(cart, input.sku),
        expected_version=input.expected_version,
    )
