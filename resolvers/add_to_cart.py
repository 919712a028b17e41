"""Put units into a cart."""

from domain.cart import added
from domain.ids import Id
from domain.values import value
from resolvers.carting import change
from resolvers.context import Context
from resolvers.create_cart import CartLineInput, line_of
from resolvers.shapes.carts import CartPayload
from resolvers.shapes.inputs import IdempotencyKey, MoneyInput, Sku, Units
from wiring.access import SHOPPERS
from wiring.declarations import field


@value
class AddToCartInput:
    """Units to add to a SKU's line, which is new where there is none."""

    cart_id: Id
    """The cart's id."""
    sku: Sku
    """What to add."""
    quantity: Units
    """Units to add."""
    idempotency_key: IdempotencyKey
    """The caller's own key of this click: sent again with the same body, it adds once."""
    expected_unit_price: MoneyInput | None = None
    """The unit price that the caller was shown, excluding tax: with another, `problems` say PriceChanged."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the cart is still at this version."""


@field("Mutation.addToCart", access=SHOPPERS, runs_in="write")
def add_to_cart(input: AddToCartInput, context: Context) -> CartPayload:
    """Add units to a cart. Whether they can be bought is told by the cart's `problems`."""
    line = line_of(CartLineInput(input.sku, input.quantity, input.expected_unit_price), context, "input")
    return change(
        context,
        input.cart_id,
        lambda cart: added(cart, line),
        input=input,
        key=input.idempotency_key,
        expected_version=input.expected_version,
    )
