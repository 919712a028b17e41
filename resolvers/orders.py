"""Staff's lists of orders: open work, finished days, one customer's, or one by its number or reference."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from domain.actors import OwnerKind, ShopAction
from domain.ids import Id
from domain.lifecycle import END_STATUSES, OPEN_STATUSES, OrderStatus
from domain.refusals import Refused, UnsupportedFilter
from domain.values import value
from resolvers.context import Context
from resolvers.cursors import connection, seal, unseal
from resolvers.my_orders import placed_range
from resolvers.shapes.lists import DEFAULT_PAGE, Connection, PageSize
from resolvers.shapes.orders import OrderSummary
from resolvers.views import summary_view
from storage import keys
from storage.order_lists import CardPage, list_cards, load_card
from storage.order_reads import find_order_id
from wiring.access import staff
from wiring.bounds import Length
from wiring.declarations import field
from wiring.encoding import encode

MAX_DAYS = 31


@value
class OrdersFilter:
    """Which orders. None given: all open work.

    `status` of open work alone; of finished orders with both `placedAfter` and `placedBefore`, at most 31 days apart;
    `customerId` with any of those; `number` alone; `externalReference` with `customerId`. Others are refused.
    """

    status: OrderStatus | None = None
    """Only those in this status."""
    placed_after: datetime | None = None
    """Only those placed at this time or later."""
    placed_before: datetime | None = None
    """Only those placed before this time."""
    customer_id: Id | None = None
    """Only this customer's."""
    number: Annotated[str, Length(1, 20)] | None = None
    """The one with this short number."""
    external_reference: Annotated[str, Length(1, 64)] | None = None
    """The one with this reference of the customer's own."""


@field("Query.orders", access=staff("support", "warehouse", "finance", "admin"), runs_in="read")
def orders(
    context: Context,
    filter: OrdersFilter | None = None,
    first: PageSize = DEFAULT_PAGE,
    after: str | None = None,
) -> Connection[OrderSummary]:
    """Orders for staff, newest first. Eventually consistent, but for those asked by number or reference."""
    context.require(ShopAction.LIST_ORDERS)
    wanted = filter or OrdersFilter()
    listing = ["orders", encode(wanted)]
    page = _page(context, wanted, first, unseal(context, listing, after))
    nodes = ((summary_view(card), card.position) for card in page.cards)
    return connection(nodes, page.resume, lambda position: seal(context, listing, position))


def _page(context: Context, wanted: OrdersFilter, first: int, position: object | None) -> CardPage:
    if wanted.number is not None or wanted.external_reference is not None:
        return _single(context, wanted)
    within = placed_range(wanted.placed_after, wanted.placed_before, position)
    if wanted.customer_id is not None:
        partitions = [keys.owner(OwnerKind.CUSTOMER.value, wanted.customer_id)]
        return list_cards(context.store, "by-owner", partitions, within, first, wanted.status)
    partitions = _partitions(wanted, context.store.shards)
    return list_cards(context.store, "by-work", partitions, within, first, wanted.status)


def _single(context: Context, wanted: OrdersFilter) -> CardPage:
    """The one order of a number, or of a customer's reference."""
    others = (wanted.status, wanted.placed_after, wanted.placed_before)
    if any(other is not None for other in others) or (wanted.number is not None) == (
        wanted.external_reference is not None
    ):
        raise _unsupported("Ask for a number, or for a customer's externalReference, and nothing beside.")
    if wanted.number is not None:
        if wanted.customer_id is not None:
            raise _unsupported("A number names one order: leave customerId out.")
        key = keys.number(wanted.number)
    elif wanted.customer_id is None:
        raise _unsupported("An externalReference is one customer's own: give customerId too.")
    else:
        key = keys.reference(OwnerKind.CUSTOMER.value, wanted.customer_id, str(wanted.external_reference))
    order_id = find_order_id(context.store, key)
    card = load_card(context.store, order_id) if order_id else None
    return CardPage((card,) if card else (), None)


def _partitions(wanted: OrdersFilter, shards: int) -> list[str]:
    """The index partitions that hold the answer."""
    statuses = OPEN_STATUSES if wanted.status is None else (wanted.status,)
    open_work = [keys.open_work(s, shard) for s in statuses if s in OPEN_STATUSES for shard in range(shards)]
    ranged = wanted.placed_after is not None and wanted.placed_before is not None
    if wanted.status in END_STATUSES and not ranged:
        raise _unsupported("Finished orders are listed by day: give placedAfter and placedBefore.")
    if wanted.status in OPEN_STATUSES or not ranged:
        return open_work
    return open_work + [keys.finished(day, shard) for day in _days(wanted) for shard in range(shards)]


def _days(wanted: OrdersFilter) -> list[str]:
    start, end = wanted.placed_after, wanted.placed_before
    if start is None or end is None or end - start > timedelta(days=MAX_DAYS):
        raise _unsupported(f"Finished orders are listed for at most {MAX_DAYS} days at once.")
    first, last = start.astimezone(UTC).date(), end.astimezone(UTC).date()
    return [(last - timedelta(days=back)).isoformat() for back in range(max((last - first).days + 1, 0))]


def _unsupported(message: str) -> Refused:
    return Refused(UnsupportedFilter("UNSUPPORTED_FILTER", message, ("filter",)))
