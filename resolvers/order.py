"""One order, whole."""

from typing import Annotated

from domain.actors import ShopAction
from domain.ids import Id
from domain.refusals import Refused, invalid
from resolvers.context import Context
from resolvers.selecting import wants_history
from resolvers.shapes.orders import Order
from resolvers.views import order_view
from storage import keys
from storage.order_reads import find_order_id, load_order
from wiring.access import SIGNED_IN
from wiring.bounds import Length
from wiring.declarations import field


@field("Query.order", access=SIGNED_IN, runs_in="read")
def order(
    context: Context, id: Id | None = None, number: Annotated[str, Length(1, 20)] | None = None
) -> Order | None:
    """One order by its id, or by its number: everything of it, history included. Null where there is none of yours."""
    if (id is None) == (number is None):
        raise Refused(invalid("Ask by id or by number, one of them.", "id"))
    order_id = id if id is not None else find_order_id(context.store, keys.number(str(number)))
    # A number of nobody's is looked up like a stranger's: the same reads, the same answer.
    loaded = load_order(context.store, order_id or "none", history=wants_history(context))
    if loaded is None or not context.may(ShopAction.VIEW_ORDER, loaded.order.owner):
        return None
    return order_view(loaded.order, context, loaded.events)
