"""Say whom to write to about the order."""

from dataclasses import replace

from domain.ids import Id
from domain.values import value
from resolvers.carting import change
from resolvers.context import Context
from resolvers.shapes.carts import CartPayload
from resolvers.shapes.inputs import ContactInput
from wiring.access import SHOPPERS
from wiring.declarations import field


@value
class SetCartContactInput:
    """Whom to write to, in place of what was told before."""

    cart_id: Id
    """The cart's id."""
    contact: ContactInput
    """Whom to write to."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the cart is still at this version."""


@field("Mutation.setCartContact", access=SHOPPERS, runs_in="write")
def set_cart_contact(input: SetCartContactInput, context: Context) -> CartPayload:
    """Set the contact; an order's mails go to it. Sent twice it changes nothing more."""
    told = input.contact.value()
    return change(
        context,
        input.cart_id,
        lambda cart: replace(cart, contact=told),
        expected_version=input.expected_version,
    )
