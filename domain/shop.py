"""The shop file: what a shop decides once, read at start, typed and checked."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import field, fields
from decimal import Decimal
from itertools import pairwise
from typing import Any

from domain.money import DECIMALS, Money, minor_units
from domain.shipping import Goods, Rate, RatedBy, ShippingMethod
from domain.values import value

_LINK = r"https?://[^\s{}]+(\{number\}[^\s{}]*)?"
_ORDER_LINK = r"https?://[^\s{}#]+(\{number\}[^\s{}#]*)?"
"""A link that an order token is put behind, after a `#`."""

PAYMENT_PROVIDERS = ("test", "stripe")
"""Who may take payments; `test` takes no money (docs/payments.md)."""


class ShopFileError(Exception):
    """The shop file is missing something or says something impossible; the message names the key."""


@value
class Shop:
    """The whole file. Tax rates are in hundredths of a percent by tax class; times in minutes or days.

    `order_token_keys` are the ids of the keys that guests' order tokens are signed with: the first signs, all verify.
    `order_link` is the front end's page of an order, and `tracking_links` the carriers' pages of a parcel, by the
    carrier's name: with `{number}` in them, which stands for the order's or the parcel's number.
    """

    name: str
    currency: str
    warehouse: str
    number_prefix: str
    order_expiry_minutes: int
    customers_on_account: bool
    tax_rates: dict[str, int]
    shipping_tax_class: str
    shipping: tuple[ShippingMethod, ...]
    payment_provider: str = "test"
    order_token_keys: tuple[str, ...] = ("k1",)
    order_token_days: int = 90
    cart_days: int = 30
    order_link: str | None = None
    tracking_links: Mapping[str, str] = field(default_factory=dict)
    confirm_paid_orders: bool = False

    def shipping_to(self, country: str) -> tuple[ShippingMethod, ...]:
        """List the methods that serve a country, in the file's order."""
        return tuple(method for method in self.shipping if method.serves(country))

    def shipping_for(self, country: str, goods: Goods) -> tuple[ShippingMethod, ...]:
        """List the methods that take these goods to a country, in the file's order."""
        return tuple(method for method in self.shipping_to(country) if method.cost(goods) is not None)


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
        payment_provider=_one_of(data, "payment_provider", PAYMENT_PROVIDERS),
        **_carts(data),
        **_links(data),
    )
    _only(data, Shop)
    _unique("shipping.id", [method.id for method in shop.shipping])
    _unique("order_token_keys", list(shop.order_token_keys))
    if shop.shipping_tax_class not in rates:
        raise ShopFileError(f"shipping_tax_class: no rate for {shop.shipping_tax_class!r} under [tax]")
    return shop


def _method(entry: object, currency: str, position: int) -> ShippingMethod:
    """One `[[shipping]]` entry; its errors say which, counted from 1."""
    try:
        if not isinstance(entry, dict):
            raise ShopFileError("a table is required, headed [[shipping]]")
        _only(entry, ShippingMethod)
        by, rates = _rates(entry, currency)
        free_from = entry.get("free_from")
        return ShippingMethod(
            id=_pattern(entry, "id", r"[a-z0-9-]{1,32}"),
            title=_text(entry, "title"),
            countries=tuple(_country(country) for country in _list(entry, "countries")),
            price=0 if by else _amount("price", entry.get("price"), currency),
            free_from=None if free_from is None else _amount("free_from", free_from, currency),
            by=by,
            rates=rates,
        )
    except ShopFileError as error:
        raise ShopFileError(f"shipping {position}: {error}") from None


def _rates(entry: dict[str, object], currency: str) -> tuple[RatedBy | None, tuple[Rate, ...]]:
    """What the price of a method goes by, with its rates; nothing where it has one price."""
    if "by" not in entry and "rates" not in entry:
        return None, ()
    if "price" in entry:
        raise ShopFileError("price: a method has one price, or rates; not both")
    if entry.get("by") not in {each.value for each in RatedBy}:
        raise ShopFileError(f"by: {entry.get('by')!r} must be weight or total")
    by = RatedBy(entry["by"])
    rates = tuple(_one_rate(rate, by, currency) for rate in _list(entry, "rates"))
    bounds = [rate.upto for rate in rates]
    for lower, upper in pairwise(bounds):
        if lower is None or (upper is not None and upper <= lower):
            raise ShopFileError(
                "rates: each bound `upto` must be above the one before; only the last has none"
            )
    return by, rates


def _one_rate(rate: object, by: RatedBy, currency: str) -> Rate:
    """`{ upto = 2000, price = "3.95" }`: grams as a whole number, or a subtotal as an amount."""
    if not isinstance(rate, dict) or not rate.keys() <= {"upto", "price"}:
        raise ShopFileError("rates: each is a table of `upto` and `price`")
    price = _amount("rates.price", rate.get("price"), currency)
    if "upto" not in rate:
        return Rate(None, price)
    return Rate(
        _whole(rate, "upto") if by is RatedBy.WEIGHT else _amount("upto", rate["upto"], currency), price
    )


def _carts(data: dict[str, object]) -> dict[str, Any]:
    """What may be left out: how long carts and guests' order tokens live, which keys sign these, who confirms paid orders."""
    found: dict[str, Any] = {
        name: _whole(data, name) for name in ("order_token_days", "cart_days") if name in data
    }
    if "confirm_paid_orders" in data:
        found["confirm_paid_orders"] = _flag(data, "confirm_paid_orders")
    if "order_token_keys" in data:
        ids = _list(data, "order_token_keys")
        if not all(isinstance(each, str) and re.fullmatch(r"[a-z0-9]{1,8}", each) for each in ids):
            raise ShopFileError("order_token_keys: each is 1 to 8 small letters and digits")
        found["order_token_keys"] = tuple(ids)
    return found


def _links(data: dict[str, object]) -> dict[str, Any]:
    """What may be left out: pages that letters lead to."""
    found: dict[str, Any] = {}
    if "order_link" in data:
        found["order_link"] = _pattern(data, "order_link", _ORDER_LINK)
    if "tracking_links" in data:
        links = _table(data, "tracking_links")
        found["tracking_links"] = {carrier: _pattern(links, carrier, _LINK) for carrier in links}
    return found


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


def _one_of(data: dict[str, object], key: str, known: tuple[str, ...]) -> str:
    """One of these texts; the first where there is none."""
    value = data.get(key, known[0])
    if value not in known:
        raise ShopFileError(f"{key}: {value!r} must be one of {', '.join(known)}")
    return str(value)


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
