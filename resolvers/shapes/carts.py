"""What the API shows of a cart."""

from datetime import datetime

from domain.cart import CartStatus
from domain.ids import Id
from domain.money import Money
from domain.order import Address, Contact
from domain.refusals import UserError
from domain.values import value


@value
class CartLine:
    """One line of a cart: there is one for each SKU. Prices exclude tax; null where it cannot be bought now."""

    sku: str
    """What is to be ordered; it names the line."""
    quantity: int
    """Units of it."""
    title: str | None
    """Its title now."""
    unit_price: Money | None
    """Price of one unit now, excluding tax."""
    subtotal: Money | None
    """Unit price times quantity, excluding tax."""
    tax: Money | None
    """Tax on the subtotal, rounded half up."""


@value
class CartTotals:
    """What an order placed now would come to, as far as it is known: `total` = subtotal - discount + shipping + tax."""

    subtotal: Money
    """Sum of the lines' subtotals, excluding tax."""
    discount: Money
    """Sum of the lines' discounts."""
    shipping: Money | None
    """Price of shipping, excluding tax; null before it is known where to."""
    tax: Money
    """Tax of the lines and of shipping."""
    total: Money
    """All together, tax included."""


@value
class ShippingOption:
    """A way to ship this cart to its address."""

    id: str
    """Its id: what `setCartShipping` takes."""
    title: str
    """Its title."""
    price: Money
    """Its price for this cart, excluding tax."""


@value
class Cart:
    """A cart. A customer's is theirs alone; a guest's is whoever's holds its id, which is a secret for that reason."""

    id: Id
    """The cart's id."""
    status: CartStatus
    """What became of it: one that is placed or merged never changes again."""
    version: int
    """Rises with each change."""
    lines: tuple[CartLine, ...]
    """What is to be ordered, in the order that it was added; at most 1,000."""
    totals: CartTotals | None
    """What it comes to; null once it is not open."""
    contact: Contact | None
    """Whom to write to; null before it is told. A guest's order needs it."""
    shipping_address: Address | None
    """Where to ship to; null before it is told."""
    billing_address: Address | None
    """Where the bill goes; null where it is the shipping address."""
    shipping_method: str | None
    """The id of the chosen way to ship; null: the first of `shippingOptions`."""
    shipping_options: tuple[ShippingOption, ...]
    """The ways to ship this cart to its address; none before that is told."""
    problems: tuple[UserError, ...]
    """The refusals that `placeOrder` would answer now, before its terms of payment; empty where none."""
    order_id: Id | None
    """The order that was placed from it; null before."""
    changed_at: datetime
    """When it changed last: UTC, milliseconds."""
    expires_at: datetime
    """When it is forgotten, if it does not change before: UTC, milliseconds."""


@value
class CartPayload:
    """The cart after a mutation, or why it was refused."""

    cart: Cart | None = None
    """The cart after the mutation; null where it was refused."""
    replayed: bool = False
    """Whether this very command had been done before."""
    user_errors: tuple[UserError, ...] = ()
    """Why it was refused; empty where it was not."""
