"""A cart: what somebody may order, changed by pure functions. One line a SKU; its version rises with each change."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum

from domain.actors import Actor, ActorKind, Owner
from domain.order import Address, Contact, PaymentTerms
from domain.placing import Request, RequestedLine, too_many_lines
from domain.refusals import LimitExceeded, NotFound, UserError, invalid, not_allowed, not_found
from domain.values import value

MAX_UNITS = 100_000
"""Units of one line, as of an order's."""


class CartStatus(Enum):
    """What became of a cart; one that is placed or merged never changes again."""

    OPEN = "OPEN"
    PLACED = "PLACED"
    MERGED = "MERGED"


@value
class CartLine:
    """Units of a SKU; `expected` is the unit price (minor units) that its holder was shown, if that was told."""

    sku: str
    quantity: int
    expected: int | None = None


@value
class Cart:
    """A cart. `customer` is whose it is; None: a guest's, which is whoever's holds its id."""

    id: str
    customer: str | None
    changed_at: datetime
    lines: tuple[CartLine, ...] = ()
    contact: Contact | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    shipping_method: str | None = None
    order_id: str | None = None
    merged_into: str | None = None
    version: int = 1

    @property
    def status(self) -> CartStatus:
        """What became of it."""
        if self.order_id:
            return CartStatus.PLACED
        return CartStatus.MERGED if self.merged_into else CartStatus.OPEN

    def line(self, sku: str) -> CartLine | None:
        """The line of a SKU."""
        return next((line for line in self.lines if line.sku == sku), None)


def may_use(cart: Cart, actor: Actor) -> bool:
    """Whether this cart is the actor's: a customer's alone is theirs; a guest's is whoever holds its id, never staff."""
    if actor.kind is ActorKind.CUSTOMER:
        return cart.customer in {None, actor.id}
    return actor.kind is ActorKind.GUEST and cart.customer is None


def closed(cart: Cart) -> UserError | None:
    """Why a cart cannot be changed any more; None while it is open."""
    if cart.status is CartStatus.OPEN:
        return None
    words = {CartStatus.PLACED: "An order was placed from", CartStatus.MERGED: "Another cart has taken over"}
    return not_allowed(f"CART_{cart.status.value}", f"{words[cart.status]} this cart: it cannot be changed.")


def added(cart: Cart, more: CartLine) -> Cart | UserError:
    """The cart with units added to the SKU's line, or with a new line."""
    before = cart.line(more.sku)
    units = more.quantity + (before.quantity if before else 0)
    expected = before.expected if before and more.expected is None else more.expected
    return with_line(cart, CartLine(more.sku, units, expected))


def with_line(cart: Cart, line: CartLine) -> Cart | UserError:
    """The cart with this line in place of the SKU's, or behind the others."""
    if line.quantity > MAX_UNITS:
        message = f"A line has at most {MAX_UNITS} units."
        return LimitExceeded("LIMIT_EXCEEDED", message, ("input", "quantity"), MAX_UNITS)
    there = cart.line(line.sku) is not None
    lines = tuple(line if each.sku == line.sku else each for each in cart.lines)
    lines = lines if there else (*lines, line)
    return too_many_lines(len(lines), "input") or replace(cart, lines=lines)


def updated(cart: Cart, line: CartLine) -> Cart | UserError:
    """The cart with another quantity of a line that is there."""
    return with_line(cart, line) if cart.line(line.sku) else _no_line()


def without(cart: Cart, sku: str) -> Cart:
    """The cart without a SKU's line; the same where there is none."""
    return replace(cart, lines=tuple(line for line in cart.lines if line.sku != sku))


def merged(guest: Cart, into: Cart) -> Cart | UserError:
    """The customer's cart with all of the guest's: units summed up to a line's most; what both say, the customer's says."""
    lines = {line.sku: line for line in into.lines}
    for line in guest.lines:
        own = lines.get(line.sku)
        units = min(MAX_UNITS, line.quantity + (own.quantity if own else 0))
        expected = own.expected if own and own.expected is not None else line.expected
        lines[line.sku] = CartLine(line.sku, units, expected)
    return too_many_lines(len(lines), "input") or replace(
        into,
        lines=tuple(lines.values()),
        contact=into.contact or guest.contact,
        shipping_address=into.shipping_address or guest.shipping_address,
        billing_address=into.billing_address or guest.billing_address,
        shipping_method=into.shipping_method or guest.shipping_method,
    )


def taken_over(guest: Cart, by: str) -> Cart:
    """What is left of a guest's cart that went into another: where it went, and nothing personal."""
    return Cart(guest.id, None, guest.changed_at, merged_into=by, version=guest.version)


def incomplete(cart: Cart, actor: Actor) -> tuple[UserError, ...]:
    """What a cart lacks for an order to be placed from it."""
    lacks: Mapping[str, bool] = {
        "lines": not cart.lines,
        "contact": cart.contact is None and actor.kind is ActorKind.GUEST,
        "shippingAddress": cart.shipping_address is None,
    }
    words = {
        "lines": "The cart is empty.",
        "contact": "Tell us whom to write to: setCartContact.",
        "shippingAddress": "Tell us where to ship to: setCartAddress.",
    }
    return tuple(invalid(words[name], "cart", name) for name, missing in lacks.items() if missing)


def request_of(
    cart: Cart,
    actor: Actor,
    owner: Owner,
    terms: PaymentTerms = PaymentTerms.PREPAID,
    external_reference: str | None = None,
    note: str | None = None,
) -> Request | tuple[UserError, ...]:
    """The order that a cart stands for, or what it lacks."""
    lacking = incomplete(cart, actor)
    if lacking or cart.shipping_address is None:
        return lacking
    return Request(
        owner=owner,
        lines=requested(cart),
        terms=terms,
        shipping_address=cart.shipping_address,
        shipping_method=cart.shipping_method,
        external_reference=external_reference,
        note=note,
        billing_address=cart.billing_address,
        contact=cart.contact,
        at=("cart",),
    )


def requested(cart: Cart) -> tuple[RequestedLine, ...]:
    """The lines as an order asks for them."""
    return tuple(RequestedLine(line.sku, line.quantity, line.expected) for line in cart.lines)


def _no_line() -> NotFound:
    return not_found("line", "input", "sku")
