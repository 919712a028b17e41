"""Place an order: who orders what, for whom; the same key finds the same order, for ever."""

from typing import Annotated

from domain.actors import ActorKind, Owner, OwnerKind, ShopAction
from domain.ids import Id, order_id
from domain.order import PaymentTerms
from domain.paying import StartPayment
from domain.placing import Request, RequestedLine, forbidden, too_large
from domain.refusals import Refused, invalid, not_allowed
from domain.values import value
from resolvers.commanding import payload_hash
from resolvers.context import Context
from resolvers.paymaster import the_provider
from resolvers.placing import Placement
from resolvers.placing_from_cart import CartOrder, place_from_cart
from resolvers.placing_in_chunks import place_whole
from resolvers.shapes.inputs import AddressInput, ContactInput, IdempotencyKey, MoneyInput, Sku, Units
from resolvers.shapes.orders import OrderPayload
from resolvers.shapes.payments import PaymentInput
from wiring.access import Access
from wiring.bounds import Filled, Length
from wiring.declarations import field
from wiring.naming import camel


@value
class OrderLineInput:
    """One line. `expectedUnitPrice` guards against a price that changed; `agreedUnitPrice` is for staff alone."""

    sku: Sku
    """What to order; a SKU may stand in several lines."""
    quantity: Units
    """Units of it."""
    expected_unit_price: MoneyInput | None = None
    """The unit price that the caller was shown, excluding tax: refused with PriceChanged if it is another."""
    agreed_unit_price: MoneyInput | None = None
    """The unit price that staff agreed with the owner, excluding tax."""


@value
class OnBehalfOfInput:
    """Whom staff place for: a registered customer, or a guest under a reference of the shop's own. Exactly one."""

    customer_id: Annotated[Id, Length(1, 64)] | None = None
    """The customer's id."""
    guest_reference: Annotated[str, Length(1, 64)] | None = None
    """What the shop calls the guest; it is kept with the order, so no name or address."""


@value
class PlaceOrderInput:
    """What to order. The same key with the same body answers the same order, however often it is sent."""

    idempotency_key: IdempotencyKey
    """The caller's own key of this order, for ever: sent again with the same body, it answers the same order."""
    lines: Annotated[tuple[OrderLineInput, ...], Filled()] | None = None
    """What to order, where not from a cart: at most 1,000 lines, else LimitExceeded."""
    shipping_address: AddressInput | None = None
    """Where to ship to; required with lines, a cart has its own."""
    shipping_method: Annotated[str, Length(1, 32)] | None = None
    """The id of a way to ship there; the shop's first one where left out. A cart has its own."""
    payment_terms: PaymentTerms = PaymentTerms.PREPAID
    """When it is to be paid: before it ships, or later on account."""
    external_reference: Annotated[str, Length(1, 64)] | None = None
    """The owner's own reference; no two orders of an owner have the same."""
    note: Annotated[str, Length(0, 500)] | None = None
    """A note for the shop."""
    payment: PaymentInput | None = None
    """How it is paid, where it is paid now; it can be paid later by `retryPayment`."""
    on_behalf_of: OnBehalfOfInput | None = None
    """Whom staff place for; required of them, refused from anybody else."""
    cart_id: Id | None = None
    """The cart to place from, in place of lines, address, contact and way to ship: one order for one cart, for ever."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the cart is still at this version."""
    contact: ContactInput | None = None
    """Whom to write to about it; a cart has its own."""
    billing_address: AddressInput | None = None
    """Where the bill goes; to the shipping address where left out. A cart has its own."""


@field(
    "Mutation.placeOrder",
    access=Access(guests=True, customers=True, staff=("support", "admin")),
    runs_in="write",
)
def place_order(input: PlaceOrderInput, context: Context) -> OrderPayload:
    """Place an order from a cart, or with lines: at once, wholly or not at all. Guests place from a cart.

    One cart makes one order: another key for a cart that is placed answers that order, `replayed`. A guest's is
    answered with an `orderToken`.

    Up to 90 different SKUs are checked and taken in one transaction; more, to 1,000 lines, step by step: what is held
    meanwhile looks sold for at most about two minutes, and the order is not there before it is whole.
    """
    payload = _from_cart(input, context) if input.cart_id else _with_lines(input, context)
    if not payload.replayed:
        context.meter.put("OrdersPlaced", 1)
    return payload


