"""Set the units of a cart's line."""

from domain.cart import updated
from domain.ids import Id
from domain.values import value
from resolvers.carting import change
from resolvers.context import Context
from resolvers.create_cart import CartLineInput, line_of
from resolvers.shapes.carts import CartPayload
from resolvers.shapes.inputs import MoneyInput, Sku, Units
from wiring.access import SHOPPERS
from wiring.declarations import field


@value
class UpdateCartLineInput:
    """A line as it shall be; `expectedUnitPrice` as left out is none."""

    cart_id: Id
    """The cart's id."""
    sku: Sku
    """Which line."""
    quantity: Units
    """Units that it shall have."""
    expected_unit_price: MoneyInput | None = None
    """The unit price that the caller was shown, excluding tax: how a changed price is agreed to."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the cart is still at this version."""


@field("Mutation.updateCartLine", access=SHOPPERS, runs_in="write")
def update_cart_line(input: UpdateCartLineInput, context: Context) -> CartPayload:
    """Set a line's units, and the price that was shown. Sent twice it changes nothing more."""
    line = line_of(CartLineInput(input.sku, input.quantity, input.expected_unit_price), context, "input")
    return change(
        context, input.cart_id, lambda cart: updated(cart, line), expected_version=input.expected_version
    )
