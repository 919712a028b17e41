"""Amounts as Stripe writes them: mostly our minor units, with the exceptions of its page on currencies.

https://docs.stripe.com/currencies: the last digit of an amount with three decimals must be 0; the Icelandic króna has
none, and still travels with two (support.stripe.com, "Deprecation of fractional ISK charges and refunds").
"""

from domain.money import DECIMALS
from providers.provider import ProviderRefusedError

_TENS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
_HUNDREDFOLD = frozenset({"ISK"})
_REFUSED = frozenset({"IQD", "LYD", "UGX"})
"""Stripe lists no three-decimal IQD or LYD, and its pages contradict each other on UGX: not before somebody has tried."""


def to_stripe(amount: int, currency: str) -> int:
    """Minor units as Stripe takes them. Raises ProviderRefusedError where Stripe would refuse or misread the amount."""
    if currency not in DECIMALS or currency in _REFUSED:
        raise ProviderRefusedError("currency_not_supported", f"{currency} is not taken by way of Stripe")
    if currency in _TENS and amount % 10:
        raise ProviderRefusedError(
            "amount_not_supported", f"in {currency} Stripe takes whole tens of {amount}"
        )
    return amount * 100 if currency in _HUNDREDFOLD else amount


def from_stripe(amount: int, currency: str) -> int:
    """Stripe's amount as minor units; `currency` in our spelling."""
    return amount // 100 if currency in _HUNDREDFOLD else amount
