"""Follow one order live."""

from domain.actors import ShopAction
from domain.events import OrderEvent
from domain.ids import Id
from domain.refusals import Refused, not_found
from resolvers.context import Context
from resolvers.order_access import OrderToken, let_in
from resolvers.subscribing import FilterRule, SubscriptionFilter, only
from storage.order_reads import load_head
from wiring.access import EVERYONE
from wiring.declarations import Source, field


@field(
    "Subscription.onOrderEvent",
    access=EVERYONE,
    runs_in="subscribe",
    source=Source.SUBSCRIPTION,
    follows=("publishOrderEvent",),
    answers=OrderEvent,
)
def on_order_event(order_id: Id, context: Context, token: OrderToken | None = None) -> SubscriptionFilter:
    """The events of one order that its owner may see, as they happen. A hint: `orderEvents` is the truth.

    A guest needs the order's `token` (as a variable, never in the document). It ends when tokens are revoked.
    """
    follower = let_in(context, token, order_id, "orderId")
    head = load_head(context.store, order_id)
    if head is None or not follower.may(ShopAction.VIEW_ORDER, head.owner, head.grant):
        raise Refused(not_found("order", "orderId"))
    return only(FilterRule("orderId", "eq", head.id), caller=follower.actor)
