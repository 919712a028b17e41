"""Money: an exact decimal string with its currency at the edges, integer minor units inside. Never a float."""

import re

from domain.values import value

_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    2: "AED ARS AUD BGN BRL CAD CHF CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR KES MAD MXN MYR NGN NOK NZD "
    "PEN PHP PLN QAR RON RSD SAR SEK SGD THB TRY TWD UAH USD ZAR",
    3: "BHD IQD JOD KWD LYD OMR TND",
}
DECIMALS = {code: count for count, codes in _DECIMALS.items() for code in codes.split()}
"""How many decimals a currency has (ISO 4217)."""

_AMOUNT = re.compile(
    r"(?!-[0.]+\Z)-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,3})?"
)  # nothing owed has one spelling: no -0


@value
class Money:
    """An amount of money: an exact decimal with the currency's own number of decimals, such as `"12.50"` in `"GBP"`."""

    amount: str
    """The exact decimal, with the currency's own number of decimals; below 0 it begins with `-`."""
    currency: str
    """The ISO 4217 code, such as `GBP`."""


def money(minor: int, currency: str) -> Money:
    """Write minor units (pence, yen, fils) as money: `money(1250, "GBP")` is 12.50 GBP."""
    places = DECIMALS[currency]
    if not places:
        return Money(str(minor), currency)
    digits = str(abs(minor)).rjust(places + 1, "0")
    sign = "-" if minor < 0 else ""
    return Money(f"{sign}{digits[:-places]}.{digits[-places:]}", currency)


def minor_units(value: Money) -> int:
    """Read money as minor units. Raises ValueError unless it has exactly the currency's number of decimals."""
    places = DECIMALS.get(value.currency)
    if places is None:
        raise ValueError("unknown currency: use an ISO 4217 code such as GBP")
    match = _AMOUNT.fullmatch(value.amount)
    decimals = len(match.group(2) or ".") - 1 if match else -1
    if decimals != places:
        raise ValueError(
            f"this is not an amount in {value.currency}: write it like {money(1250, value.currency).amount!r}"
        )
    return int(value.amount.replace(".", ""))


def half_up(numerator: int, denominator: int) -> int:
    """Divide and round half away from zero, exactly."""
    quotient, rest = divmod(abs(numerator), denominator)
    rounded = quotient + (rest * 2 >= denominator)
    return rounded if numerator >= 0 else -rounded


def tax_on(net: int, rate: int) -> int:
    """Tax on a net amount in minor units; `rate` in hundredths of a percent (2000 is 20 %). Rounded half up."""
    return half_up(net * rate, 10_000)


def share(whole: int, part: int, of: int) -> int:
    """What `part` of `of` equal units bear of `whole`: the first units carry the remainder, so parts sum to the whole."""
    each, rest = divmod(whole, of)
    return each * part + min(part, rest)


def allocate(whole: int, weights: list[int]) -> list[int]:
    """Split `whole` by weights with the largest remainder; the parts always sum to the whole. Weights sum above 0.

    Of equal remainders the larger weight comes first, then the earlier place.
    """
    total = sum(weights)
    parts = [whole * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(whole * weights[i] % total), -weights[i], i))
    for index in by_remainder[: whole - sum(parts)]:
        parts[index] += 1
    return parts
