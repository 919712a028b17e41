"""Inputs that several mutations share, with their bounds."""

from typing import Annotated

from domain.ids import Id
from domain.money import Money, minor_units
from domain.order import Address, Contact
from domain.refusals import Refused, invalid
from domain.values import value
from wiring.bounds import Between, Length, Matching

IdempotencyKey = Annotated[str, Matching(r"[A-Za-z0-9_-]{16,64}", "16 to 64 letters, digits, _ or -")]
Sku = Annotated[
    str, Matching(r"[A-Z0-9][A-Z0-9 ._-]{0,39}", "1 to 40 capital letters, digits, spaces, dots, _ or -")
]
Units = Annotated[int, Between(1, 100_000)]
ReasonCode = Annotated[str, Matching("[A-Z][A-Z0-9_]{1,31}", "a code of capital letters, digits and _")]


@value
class MoneyInput:
    """An amount: an exact decimal with the currency's own number of decimals."""

    amount: str
    """The exact decimal, not below 0, with the currency's own number of decimals, such as `12.50`."""
    currency: str
    """The ISO 4217 code; it must be the shop's currency."""

    def minor(self, currency: str, *path: str) -> int:
        """Minor units in the shop's currency. Raises Refused(InvalidInput) for another currency or a bad amount."""
        if self.currency != currency:
            raise Refused(invalid(f"This shop trades in {currency}.", *path, "currency"))
        try:
            units = minor_units(Money(self.amount, self.currency))
        except ValueError as error:
            raise Refused(invalid(str(error), *path, "amount")) from None
        if units < 0:
            raise Refused(invalid("A price is not below 0.", *path, "amount"))
        return units


@value
class AddressInput:
    """Where to ship to; `country` is an ISO 3166 code of two letters."""

    name: Annotated[str, Length(1, 100)]
    """Who receives it: a person or a company."""
    line1: Annotated[str, Length(1, 120)]
    """Street and number, or the like."""
    city: Annotated[str, Length(1, 100)]
    """Town or city."""
    country: Annotated[str, Matching("[A-Z]{2}", "a country code of two capital letters")]
    """ISO 3166 code."""
    line2: Annotated[str, Length(1, 120)] | None = None
    """A second line, such as a flat."""
    region: Annotated[str, Length(1, 100)] | None = None
    """County, state or province."""
    postal_code: Annotated[str, Length(1, 20)] | None = None
    """Postal code."""

    def value(self) -> Address:
        """The address."""
        return Address(
            self.name, self.line1, self.city, self.country, self.line2, self.region, self.postal_code
        )


@value
class ContactInput:
    """Whom to write to about an order."""

    email: Annotated[
        str, Length(3, 254), Matching(r"[^\s@\x00-\x1f]{1,64}@[^\s@\x00-\x1f]{1,189}", "an e-mail address")
    ]
    """The e-mail address."""
    name: Annotated[str, Length(1, 100)] | None = None
    """The name."""
    phone: Annotated[str, Matching(r"\+?[0-9 ()./-]{3,30}", "a telephone number")] | None = None
    """The telephone number, with its country code."""

    def value(self) -> Contact:
        """The contact."""
        return Contact(self.email, self.name, self.phone)


@value
class LineQuantityInput:
    """Units of one line of an order."""

    line_id: Id
    """The line's id, unique within its order; each line at most once."""
    quantity: Units
    """Units of it."""


@value
class CancelOrderInput:
    """Which order, and which units: all that are open where `lines` is left out. `reason` is a code of the shop's own."""

    order_id: Id
    """The order's id."""
    lines: Annotated[tuple[LineQuantityInput, ...], Length(1, 1000)] | None = None
    """Which units; everything that is open where left out."""
    reason: ReasonCode | None = None
    """Why: a code of the shop's own, 2 to 32 characters, which the owner can see."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the order is still at this version."""
    idempotency_key: IdempotencyKey | None = None
    """The caller's own key of this command: sent again with the same body, it is done once."""
    token: Annotated[str, Length(1, 140)] | None = None
    """A guest's token of the order: give it as a variable, never in the document."""


def units_by_line(lines: tuple[LineQuantityInput, ...] | None) -> dict[str, int] | None:
    """Units by line id; None (no list given) means everything open. Raises Refused for a line named twice."""
    if lines is None:
        return None
    units = {str(line.line_id): line.quantity for line in lines}
    if len(units) != len(lines):
        raise Refused(invalid("A line stands here twice.", "input", "lines"))
    return units
