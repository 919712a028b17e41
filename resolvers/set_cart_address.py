"""Say where to ship to, and where the bill goes."""

from dataclasses import replace

from domain.ids import Id
from domain.values import value
from resolvers.carting import change
from resolvers.context import Context
from resolvers.shapes.carts import CartPayload
from resolvers.shapes.inputs import AddressInput
from wiring.access import SHOPPERS
from wiring.declarations import field


@value
class SetCartAddressInput:
    """Both addresses, in place of what was told before."""

    cart_id: Id
    """The cart's id."""
    shipping_address: AddressInput
    """Where to ship to."""
    billing_address: AddressInput | None = None
    """Where the bill goes; to the shipping address where left out."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the cart is still at this version."""


@field("Mutation.setCartAddress", access=SHOPPERS, runs_in="write")
def set_cart_address(input: SetCartAddressInput, context: Context) -> CartPayload:
    """Set the addresses. A chosen way to ship that does not go there is a problem of the cart until another is chosen."""
    ship = input.shipping_address.value()
    bill = input.billing_address.value() if input.billing_address else None
    return change(
        context,
        input.cart_id,
        lambda cart: replace(cart, shipping_address=ship, billing_address=bill),
        expected_version=input.expected_version,
    )
