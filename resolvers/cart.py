"""One cart, whole."""

from domain.cart import may_use
from domain.ids import Id
from resolvers.cart_view import cart_view
from resolvers.context import Context
from resolvers.selecting import wants_problems
from resolvers.shapes.carts import Cart
from storage.cart_reads import load_cart
from wiring.access import SHOPPERS
from wiring.declarations import field


@field("Query.cart", access=SHOPPERS, runs_in="read")
def cart(id: Id, context: Context) -> Cart | None:
    """One cart by its id, with what an order placed now would come to. Null where there is none of yours.

    Give a guest's cart id as a variable: it is a secret, and AppSync logs documents.
    """
    found = load_cart(context.store, id, context.now)
    if found is None or not may_use(found, context.actor):
        return None
    return cart_view(found, context, problems=wants_problems(context))
