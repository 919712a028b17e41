"""Follow all orders live, for a staff board."""

from domain.actors import ShopAction
from domain.events import StaffOrderEvent
from domain.lifecycle import EventType, OrderStatus
from domain.refusals import Refused, invalid, not_found
from resolvers.context import Context
from resolvers.subscribing import FilterRule, SubscriptionFilter, only
from wiring.access import staff
from wiring.declarations import Source, field

MAX_EACH, MAX_PRODUCT = 5, 10
"""AppSync takes 5 values in `in`, and expands two of them against 10 filters a group."""


@field(
    "Subscription.onStaffOrderEvents",
    access=staff("support", "warehouse", "finance", "admin"),
    runs_in="subscribe",
    source=Source.SUBSCRIPTION,
    follows=("publishStaffOrderEvent",),
    answers=StaffOrderEvent,
)
def on_staff_order_events(
    context: Context, statuses: tuple[OrderStatus, ...] = (), types: tuple[EventType, ...] = ()
) -> SubscriptionFilter:
    """All events of all orders with one of these statuses and one of these types, as they happen.

    Give at least one value in all, at most 5 of each, and at most 10 combinations (an empty list counts as 1).
    """
    if not context.may(ShopAction.LIST_ORDERS):
        raise Refused(not_found("board"))
    given = [
        ("status", [s.value for s in dict.fromkeys(statuses)]),
        ("type", [t.value for t in dict.fromkeys(types)]),
    ]
    sizes = [len(values) for _, values in given]
    if not any(sizes) or max(sizes) > MAX_EACH or max(1, sizes[0]) * max(1, sizes[1]) > MAX_PRODUCT:
        message = "Name 1 to 5 statuses or types, of which at most 10 combinations arise."
        raise Refused(invalid(message, "statuses"))
    return only(
        *(FilterRule(name, "in", tuple(values)) for name, values in given if values), caller=context.actor
    )
