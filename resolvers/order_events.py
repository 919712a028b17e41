"""The timeline of an order, and the catch-up after a lost connection."""

from typing import Annotated

from domain.actors import ShopAction
from domain.ids import Id
from resolvers.context import Context
from resolvers.order_access import OrderToken, admitted
from resolvers.shapes.orders import OrderEventPage
from resolvers.views import entries_view
from storage.order_reads import load_events, load_head
from wiring.access import EVERYONE
from wiring.bounds import Between
from wiring.declarations import field

EventCount = Annotated[int, Between(1, 100)]


@field("Query.orderEvents", access=EVERYONE, runs_in="read")
def order_events(
    context: Context,
    order_id: Id,
    after: Annotated[int, Between(0, 99_999_999)] = 0,
    first: EventCount = 50,
    as_owner: bool = False,
    token: OrderToken | None = None,
) -> OrderEventPage | None:
    """Events of an order after a sequence, oldest first. Null where there is no such order of yours.

    Complete for the caller up to `throughSequence`: a client that lost its connection asks after the last it has,
    until `hasMore` is false. May answer more than `first`: the events of one command are never torn apart.
    `asOwner` shows staff what the owner sees, numbered so: it belongs to `onOrderEvent`, which carries just that.
    A guest needs the order's `token` (as a variable, never in the document): without it nothing is even looked for.
    """
    let_in = admitted(context, token, order_id)
    if let_in is None:
        return None
    head = load_head(context.store, order_id) if let_in.actor.grant else None  # the log tells no generation
    page = load_events(context.store, order_id, after, first)
    grant = head.grant if head else None
    if page.owner is None or not let_in.may(ShopAction.VIEW_ORDER, page.owner, grant):
        return _nothing_behind(let_in, order_id, after)
    through = page.events[-1].sequence if page.events else after
    return OrderEventPage(entries_view(page.events, context, as_owner=as_owner), through, page.more)


def _nothing_behind(context: Context, order_id: str, after: int) -> OrderEventPage | None:
    """The answer where the log gave nothing to this caller: missing and foreign orders cost the same reads."""
    head = load_head(context.store, order_id)
    if head is None or not context.may(ShopAction.VIEW_ORDER, head.owner, head.grant):
        return None
    return OrderEventPage((), min(after, head.version), has_more=False)
