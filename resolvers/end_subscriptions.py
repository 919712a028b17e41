"""The mutation that ends live subscriptions: no data source, IAM alone. Until it is called a stream may live 24 hours."""

from typing import Annotated

from domain.ids import Id
from domain.refusals import Refused, invalid
from domain.values import value
from wiring.access import SYSTEM
from wiring.bounds import Length
from wiring.declarations import Source, field


@value
class EndOrderSubscriptionsInput:
    """Whose streams end: those that follow an order (its token was revoked), or those of a caller. Exactly one."""

    order_id: Annotated[Id, Length(1, 64)] | None = None
    """The order that nobody may follow any more on what they showed: whoever still may, subscribes again."""
    actor_id: Annotated[Id, Length(1, 64)] | None = None
    """The caller (the `sub` of a pool) who was erased, or lost a staff group."""


@value
class EndedOrderSubscriptions:
    """What was asked to end; how many did is known to nobody."""

    order_id: Id | None
    """The order, if it was named."""
    actor_id: Id | None
    """The caller, if one was named."""


@field("Mutation.endOrderSubscriptions", access=SYSTEM, source=Source.ENDING)
def end_order_subscriptions(input: EndOrderSubscriptionsInput) -> EndedOrderSubscriptions:
    """End the live subscriptions of an order, or of a caller; each gets an error and may try again. Answers its input."""
    if (input.order_id is None) == (input.actor_id is None):
        raise Refused(invalid("Name an order or a caller.", "input"))
    return EndedOrderSubscriptions(input.order_id, input.actor_id)
