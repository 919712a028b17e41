"""Follow all of one's own orders live."""

from domain.actors import ActorKind, OwnerKind
from domain.events import OrderEvent
from domain.ids import owner_key
from domain.refusals import Refused, not_found
from resolvers.context import Context
from resolvers.subscribing import FilterRule, SubscriptionFilter, only
from wiring.access import CUSTOMERS
from wiring.declarations import Source, field


@field(
    "Subscription.onMyOrderEvents",
    access=CUSTOMERS,
    runs_in="subscribe",
    source=Source.SUBSCRIPTION,
    follows=("publishOrderEvent",),
    answers=OrderEvent,
)
def on_my_order_events(context: Context) -> SubscriptionFilter:
    """The events of all my orders, as they happen. A hint: load the list again after a lost connection."""
    if context.actor.kind is not ActorKind.CUSTOMER:
        raise Refused(not_found("customer"))
    mine = owner_key(context.secret, OwnerKind.CUSTOMER.value, context.actor.id)
    return only(FilterRule("ownerKey", "eq", mine), caller=context.actor)
