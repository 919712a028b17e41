"""Placing an order: price the lines, add shipping and tax, build the order. Pure; prices and time come in."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from domain.actors import Actor, ActorKind, Owner
from domain.catalogue import Sellable
from domain.events import Event
from domain.facts import Fact, Facts
from domain.history import apply
from domain.lifecycle import EventType
from domain.money import money, tax_on
from domain.order import Address, Contact, Line, Order, PaymentTerms, PriceSource, Totals
from domain.paying import StartPayment, start
from domain.refusals import LimitExceeded, PriceChanged, UserError, invalid, not_allowed
from domain.shipping import Goods, ShippingMethod
from domain.shop import Shop
from domain.values import value

MAX_LINES = 1_000
MAX_SKUS = 90
"""Distinct SKUs that one DynamoDB transaction (100 items) holds beside the order's own items and the cart's."""


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
    billing_address: Address | None = None
    contact: Contact | None = None
    at: tuple[str, ...] = ("input",)
    """Where refusals say that its lines and address stand."""
    payment: StartPayment | None = None


@value
class Quote:
    """Priced lines with their totals and the chosen way to ship."""

    lines: tuple[Line, ...]
    totals: Totals
    shipping: ShippingMethod


def too_large(request: Request) -> UserError | None:
    """Refuse more lines than an order has."""
    return too_many_lines(len(request.lines), *request.at)


def too_many_lines(count: int, *at: str) -> UserError | None:
    """Refuse a count of lines that no order has."""
    if count > MAX_LINES:
        message = f"An order has at most {MAX_LINES} lines."
        return LimitExceeded("LIMIT_EXCEEDED", message, (*at, "lines"), MAX_LINES)
    return None


def in_chunks(request: Request) -> bool:
    """Whether the order has more different SKUs than one transaction holds."""
    return len({line.sku for line in request.lines}) > MAX_SKUS


def forbidden(request: Request, actor: Actor, shop: Shop) -> UserError | None:
    """Refuse terms and prices that only staff may grant."""
    if actor.kind is ActorKind.STAFF:
        return (
            not_allowed("PAYMENT_ON_BEHALF", "A payer gives the means of payment.")
            if request.payment
            else None
        )
    if any(line.agreed is not None for line in request.lines):
        return not_allowed("AGREED_PRICE", "Only staff may place at an agreed price.")
    if request.terms is PaymentTerms.ON_ACCOUNT and actor.kind is ActorKind.GUEST:
        return not_allowed("ON_ACCOUNT", "A guest pays before the order ships.")
    if request.terms is PaymentTerms.ON_ACCOUNT and not shop.customers_on_account:
        return not_allowed("ON_ACCOUNT", "This shop lets only staff place on account.")
    return None


def quote(request: Request, catalogue: Mapping[str, Sellable], shop: Shop) -> Quote | tuple[UserError, ...]:
    """Price a request from the catalogue, or say for each line why it cannot be sold so."""
    problems = line_problems(request.lines, catalogue, shop, request.at)
    if problems:
        return problems
    lines = priced_lines(request.lines, catalogue, shop)
    country, goods = request.shipping_address.country, goods_of(lines, catalogue)
    method = choose_shipping(country, request.shipping_method, goods, shop, request.at)
    if isinstance(method, UserError):
        return (method,)
    return Quote(lines, totals_of(lines, catalogue, method, shop), method)


def line_problems(
    lines: Iterable[RequestedLine], catalogue: Mapping[str, Sellable], shop: Shop, at: tuple[str, ...]
) -> tuple[UserError, ...]:
    """Why lines cannot be sold as they are asked for; `at` is where refusals say that they stand."""
    return tuple(
        problem
        for position, line in enumerate(lines)
        if (
            problem := _line_problem(
                line, (*at, "lines", str(position), "sku"), catalogue.get(line.sku), shop
            )
        )
    )


def priced_lines(
    lines: Iterable[RequestedLine], catalogue: Mapping[str, Sellable], shop: Shop
) -> tuple[Line, ...]:
    """The lines at the catalogue's prices, numbered from 1; each of them can be sold."""
    return tuple(
        _priced(line, position, catalogue[line.sku], shop) for position, line in enumerate(lines, start=1)
    )


def goods_of(lines: Iterable[Line], catalogue: Mapping[str, Sellable]) -> Goods:
    """What priced lines come to for whoever ships them."""
    lines = tuple(lines)
    return Goods(
        subtotal=sum(line.unit_price * line.quantity for line in lines),
        grams=sum(catalogue[line.sku].weight_grams * line.quantity for line in lines),
    )


def totals_of(
    lines: tuple[Line, ...], catalogue: Mapping[str, Sellable], method: ShippingMethod | None, shop: Shop
) -> Totals:
    """What priced lines come to, shipped so (None: not yet known how, so without it)."""
    goods = goods_of(lines, catalogue)
    shipping = (method.cost(goods) if method else 0) or 0
    shipping_tax = tax_on(shipping, shop.tax_rates[shop.shipping_tax_class])
    tax = sum(line.tax for line in lines) + shipping_tax
    return Totals(subtotal=goods.subtotal, discount=0, shipping=shipping, shipping_tax=shipping_tax, tax=tax)


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
        billing_address=request.billing_address,
        contact=request.contact,
    )
    return apply(order, placing_facts(order, request, actor), actor, now)


def placing_facts(order: Order, request: Request, actor: Actor) -> Facts:
    """What is recorded of an order that is placed: that it is, and that its payment begins where there is something to pay."""
    data = {
        "lines": len(order.lines),
        "units": sum(line.quantity for line in order.lines),
        "total": order.totals.total,
        "onBehalf": actor.kind is ActorKind.STAFF,
    }
    payment = start(order, request.payment) if request.payment and order.totals.total else ()
    return (Fact(EventType.ORDER_PLACED, data), *payment)


def price_conditions(request: Request, catalogue: Mapping[str, Sellable]) -> dict[str, int | None]:
    """The price version that each SKU must still have when stock is taken; None where a line has an agreed price."""
    agreed = {line.sku for line in request.lines if line.agreed is not None}
    return {
        line.sku: None if line.sku in agreed else catalogue[line.sku].price_version for line in request.lines
    }


def _line_problem(
    line: RequestedLine, path: tuple[str, ...], entry: Sellable | None, shop: Shop
) -> UserError | None:
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


def for_sale(entry: Sellable | None, shop: Shop) -> bool:
    """Whether a SKU can be sold and taxed at all."""
    return entry is not None and entry.published and entry.tax_class in shop.tax_rates


def choose_shipping(
    country: str, wanted: str | None, goods: Goods, shop: Shop, at: tuple[str, ...]
) -> ShippingMethod | UserError:
    """The wanted way to ship these goods there, or the first there is; `at` is where refusals say that it was told."""
    offered = shop.shipping_for(country, goods)
    if wanted is None and offered:
        return offered[0]
    if wanted is None:
        served = shop.shipping_to(country)
        message = "We ship no order of this weight or value there." if served else "We do not ship there."
        return invalid(message, *at, "shippingAddress", "country")
    chosen = next((method for method in offered if method.id == wanted), None)
    ids = [method.id for method in offered]
    return chosen or invalid(f"Choose one of {ids} for that country.", *at, "shippingMethod")


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
