"""Follow one order live."""

from domain.actors import Owner, OwnerKind, ShopAction
from domain.events import OrderEvent
from domain.ids import Id
from domain.refusals import Refused, not_found
from resolvers.context import Context
from resolvers.subscribing import FilterRule, SubscriptionFilter, only
from storage.order_reads import load_head
from wiring.access import SIGNED_IN
from wiring.declarations import Source, field


@field(
    "Subscription.onOrderEvent",
    access=SIGNED_IN,
    runs_in="subscribe",
    source=Source.SUBSCRIPTION,
    follows=("publishOrderEvent",),
    answers=OrderEvent,
)
def on_order_event(order_id: Id, context: Context) -> SubscriptionFilter:
    """The events of one order that its owner may see, as they happen. A hint: `orderEvents` is the truth."""
    head = load_head(context.store, order_id)
    if head is None or not context.may(
        ShopAction.VIEW_ORDER, Owner(OwnerKind(head.owner_kind), head.owner_id)
    ):
        raise Refused(not_found("order", "orderId"))
    return only(FilterRule("orderId", "eq", head.id), caller=context.actor)
