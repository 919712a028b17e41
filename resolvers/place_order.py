"""Place an order: one read, a pure price, one transaction; the same key finds the same order, for ever."""

from collections.abc import Mapping
from typing import Annotated

from domain.actors import ActorKind, Owner, OwnerKind, ShopAction
from domain.catalogue import Sellable
from domain.events import Event
from domain.ids import Id, order_id, order_number, owner_key
from domain.money import money
from domain.order import Address, Order, PaymentTerms
from domain.placing import (
    MAX_LINES,
    Request,
    RequestedLine,
    forbidden,
    place,
    price_conditions,
    quote,
    too_large,
)
from domain.refusals import (
    Busy,
    InsufficientStock,
    PriceChanged,
    Refused,
    ShortLine,
    UnknownOutcome,
    UserError,
    invalid,
    not_allowed,
)
from domain.stock import reserved_by
from domain.values import value
from resolvers.commanding import answer, conflict, payload_hash
from resolvers.context import Context
from resolvers.shapes.inputs import AddressInput, IdempotencyKey, MoneyInput, Sku, Units
from resolvers.shapes.orders import OrderPayload
from storage.order_reads import Loaded, load_order, read_for_placing, try_load_order
from storage.order_writes import Audit, Miss, Missed, write_placed
from storage.transact import BUSY_PAUSE_MS
from wiring.access import Access
from wiring.bounds import Length
from wiring.declarations import field

MAX_PLANS = 3
"""How often an order is priced anew after a condition failed: a number taken twice, a price that changed meanwhile."""


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
    lines: Annotated[tuple[OrderLineInput, ...], Length(1, MAX_LINES)]
    """What to order; at most 90 different SKUs."""
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

    Prices and stock are checked and taken in one transaction. Up to 1,000 lines of at most 90 different SKUs.
    """
    request = _request(input, context)
    refusal = too_large(request) or forbidden(request, context.actor, context.shop)
    if refusal:
        raise Refused(refusal)
    attempt = _Attempt(context, request, _identity(request, input, context), payload_hash(input))
    for number in range(MAX_PLANS):
        placed = attempt.try_once(number)
        if placed:
            return placed
    raise Refused(Busy("BUSY", "Prices are changing too fast. Try again shortly.", (), BUSY_PAUSE_MS))


@value
class _Attempt:
    """One order being placed."""

    context: Context
    request: Request
    order_id: str
    payload_hash: str

    def try_once(self, number: int) -> OrderPayload | None:
        """Read, price and write; None where what failed may succeed with a fresh read."""
        store = self.context.store
        read = read_for_placing(store, self.order_id, {line.sku for line in self.request.lines})
        if read.exists:
            return self._replay()
        order, events = self._priced(read.catalogue, number)
        conditions = price_conditions(self.request, read.catalogue)
        try:
            misses = write_placed(store, order, events, conditions, self._audit())
        except Refused as refused:
            loaded = isinstance(refused.refusals[0], UnknownOutcome) and try_load_order(store, self.order_id)
            if not loaded:
                raise
            return self._answered(loaded)
        if not misses:
            return answer(self.context, order)
        return self._missed(misses, order, read.catalogue, last=number == MAX_PLANS - 1)

    def _priced(self, catalogue: Mapping[str, Sellable], number: int) -> tuple[Order, tuple[Event, ...]]:
        context = self.context
        quoted = quote(self.request, catalogue, context.shop)
        if isinstance(quoted, tuple):
            raise Refused(*quoted)
        owner = self.request.owner
        return place(
            self.request,
            quoted,
            order_id=self.order_id,
            number=order_number(context.shop.number_prefix, self.order_id, number),
            payload_hash=self.payload_hash,
            owner_key=owner_key(context.secret, owner.kind.value, owner.id),
            currency=context.shop.currency,
            actor=context.actor,
            now=context.now,
        )

    def _audit(self) -> Audit | None:
        """Placing for somebody else is privileged, and on record."""
        if not self.context.is_staff:
            return None
        owner = self.request.owner
        agreed = any(line.agreed is not None for line in self.request.lines)
        action = "PLACE_AT_AGREED_PRICE" if agreed else "PLACE_ON_BEHALF"
        return Audit(self.context.actor.id, action, f"{owner.kind.value}#{owner.id}")

    def _replay(self) -> OrderPayload:
        """The order that this key has placed, or the refusal of another body."""
        loaded = load_order(self.context.store, self.order_id)
        if loaded is None:
            raise Refused(Busy("BUSY", "This order is being placed. Try again shortly.", (), BUSY_PAUSE_MS))
        return self._answered(loaded)

    def _answered(self, loaded: Loaded) -> OrderPayload:
        if loaded.order.payload_hash != self.payload_hash:
            raise Refused(conflict())
        return answer(self.context, loaded.order, replayed=True)

    def _missed(
        self, misses: tuple[Miss, ...], order: Order, catalogue: Mapping[str, Sellable], *, last: bool
    ) -> OrderPayload | None:
        """What failed conditions mean: the order is there, the stock is short, the price changed, or try again."""
        reasons = {miss.reason for miss in misses}
        if Missed.EXISTS in reasons:
            return self._replay()
        if Missed.REFERENCE in reasons:
            message = "This owner has another order with this external reference."
            raise Refused(invalid(message, "input", "externalReference"))
        short = _short_lines(misses, reserved_by(order.lines), tell=self.context.is_staff)
        if short:
            raise Refused(
                InsufficientStock(
                    "INSUFFICIENT_STOCK", "There is too little stock.", ("input", "lines"), short
                )
            )
        if Missed.STOCK in reasons and last:
            raise Refused(*_price_changes(misses, catalogue, self.context))
        return None


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


def _short_lines(misses: tuple[Miss, ...], wanted: Mapping[str, int], *, tell: bool) -> tuple[ShortLine, ...]:
    """The SKUs whose stock is too small; how much there is, is told to staff alone."""
    found = {
        miss.sku: miss.item["available"] if miss.item else 0
        for miss in misses
        if miss.reason is Missed.STOCK and miss.sku
    }
    return tuple(
        ShortLine(sku, wanted[sku], available if tell else None)
        for sku, available in found.items()
        if available < wanted[sku]
    )


def _price_changes(
    misses: tuple[Miss, ...], catalogue: Mapping[str, Sellable], context: Context
) -> list[UserError]:
    """Prices that changed again and again while the order was being placed."""
    return [
        PriceChanged(
            "PRICE_CHANGED", f"{miss.sku} changed its price.", ("input", "lines"), miss.sku or "",
            None, money(catalogue[miss.sku or ""].price, context.shop.currency),
        )
        for miss in misses
        if miss.reason is Missed.STOCK
    ]  # fmt: skip
