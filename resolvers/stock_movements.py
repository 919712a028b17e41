"""What came to a SKU's stock, and what left it."""

from typing import Annotated, cast

from domain.actors import ShopAction, groups_for
from resolvers.context import Context
from resolvers.cursors import connection, seal, unseal
from resolvers.shapes.lists import DEFAULT_PAGE, Connection, PageSize
from resolvers.shapes.movements import StockMovement, StockMovementReason
from storage.stock_movements import list_movements
from wiring.access import staff
from wiring.bounds import Length
from wiring.declarations import field


@field("Query.stockMovements", access=staff(*groups_for(ShopAction.VIEW_STOCK)), runs_in="read")
def stock_movements(
    context: Context,
    sku: Annotated[str, Length(1, 40)],
    first: PageSize = DEFAULT_PAGE,
    after: str | None = None,
) -> Connection[StockMovement]:
    """Movements of a SKU's stock, newest first: by hand at once, by orders a moment later. Eventually consistent."""
    context.require(ShopAction.VIEW_STOCK)
    listing = ["stockMovements", sku]
    page = list_movements(context.store, sku, first, cast(str | None, unseal(context, listing, after)))
    nodes = tuple(
        (
            StockMovement(
                each.at,
                StockMovementReason(each.reason),
                each.delta,
                each.reserved,
                each.on_hand,
                each.order_id,
                each.actor_id,
            ),
            position,
        )
        for each, position in zip(page.movements, page.positions, strict=True)
    )
    resume = page.positions[-1] if page.more else None
    return connection(nodes, resume, lambda position: seal(context, listing, position))
