"""Place an order: who orders what, for whom; the same key finds the same order, for ever."""

from typing import Annotated

from domain.actors import ActorKind, Owner, OwnerKind, ShopAction
from domain.ids import Id, order_id
from domain.order import Address, PaymentTerms
from domain.placing import Request, RequestedLine, forbidden, in_chunks, too_large
from domain.refusals import Refused, invalid, not_allowed
from domain.values import value
from resolvers.commanding import payload_hash
from resolvers.context import Context
from resolvers.placing import InChunksError, Placement, place_at_once
from resolvers.placing_in_chunks import place_in_chunks
from resolvers.shapes.inputs import AddressInput, IdempotencyKey, MoneyInput, Sku, Units
from resolvers.shapes.orders import OrderPayload
from wiring.access import Access
from wiring.bounds import Filled, Length
from wiring.declarations import field


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
    lines: Annotated[tuple[OrderLineInput, ...], Filled()]
    """What to order: at most 1,000 lines, else LimitExceeded."""
    shipping_address: AddressInput
    """Where to ship to."""
    shipping_method: Annotated[str, Length(1, 32)] | None = None
    """The id of a way to ship there; the shop's first one where left out."""
    payment_terms: PaymentTerms = PaymentTerms.PREPAID
    """When it is to be paid: before it ships, or later on account."""
    external_reference: Annotated[str, Length(1, 64)] | None = None
    """The owner's own reference; no two orders of an owner have the same."""
    note: Annotated[str, Length(0, 500)] | None = None
    """A note for the shop."""
    on_behalf_of: OnBehalfOfInput | None = None
    """Whom staff place for; required of them, refused from anybody else."""


@field("Mutation.placeOrder", access=Access(customers=True, staff=("support", "admin")), runs_in="write")
def place_order(input: PlaceOrderInput, context: Context) -> OrderPayload:
    """Place an order with lines: at once, wholly or not at all.

    Up to 90 different SKUs are checked and taken in one transaction; more, to 1,000 lines, step by step: what is held
    meanwhile looks sold for at most about two minutes, and the order is not there before it is whole.
    """
    request = _request(input, context)
    refusal = too_large(request) or forbidden(request, context.actor, context.shop)
    if refusal:
        raise Refused(refusal)
    placement = Placement(context, request, _identity(request, input, context), payload_hash(input))
    payload = _place(placement)
    if not payload.replayed:
        context.meter.put("OrdersPlaced", 1)
    return payload


def _place(placement: Placement) -> OrderPayload:
    if not in_chunks(placement.request):
        try:
            return place_at_once(placement)
        except InChunksError:
            pass  # few SKUs, but a hot one whose units lie in many shards
    return place_in_chunks(placement)


def _request(input: PlaceOrderInput, context: Context) -> Request:
    currency = context.shop.currency

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
    address = input.shipping_address
    return Request(
        owner=_owner(input.on_behalf_of, context),
        lines=lines,
        terms=input.payment_terms,
        shipping_address=Address(
            address.name, address.line1, address.city, address.country, address.line2, address.region,
            address.postal_code,
        ),
        shipping_method=input.shipping_method,
        external_reference=input.external_reference,
        note=input.note or None,
    )  # fmt: skip


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
