"""The shop file: what a shop decides once, read at start, typed and checked."""

import re
import tomllib
from dataclasses import fields
from decimal import Decimal

from domain.money import DECIMALS, Money, minor_units
from domain.values import value


class ShopFileError(Exception):
    """The shop file is missing something or says something impossible; the message names the key."""


@value
class ShippingMethod:
    """A way to ship: where to (country codes, or `*`), its price and from which subtotal it is free (minor units)."""

    id: str
    title: str
    countries: tuple[str, ...]
    price: int
    free_from: int | None

    def serves(self, country: str) -> bool:
        """Say whether it ships to this country (ISO 3166 code)."""
        return "*" in self.countries or country in self.countries


@value
class Shop:
    """The whole file. Tax rates are in hundredths of a percent by tax class; times in minutes."""

    name: str
    currency: str
    warehouse: str
    number_prefix: str
    order_expiry_minutes: int
    customers_on_account: bool
    tax_rates: dict[str, int]
    shipping_tax_class: str
    shipping: tuple[ShippingMethod, ...]

    def shipping_to(self, country: str) -> tuple[ShippingMethod, ...]:
        """List the methods that serve a country, in the file's order."""
        return tuple(method for method in self.shipping if method.serves(country))


def read_shop(text: str) -> Shop:
    """Read the shop file (TOML). Raises ShopFileError, which names the key at fault."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ShopFileError(f"not TOML: {error}") from None
    currency = _text(data, "currency")
    if currency not in DECIMALS:
        raise ShopFileError(f"currency: {currency!r} is no ISO 4217 code that this version knows")
    rates = {name: _rate(name, value) for name, value in _table(data, "tax").items()}
    shop = Shop(
        name=_text(data, "name"),
        currency=currency,
        warehouse=_pattern(data, "warehouse", r"[A-Z0-9]{1,16}"),
        number_prefix=_pattern(data, "number_prefix", r"[A-Z0-9-]{0,6}"),
        order_expiry_minutes=_whole(data, "order_expiry_minutes"),
        customers_on_account=_flag(data, "customers_on_account"),
        tax_rates=rates,
        shipping_tax_class=_text(data, "shipping_tax_class"),
        shipping=tuple(
            _method(entry, currency, position)
            for position, entry in enumerate(_list(data, "shipping"), start=1)
        ),
    )
    _only(data, Shop)
    _unique("shipping.id", [method.id for method in shop.shipping])
    if shop.shipping_tax_class not in rates:
        raise ShopFileError(f"shipping_tax_class: no rate for {shop.shipping_tax_class!r} under [tax]")
    return shop


def _method(entry: object, currency: str, position: int) -> ShippingMethod:
    """One `[[shipping]]` entry; its errors say which, counted from 1."""
    try:
        if not isinstance(entry, dict):
            raise ShopFileError("a table is required, headed [[shipping]]")
        _only(entry, ShippingMethod)
        free_from = entry.get("free_from")
        return ShippingMethod(
            id=_pattern(entry, "id", r"[a-z0-9-]{1,32}"),
            title=_text(entry, "title"),
            countries=tuple(_country(country) for country in _list(entry, "countries")),
            price=_amount("price", entry.get("price"), currency),
            free_from=None if free_from is None else _amount("free_from", free_from, currency),
        )
    except ShopFileError as error:
        raise ShopFileError(f"shipping {position}: {error}") from None


def _only(data: dict[str, object], kind: type) -> None:
    """Refuse a key that nothing reads: it is most likely misspelt."""
    known = {"tax" if each.name == "tax_rates" else each.name for each in fields(kind)}
    unknown = sorted(data.keys() - known)
    if unknown:
        raise ShopFileError(f"{unknown[0]}: there is no such key; known are {', '.join(sorted(known))}")


def _unique(key: str, values: list[str]) -> None:
    twice = [value for position, value in enumerate(values) if value in values[:position]]
    if twice:
        raise ShopFileError(f"{key}: {twice[0]!r} stands here twice")


def _country(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{2}|\*", value):
        raise ShopFileError(f"countries: {value!r} must be two capital letters (ISO 3166) or *")
    return value


def _amount(key: str, value: object, currency: str) -> int:
    try:
        minor = minor_units(Money(str(value), currency))
    except ValueError as error:
        raise ShopFileError(f"{key}: {error}") from None
    if minor < 0:
        raise ShopFileError(f"{key}: {value!r} is below 0")
    return minor


def _rate(name: str, value: object) -> int:
    text = str(value)
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", text) or Decimal(text) > 100:
        raise ShopFileError(f"tax.{name}: {value!r} must be a percentage, 0 to 100 with at most two decimals")
    return int(Decimal(text) * 100)


def _text(data: dict[str, object], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise ShopFileError(f"{key}: a text is required")
    return value


def _pattern(data: dict[str, object], key: str, pattern: str) -> str:
    value = _text(data, key)
    if not re.fullmatch(pattern, value):
        raise ShopFileError(f"{key}: {value!r} must match {pattern}")
    return value


def _whole(data: dict[str, object], key: str) -> int:
    value = data.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ShopFileError(f"{key}: a whole number above 0 is required")
    return value


def _flag(data: dict[str, object], key: str) -> bool:
    value = data.get(key)
    if not isinstance(value, bool):
        raise ShopFileError(f"{key}: true or false is required")
    return value


def _table(data: dict[str, object], key: str) -> dict[str, object]:
    value = data.get(key)
    if not isinstance(value, dict) or not value:
        raise ShopFileError(f"[{key}]: a table with at least one entry is required")
    return value


def _list(data: dict[str, object], key: str) -> list[object]:
    value = data.get(key)
    if not isinstance(value, list) or not value:
        raise ShopFileError(f"{key}: a list with at least one entry is required")
    return value
