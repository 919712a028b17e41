"""Placing an order: price the lines, add shipping and tax, build the order. Pure; prices and time come in."""

from collections.abc import Mapping
from datetime import datetime

from domain.actors import Actor, ActorKind, Owner
from domain.catalogue import Sellable
from domain.commands import Fact
from domain.events import Event
from domain.history import apply
from domain.lifecycle import EventType
from domain.money import money, tax_on
from domain.order import Address, Line, Order, PaymentTerms, PriceSource, Totals
from domain.refusals import LimitExceeded, PriceChanged, UserError, invalid, not_allowed
from domain.shop import ShippingMethod, Shop
from domain.values import value

MAX_LINES = 1_000
MAX_SKUS = 90
"""Distinct SKUs that one DynamoDB transaction (100 items) holds beside the order's own items."""


@value
class RequestedLine:
    """A line as asked for; prices in minor units. `expected` guards against a price that changed meanwhile."""

    sku: str
    quantity: int
    expected: int | None = None
    agreed: int | None = None


@value
class Request:
    """All that an order is made from, beside prices: the meaning of `placeOrder`'s input."""

    owner: Owner
    lines: tuple[RequestedLine, ...]
    terms: PaymentTerms
    shipping_address: Address
    shipping_method: str | None = None
    external_reference: str | None = None
    note: str | None = None


@value
class Quote:
    """Priced lines with their totals and the chosen way to ship."""

    lines: tuple[Line, ...]
    totals: Totals
    shipping: ShippingMethod


def too_large(request: Request) -> UserError | None:
    """Refuse more lines than an order has."""
    if len(request.lines) > MAX_LINES:
        message = f"An order has at most {MAX_LINES} lines."
        return LimitExceeded("LIMIT_EXCEEDED", message, ("input", "lines"), MAX_LINES)
    return None


def in_chunks(request: Request) -> bool:
    """Whether the order has more different SKUs than one transaction holds."""
    return len({line.sku for line in request.lines}) > MAX_SKUS


def forbidden(request: Request, actor: Actor, shop: Shop) -> UserError | None:
    """Refuse terms and prices that only staff may grant."""
    if actor.kind is ActorKind.STAFF:
        return None
    if any(line.agreed is not None for line in request.lines):
        return not_allowed("AGREED_PRICE", "Only staff may place at an agreed price.")
    if request.terms is PaymentTerms.ON_ACCOUNT and not shop.customers_on_account:
        return not_allowed("ON_ACCOUNT", "This shop lets only staff place on account.")
    return None


def quote(request: Request, catalogue: Mapping[str, Sellable], shop: Shop) -> Quote | tuple[UserError, ...]:
    """Price a request from the catalogue, or say for each line why it cannot be sold so."""
    problems = tuple(
        problem
        for position, line in enumerate(request.lines)
        if (problem := _line_problem(line, position, catalogue.get(line.sku), shop))
    )
    if problems:
        return problems
    method = _shipping(request, shop)
    if isinstance(method, UserError):
        return (method,)
    lines = tuple(
        _priced(line, position, catalogue[line.sku], shop)
        for position, line in enumerate(request.lines, start=1)
    )
    subtotal = sum(line.unit_price * line.quantity for line in lines)
    free = method.free_from is not None and subtotal >= method.free_from
    shipping = 0 if free else method.price
    shipping_tax = tax_on(shipping, shop.tax_rates[shop.shipping_tax_class])
    tax = sum(line.tax for line in lines) + shipping_tax
    totals = Totals(subtotal=subtotal, discount=0, shipping=shipping, shipping_tax=shipping_tax, tax=tax)
    return Quote(lines, totals, method)


def place(
    request: Request,
    quoted: Quote,
    *,
    order_id: str,
    number: str,
    payload_hash: str,
    owner_key: str,
    currency: str,
    actor: Actor,
    now: datetime,
) -> tuple[Order, tuple[Event, ...]]:
    """Build the placed order and its first event."""
    on_behalf = actor.kind is ActorKind.STAFF
    order = Order(
        id=order_id,
        number=number,
        owner=request.owner,
        currency=currency,
        terms=request.terms,
        placed_at=now,
        lines=quoted.lines,
        totals=quoted.totals,
        shipping_method=quoted.shipping.id,
        payload_hash=payload_hash,
        owner_key=owner_key,
        external_reference=request.external_reference,
        placed_by=actor.id if on_behalf else None,
        note=request.note,
        shipping_address=request.shipping_address,
    )
    units = sum(line.quantity for line in quoted.lines)
    data = {"lines": len(quoted.lines), "units": units, "total": quoted.totals.total, "onBehalf": on_behalf}
    return apply(order, (Fact(EventType.ORDER_PLACED, data),), actor, now)


def price_conditions(request: Request, catalogue: Mapping[str, Sellable]) -> dict[str, int | None]:
    """The price version that each SKU must still have when stock is taken; None where a line has an agreed price."""
    agreed = {line.sku for line in request.lines if line.agreed is not None}
    return {
        line.sku: None if line.sku in agreed else catalogue[line.sku].price_version for line in request.lines
    }


def _line_problem(line: RequestedLine, position: int, entry: Sellable | None, shop: Shop) -> UserError | None:
    path = ("input", "lines", str(position), "sku")
    if entry is None or not entry.published:
        return invalid(f"{line.sku} is not for sale.", *path)
    if entry.tax_class not in shop.tax_rates:  # the shop file dropped the class after the product was saved
        return invalid(f"{line.sku} is not for sale: it has no tax rate.", *path)
    if line.agreed is None and line.expected is not None and line.expected != entry.price:
        expected, actual = money(line.expected, shop.currency), money(entry.price, shop.currency)
        return PriceChanged(
            "PRICE_CHANGED", f"{line.sku} now costs {actual.amount}.", path, line.sku, expected, actual
        )
    return None


def _shipping(request: Request, shop: Shop) -> ShippingMethod | UserError:
    offered = shop.shipping_to(request.shipping_address.country)
    if request.shipping_method is None:
        return (
            offered[0] if offered else invalid("We do not ship there.", "input", "shippingAddress", "country")
        )
    chosen = next((method for method in offered if method.id == request.shipping_method), None)
    return chosen or invalid(
        f"Choose one of {[method.id for method in offered]} for that country.", "input", "shippingMethod"
    )


def _priced(line: RequestedLine, position: int, entry: Sellable, shop: Shop) -> Line:
    price = entry.price if line.agreed is None else line.agreed
    rate = shop.tax_rates[entry.tax_class]
    return Line(
        id=str(position),
        sku=line.sku,
        title=entry.title,
        quantity=line.quantity,
        unit_price=price,
        price_source=PriceSource.LIST if line.agreed is None else PriceSource.AGREED,
        tax_rate=rate,
        tax=tax_on(price * line.quantity, rate),
    )