def _from_cart(input: PlaceOrderInput, context: Context) -> OrderPayload:
    """Place what stands in a cart. Raises Refused where the input tells what stands there already."""
    told = ("lines", "shipping_address", "shipping_method", "contact", "billing_address", "on_behalf_of")
    twice = [name for name in told if getattr(input, name) is not None]
    if twice:
        raise Refused(invalid("A cart has its own: leave this out.", "input", camel(twice[0])))
    wanted = CartOrder(
        cart_id=str(input.cart_id),
        key=input.idempotency_key,
        payload_hash=payload_hash(input),
        terms=input.payment_terms,
        external_reference=input.external_reference,
        note=input.note or None,
        expected_version=input.expected_version,
        payment=_payment(input, context),
    )
    return place_from_cart(context, wanted)


def _with_lines(input: PlaceOrderInput, context: Context) -> OrderPayload:
    """Place these lines. Raises Refused."""
    if context.actor.kind is ActorKind.GUEST:
        raise Refused(not_allowed("CART_REQUIRED", "A guest places from a cart."))
    request = _request(input, context)
    refusal = too_large(request) or forbidden(request, context.actor, context.shop)
    if refusal:
        raise Refused(refusal)
    return place_whole(Placement(context, request, _identity(request, input, context), payload_hash(input)))


def _request(input: PlaceOrderInput, context: Context) -> Request:
    currency = context.shop.currency
    if input.lines is None or input.shipping_address is None:
        missing = "lines" if input.lines is None else "shippingAddress"
        raise Refused(invalid("Name a cart, or lines with an address.", "input", missing))
    if input.expected_version is not None:
        raise Refused(invalid("Only a cart has a version.", "input", "expectedVersion"))

    def minor(price: MoneyInput | None, position: int, name: str) -> int | None:
        return None if price is None else price.minor(currency, "input", "lines", str(position), name)

    lines = tuple(
        RequestedLine(
            sku=line.sku,
            quantity=line.quantity,
            expected=minor(line.expected_unit_price, position, "expectedUnitPrice"),
            agreed=minor(line.agreed_unit_price, position, "agreedUnitPrice"),
        )
        for position, line in enumerate(input.lines)
    )
    return Request(
        owner=_owner(input.on_behalf_of, context),
        lines=lines,
        terms=input.payment_terms,
        shipping_address=input.shipping_address.value(),
        shipping_method=input.shipping_method,
        external_reference=input.external_reference,
        note=input.note or None,
        billing_address=input.billing_address.value() if input.billing_address else None,
        contact=input.contact.value() if input.contact else None,
        payment=_payment(input, context),
    )


def _payment(input: PlaceOrderInput, context: Context) -> StartPayment | None:
    """How it is paid at once. Raises Refused where the shop takes no payments."""
    return StartPayment(input.payment.method, the_provider(context).name) if input.payment else None


def _owner(on_behalf_of: OnBehalfOfInput | None, context: Context) -> Owner:
    """Whose order it becomes: the caller's own, or that of whom permitted staff name."""
    if context.actor.kind is ActorKind.CUSTOMER:
        if on_behalf_of is not None:
            raise Refused(not_allowed("ON_BEHALF", "Only staff may place for somebody else."))
        return Owner(OwnerKind.CUSTOMER, context.actor.id)
    context.require(ShopAction.PLACE_ON_BEHALF)
    named = on_behalf_of or OnBehalfOfInput()
    if (named.customer_id is None) == (named.guest_reference is None):
        raise Refused(
            invalid("Name whom you place for: customerId or guestReference.", "input", "onBehalfOf")
        )
    if named.customer_id is not None:
        return Owner(OwnerKind.CUSTOMER, named.customer_id)
    return Owner(OwnerKind.GUEST, str(named.guest_reference))


def _identity(request: Request, input: PlaceOrderInput, context: Context) -> str:
    """The order's id, from its owner and key; never from who places it."""
    owner = request.owner
    return order_id(
        context.secret,
        stage=context.stage,
        owner_kind=owner.kind.value,
        owner=owner.id,
        key=input.idempotency_key,
    )
