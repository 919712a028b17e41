"""A customer's own orders."""

from datetime import datetime

from domain.actors import OwnerKind
from domain.lifecycle import OrderStatus
from domain.values import value
from resolvers.context import Context
from resolvers.cursors import connection, seal, unseal
from resolvers.shapes.lists import DEFAULT_PAGE, Connection, PageSize
from resolvers.shapes.orders import OrderSummary
from resolvers.views import summary_view
from storage import keys
from storage.order_lists import HIGHEST, LOWEST, Range, list_cards
from wiring.access import CUSTOMERS
from wiring.declarations import field
from wiring.encoding import encode


@value
class MyOrdersFilter:
    """Which of my orders: of one status, placed from `placedAfter` to before `placedBefore`."""

    status: OrderStatus | None = None
    """Only those in this status."""
    placed_after: datetime | None = None
    """Only those placed at this time or later."""
    placed_before: datetime | None = None
    """Only those placed before this time."""


@field("Query.myOrders", access=CUSTOMERS, runs_in="read")
def my_orders(
    context: Context,
    filter: MyOrdersFilter | None = None,
    first: PageSize = DEFAULT_PAGE,
    after: str | None = None,
) -> Connection[OrderSummary]:
    """My orders, newest first. Eventually consistent: an order placed just now may come a moment later."""
    wanted = filter or MyOrdersFilter()
    listing = ["myOrders", encode(wanted)]
    partition = keys.owner(OwnerKind.CUSTOMER.value, context.actor.id)
    within = placed_range(wanted.placed_after, wanted.placed_before, unseal(context, listing, after))
    page = list_cards(context.store, "by-owner", [partition], within, first, wanted.status)
    nodes = ((summary_view(card), card.position) for card in page.cards)
    return connection(nodes, page.resume, lambda position: seal(context, listing, position))


def placed_range(after: datetime | None, before: datetime | None, position: object | None) -> Range:
    """The part of a list that was placed in this time, below where the page before ended."""
    low = keys.moment(after) if after else LOWEST
    high = keys.moment(before) if before else HIGHEST
    return Range(low, min(high, str(position)) if position is not None else high)
