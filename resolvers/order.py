"""One order, whole."""

from typing import Annotated

from domain.actors import ShopAction
from domain.ids import Id
from domain.refusals import Refused, invalid
from resolvers.context import Context
from resolvers.order_access import OrderToken, admitted
from resolvers.selecting import wants_history
from resolvers.shapes.orders import Order
from resolvers.views import order_view
from storage import keys
from storage.order_reads import find_order_id, load_order
from wiring.access import EVERYONE
from wiring.bounds import Length
from wiring.declarations import field


@field("Query.order", access=EVERYONE, runs_in="read")
def order(
    context: Context,
    id: Id | None = None,
    number: Annotated[str, Length(1, 20)] | None = None,
    token: OrderToken | None = None,
) -> Order | None:
    """One order by its id, or by its number: everything of it, history included. Null where there is none of yours.

    A guest needs the order's `token` (as a variable, never in the document): without it nothing is even looked for.
    """
    if (id is None) == (number is None):
        raise Refused(invalid("Ask by id or by number, one of them.", "id"))
    let_in = admitted(context, token, id)
    if let_in is None:
        return None
    order_id = id if id is not None else find_order_id(context.store, keys.number(str(number)))
    # A number of nobody's is looked up like a stranger's: the same reads, the same answer.
    loaded = load_order(context.store, order_id or "none", history=wants_history(context))
    if loaded is None or not let_in.may(ShopAction.VIEW_ORDER, loaded.order.owner, loaded.order.grant):
        return None
    return order_view(loaded.order, let_in, loaded.events)
