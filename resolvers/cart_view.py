"""A cart as its holder sees it: priced by the code that prices orders, with the problems that placing would answer."""

from collections.abc import Mapping
from datetime import timedelta

from domain.actors import ActorKind, Owner, OwnerKind
from domain.cart import Cart as DomainCart
from domain.cart import CartStatus, request_of, requested
from domain.catalogue import Sellable
from domain.ids import Id, guest_of
from domain.money import Money, money
from domain.order import Line
from domain.placing import (
    Request,
    choose_shipping,
    for_sale,
    forbidden,
    goods_of,
    priced_lines,
    quote,
    too_large,
    totals_of,
)
from domain.refusals import UserError
from domain.shipping import Goods, ShippingMethod
from domain.values import value
from resolvers.context import Context
from resolvers.hot_stock import short_of_stock
from resolvers.shapes.carts import Cart, CartLine, CartTotals, ShippingOption
from storage.order_reads import read_catalogue
from storage.stock_reads import load_available


def cart_view(cart: DomainCart, context: Context, *, problems: bool) -> Cart:
    """The cart as its holder may see it; one that is not open any more is shown without prices.

    `problems`: whether they are asked for; stock is read for those alone.
    """
    opened = cart.status is CartStatus.OPEN
    catalogue = read_catalogue(context.store, {line.sku for line in cart.lines}) if opened else {}
    priced = _Priced.of(cart, catalogue, context)
    return Cart(
        id=Id(cart.id),
        status=cart.status,
        version=cart.version,
        lines=priced.lines_view(cart),
        totals=priced.totals_view() if opened else None,
        contact=cart.contact,
        shipping_address=cart.shipping_address,
        billing_address=cart.billing_address,
        shipping_method=cart.shipping_method,
        shipping_options=priced.options_view(cart) if opened else (),
        problems=problems_of(cart, catalogue, context) if opened and problems else (),
        order_id=Id(cart.order_id) if cart.order_id else None,
        changed_at=cart.changed_at,
        expires_at=cart.changed_at + timedelta(days=context.shop.cart_days),
    )


def owner_of(cart: DomainCart, context: Context) -> Owner:
    """Whose an order placed now from this cart becomes: the customer's who places, else a guest's of this cart."""
    if context.actor.kind is ActorKind.CUSTOMER:
        return Owner(OwnerKind.CUSTOMER, context.actor.id)
    return Owner(OwnerKind.GUEST, guest_of(context.secret, cart.id))


def problems_of(
    cart: DomainCart, catalogue: Mapping[str, Sellable], context: Context
) -> tuple[UserError, ...]:
    """The refusals that placing would answer now: what it checks first, alone, as placing does."""
    request = request_of(cart, context.actor, owner_of(cart, context))
    if isinstance(request, tuple):
        return request
    refusal = too_large(request) or forbidden(request, context.actor, context.shop)
    if refusal:
        return (refusal,)
    quoted = quote(request, catalogue, context.shop)
    return quoted if isinstance(quoted, tuple) else _short(request, catalogue, context)


def _short(request: Request, catalogue: Mapping[str, Sellable], context: Context) -> tuple[UserError, ...]:
    """What stock does not cover; hot SKUs come last, as placing looks for their units last."""
    wanted = {line.sku: line.quantity for line in request.lines}
    available = load_available(context.store, wanted)
    short = {sku: left for sku, left in sorted(available.items()) if left < wanted[sku]}
    for hot in (False, True):
        found = {sku: left for sku, left in short.items() if catalogue[sku].spread.many is hot}
        if found:
            return (short_of_stock(context, wanted, found, request.at),)
    return ()


@value
class _Priced:
    """A cart's lines that can be bought, at the prices of now, and how they would be shipped."""

    context: Context
    lines: Mapping[str, Line]
    catalogue: Mapping[str, Sellable]
    method: ShippingMethod | None

    @classmethod
    def of(cls, cart: DomainCart, catalogue: Mapping[str, Sellable], context: Context) -> "_Priced":
        shop = context.shop
        wanted = [line for line in requested(cart) if for_sale(catalogue.get(line.sku), shop)]
        lines = priced_lines(wanted, catalogue, shop)
        method = None
        if cart.shipping_address:
            country, goods = cart.shipping_address.country, goods_of(lines, catalogue)
            chosen = choose_shipping(country, cart.shipping_method, goods, shop, ("cart",))
            method = chosen if isinstance(chosen, ShippingMethod) else None
        return cls(context, {line.sku: line for line in lines}, catalogue, method)

    def goods(self) -> Goods:
        return goods_of(self.lines.values(), self.catalogue)

    def lines_view(self, cart: DomainCart) -> tuple[CartLine, ...]:
        return tuple(self._line(each.sku, each.quantity) for each in cart.lines)

    def totals_view(self) -> CartTotals:
        totals = totals_of(tuple(self.lines.values()), self.catalogue, self.method, self.context.shop)
        return CartTotals(
            subtotal=self._amount(totals.subtotal),
            discount=self._amount(totals.discount),
            shipping=self._amount(totals.shipping) if self.method else None,
            tax=self._amount(totals.tax),
            total=self._amount(totals.total),
        )

    def options_view(self, cart: DomainCart) -> tuple[ShippingOption, ...]:
        if cart.shipping_address is None:
            return ()
        goods = self.goods()
        offered = self.context.shop.shipping_for(cart.shipping_address.country, goods)
        return tuple(
            ShippingOption(method.id, method.title, self._amount(method.cost(goods) or 0))
            for method in offered
        )

    def _line(self, sku: str, quantity: int) -> CartLine:
        line = self.lines.get(sku)
        if line is None:
            return CartLine(sku, quantity, None, None, None, None)
        subtotal = self._amount(line.unit_price * quantity)
        return CartLine(
            sku, quantity, line.title, self._amount(line.unit_price), subtotal, self._amount(line.tax)
        )

    def _amount(self, minor: int) -> Money:
        return money(minor, self.context.shop.currency)
