"""What the API shows of an order's money."""

from domain.money import Money
from domain.values import value


@value
class OrderTotals:
    """The order's money. `total` = subtotal - discount + shipping + tax, as placed: these never change.

    `cancelled` (with its tax and discount) stands beside them; `balance` = total - cancelled - captured + refunded.
    """

    subtotal: Money
    """Sum of the lines' subtotals, excluding tax."""
    discount: Money
    """Sum of the lines' discounts."""
    shipping: Money
    """Price of shipping, excluding tax."""
    tax: Money
    """Tax of the lines and of shipping."""
    total: Money
    """What the order came to when it was placed, tax included."""
    cancelled: Money
    """What cancelled units take off the total, tax included; shipping only with the whole order."""
    captured: Money
    """What was paid."""
    refunded: Money
    """What was paid back."""
    balance: Money
    """What is still owed; below 0, what is to be paid back."""
