"""One order being placed, and the way that most take: one read, a pure price, one transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from domain.actors import OwnerKind
from domain.catalogue import Sellable
from domain.events import Event
from domain.ids import order_number, owner_key
from domain.money import money
from domain.order import Line, Order
from domain.placing import MAX_SKUS, Request, place, price_conditions, quote
from domain.refusals import Busy, PriceChanged, Refused, UnknownOutcome, UserError, invalid
from domain.stock import reserved_by
from domain.values import value
from resolvers.commanding import answer, conflict
from resolvers.context import Context
from resolvers.hot_stock import Search, refuse_short, search
from resolvers.order_access import as_holder, new_token
from resolvers.shapes.orders import OrderPayload
from storage.cart_marks import CartMark
from storage.order_reads import Loaded, load_order, read_for_placing, try_load_order
from storage.order_writes import Audit, Miss, Missed, write_placed
from storage.transact import BUSY_PAUSE_MS

MAX_PLANS = 3
"""How often an order is priced anew after a condition failed: a number taken twice, a price that changed meanwhile."""


class InChunksError(Exception):
    """This order is, or has to be, placed in chunks: its hot SKUs' units lie in more shards than one transaction holds."""


class CartMovedError(Exception):
    """The cart was placed from, or changed, since it was read: read it again."""


def answer_holder(context: Context, order: Order, *, replayed: bool = False) -> OrderPayload:
    """An order as whoever holds its cart sees it; of a guest's order with a token."""
    payload = answer(as_holder(context, order), order, replayed=replayed)
    guests = order.owner.kind is OwnerKind.GUEST
    return replace(payload, order_token=new_token(context, order.grant)) if guests else payload


@value
class Placement:
    """What is being placed, under which id; the hash stands for the request's meaning.

    `cart` is the mark on the cart that it is placed from, if it is.
    """

    context: Context
    request: Request
    order_id: str
    payload_hash: str
    cart: CartMark | None = None

    def priced(self, catalogue: Mapping[str, Sellable], number: int = 0) -> tuple[Order, tuple[Event, ...]]:
        """The order at these prices with its first event. Raises Refused for lines that cannot be sold so."""
        context, owner = self.context, self.request.owner
        quoted = quote(self.request, catalogue, context.shop)
        if isinstance(quoted, tuple):
            raise Refused(*quoted)
        return place(
            self.request,
            quoted,
            order_id=self.order_id,
            number=self.number(number),
            payload_hash=self.payload_hash,
            owner_key=owner_key(context.secret, owner.kind.value, owner.id),
            currency=context.shop.currency,
            actor=context.actor,
            now=context.now,
        )

    def number(self, attempt: int) -> str:
        """The short number of this attempt; a collision takes the next one's."""
        return order_number(self.context.shop.number_prefix, self.order_id, attempt)

    def audit(self) -> Audit | None:
        """Placing for somebody else is privileged, and on record."""
        if not self.context.is_staff:
            return None
        owner = self.request.owner
        agreed = any(line.agreed is not None for line in self.request.lines)
        action = "PLACE_AT_AGREED_PRICE" if agreed else "PLACE_ON_BEHALF"
        return Audit(self.context.actor.id, action, f"{owner.kind.value}#{owner.id}")

    def replay(self) -> OrderPayload:
        """The order that this key has placed. Raises Refused for another body, InChunksError where it is not placed yet."""
        loaded = load_order(self.context.store, self.order_id)
        if loaded is None:
            raise InChunksError
        return self.answered(loaded)

    def answered(self, loaded: Loaded) -> OrderPayload:
        """A placed order as the answer of this request. Raises Refused for another body."""
        if loaded.order.payload_hash != self.payload_hash:
            raise Refused(conflict())
        return self.answer(loaded.order, replayed=True)

    def answer(self, order: Order, *, replayed: bool = False) -> OrderPayload:
        """The payload; whoever placed from a guest's cart gets a token of the order along."""
        if self.cart is None:
            return answer(self.context, order, replayed=replayed)
        return answer_holder(self.context, order, replayed=replayed)

    def refuse_short(self, misses: tuple[Miss, ...], lines: Iterable[Line]) -> tuple[Miss, ...]:
        """Raise Refused where a SKU of one counter is short. Returns what is short of hot SKUs: others may have it."""
        lines = tuple(lines)
        wanted, hot = reserved_by(lines), {line.sku for line in lines if line.allocation}
        short = tuple(miss for miss in misses if miss.is_short(wanted))
        found = {
            miss.sku: miss.item["available"] if miss.item else 0 for miss in short if miss.sku not in hot
        }
        refuse_short(self.context, wanted, found, self.request.at)
        return short

    def price_changes(self, misses: tuple[Miss, ...], prices: Mapping[str, int]) -> list[UserError]:
        """Prices (minor units, as quoted) that changed while the order was being placed."""
        currency = self.context.shop.currency
        return [
            PriceChanged(
                "PRICE_CHANGED", f"{miss.sku} changed its price.", (*self.request.at, "lines"), miss.sku,
                money(prices[miss.sku], currency),
            )
            for miss in misses
            if miss.reason is Missed.STOCK
        ]  # fmt: skip


