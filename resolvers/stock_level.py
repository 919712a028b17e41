"""How much of a SKU there is."""

from typing import Annotated

from domain.actors import ShopAction, groups_for
from resolvers.context import Context
from resolvers.shapes.catalog import StockLevel
from resolvers.views import stock_view
from storage.stock_reads import load_stock
from wiring.access import staff
from wiring.bounds import Length
from wiring.declarations import field


@field("Query.stockLevel", access=staff(*groups_for(ShopAction.VIEW_STOCK)), runs_in="read")
def stock_level(context: Context, sku: Annotated[str, Length(1, 40)]) -> StockLevel | None:
    """A SKU's units in the warehouse. Null where there is no such SKU."""
    context.require(ShopAction.VIEW_STOCK)
    stock = load_stock(context.store, sku)
    return None if stock is None else stock_view(stock, context)
