"""Money: exact decimals at the edge, whole minor units inside."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import DECIMALS, Money, allocate, half_up, minor_units, money, share, tax_on

CURRENCIES = st.sampled_from(sorted(DECIMALS))
MINOR = st.integers(-(10**15) + 1, 10**15 - 1)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("1250", "JPY", 1250), ("0", "JPY", 0), ("-7", "JPY", -7),
        ("12.50", "GBP", 1250), ("0.00", "GBP", 0), ("0.05", "GBP", 5), ("-0.05", "GBP", -5),
        ("1.250", "KWD", 1250), ("0.001", "KWD", 1), ("-3.000", "KWD", -3000),
    ],
)  # fmt: skip
def test_an_amount_reads_and_writes_exactly(amount: str, currency: str, minor: int) -> None:
    assert minor_units(Money(amount, currency)) == minor
    assert money(minor, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("12.5", "GBP"), ("12", "GBP"), ("12.500", "GBP"), ("1.0", "JPY"), ("1.25", "KWD"), ("", "GBP"), ("-", "GBP"),
        ("1,250.00", "GBP"), (" 1.00", "GBP"), ("1.00\n", "GBP"), ("01.00", "GBP"), ("+1.00", "GBP"), ("1e2", "JPY"),
        (".50", "GBP"), ("NaN", "GBP"), ("-0.00", "GBP"), ("-0", "JPY"), ("\u0663.\u0660\u0660", "GBP"), ("9" * 16, "JPY"),
    ],
)  # fmt: skip
def test_an_amount_in_another_spelling_is_refused_and_shown_a_right_one(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match="write it like '1"):
        minor_units(Money(amount, currency))


def test_an_unknown_currency_is_named() -> None:
    with pytest.raises(ValueError, match="unknown currency"):
        minor_units(Money("1.00", "XXX"))


@given(MINOR, CURRENCIES)
def test_writing_then_reading_is_the_identity(minor: int, currency: str) -> None:
    read = minor_units(money(minor, currency))
    assert read == minor
    assert type(read) is int


@given(st.from_regex(r"\A-?[0-9]{1,6}(\.[0-9]{1,3})?\Z"), CURRENCIES)
def test_reading_then_writing_is_the_identity_on_all_that_is_accepted(amount: str, currency: str) -> None:
    try:
        read = minor_units(Money(amount, currency))
    except ValueError:
        return
    assert money(read, currency).amount == amount


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(5, 10, 1), (4, 10, 0), (-5, 10, -1), (-4, 10, 0), (15, 10, 2), (25, 10, 3), (7, 3, 2), (0, 7, 0)],
)
def test_half_rounds_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert half_up(numerator, denominator) == rounded


@pytest.mark.parametrize(
    ("net", "rate", "tax"), [(1_000, 2_000, 200), (333, 2_000, 67), (332, 2_000, 66), (10, 500, 1), (9, 500, 0), (5, 0, 0)]
)  # fmt: skip
def test_tax_is_rounded_half_up(net: int, rate: int, tax: int) -> None:
    assert tax_on(net, rate) == tax


def test_rounding_is_exact_where_a_float_is_not() -> None:
    large = 10**17 + 5
    assert half_up(large * 10, 10) == large
    assert tax_on(large, 10_000) == large


@given(st.integers(0, 10**12), st.integers(1, 1_000))
def test_the_shares_of_single_units_sum_to_the_whole(whole: int, units: int) -> None:
    each = [share(whole, count + 1, units) - share(whole, count, units) for count in range(units)]
    assert sum(each) == whole
    assert max(each) - min(each) <= 1


@given(st.integers(0, 10**9), st.lists(st.integers(1, 20), min_size=1, max_size=8), st.randoms())
def test_shares_sum_to_the_whole_in_whatever_order_parts_are_taken(
    whole: int, parts: list[int], dice: Random
) -> None:
    dice.shuffle(parts)
    of, taken, total = sum(parts), 0, 0
    for part in parts:
        total += share(whole, taken + part, of) - share(whole, taken, of)
        taken += part
    assert total == whole


WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@given(st.integers(-(10**12), 10**12), WEIGHTS)
def test_allocated_parts_sum_to_the_whole_and_none_is_off_by_a_unit(whole: int, weights: list[int]) -> None:
    parts, total = allocate(whole, weights), sum(weights)
    assert sum(parts) == whole
    assert all(
        abs(part * total - whole * weight) < total for part, weight in zip(parts, weights, strict=True)
    )


@given(st.integers(0, 10**9), WEIGHTS)
def test_what_a_weight_is_allocated_does_not_depend_on_its_place(whole: int, weights: list[int]) -> None:
    forwards = sorted(zip(weights, allocate(whole, weights), strict=True))
    backwards = sorted(zip(reversed(weights), allocate(whole, weights[::-1]), strict=True))
    assert forwards == backwards


def test_nothing_is_allocated_to_no_weight() -> None:
    assert allocate(100, [0, 1, 0, 1, 1]) == [0, 34, 0, 33, 33]