def reference_taken() -> UserError:
    """The refusal of an external reference that another order of this owner has."""
    return invalid("This owner has another order with this external reference.", "input", "externalReference")


def place_at_once(placement: Placement) -> OrderPayload:
    """Place up to 90 different SKUs in one transaction. Raises Refused, InChunksError."""
    for number in range(MAX_PLANS):
        placed = _try_once(placement, number)
        if placed:
            return placed
    raise Refused(Busy("BUSY", "Prices are changing too fast. Try again shortly.", (), BUSY_PAUSE_MS))


def _try_once(placement: Placement, number: int) -> OrderPayload | None:
    """Read, price and write; None where what failed may succeed with a fresh read."""
    store, request = placement.context.store, placement.request
    read = read_for_placing(store, placement.order_id, {line.sku for line in request.lines})
    if read.exists:
        return placement.replay()
    order, events = placement.priced(read.catalogue, number)
    conditions = price_conditions(request, read.catalogue)
    looking: Search | None = search(placement.context, order, read.catalogue, request.at)
    misses: tuple[Miss, ...] = ()
    while looking:
        order = _planned(looking, order)
        written = _write(placement, order, events, conditions)
        if isinstance(written, OrderPayload):
            return written
        misses = written
        looking = looking.after(placement.refuse_short(misses, order.lines))
    if number == MAX_PLANS - 1:
        prices = {sku: entry.price for sku, entry in read.catalogue.items()}
        changes = placement.price_changes(misses, prices)
        if changes:
            raise Refused(*changes)
    return None


def _planned(searching: Search, order: Order) -> Order:
    """The order with the shards that it tries next. Raises InChunksError where those are more than one transaction holds."""
    searching.refuse_sold_out()
    planned = searching.planned(order)
    if len(reserved_by(planned.lines)) > MAX_SKUS:
        raise InChunksError
    return planned


def _write(
    placement: Placement, order: Order, events: tuple[Event, ...], conditions: Mapping[str, int | None]
) -> tuple[Miss, ...] | OrderPayload:
    """Write the order; the answer where it is placed, by this or by another try, else what did not hold. Raises Refused."""
    store = placement.context.store
    try:
        misses = write_placed(store, order, events, conditions, placement.audit(), placement.cart)
    except Refused as refused:
        loaded = isinstance(refused.refusals[0], UnknownOutcome) and try_load_order(store, placement.order_id)
        if not loaded:
            raise
        return placement.answered(loaded)
    reasons = {miss.reason for miss in misses}
    if Missed.EXISTS in reasons:
        return placement.replay()
    if Missed.CART in reasons:
        raise CartMovedError
    if Missed.REFERENCE in reasons:
        raise Refused(reference_taken())
    return misses or placement.answer(order)
