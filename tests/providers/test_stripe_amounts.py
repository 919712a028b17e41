"""Amounts to Stripe and back, in currencies with 0, 2 and 3 decimals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import DECIMALS
from providers.provider import ProviderRefusedError
from providers.stripe_amounts import from_stripe, to_stripe


@pytest.mark.parametrize(
    ("amount", "currency", "stripes"),
    [
        (1_250, "GBP", 1_250),  # 12.50
        (500, "JPY", 500),  # docs.stripe.com/currencies: to charge 500 yen, 500
        (5, "ISK", 500),  # ... to charge 5 ISK, 500
        (5_120, "KWD", 5_120),  # ... 5.124 KWD must be rounded to 5120 or 5130
    ],
)
def test_stripes_own_examples(amount: int, currency: str, stripes: int) -> None:
    assert to_stripe(amount, currency) == stripes


@pytest.mark.parametrize("currency", ["BHD", "JOD", "KWD", "OMR", "TND"])
def test_the_last_of_three_decimals_must_be_0(currency: str) -> None:
    with pytest.raises(ProviderRefusedError, match="amount_not_supported"):
        to_stripe(5_124, currency)


@pytest.mark.parametrize("currency", ["IQD", "LYD", "UGX", "XXX"])
def test_a_currency_that_stripe_may_misread_is_refused(currency: str) -> None:
    with pytest.raises(ProviderRefusedError, match="currency_not_supported"):
        to_stripe(1_000, currency)


@given(amount=st.integers(0, 10**12), currency=st.sampled_from(sorted(DECIMALS)))
def test_what_stripe_takes_comes_back_as_it_was(amount: int, currency: str) -> None:
    try:
        sent = to_stripe(amount, currency)
    except ProviderRefusedError:
        assert DECIMALS[currency] == 3 or currency == "UGX"
    else:
        assert from_stripe(sent, currency) == amount
