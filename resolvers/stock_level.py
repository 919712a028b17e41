"""How much of a SKU there is."""

from domain.actors import ShopAction, groups_for
from resolvers.context import Context
from resolvers.shapes.catalog import StockLevel
from resolvers.views import stock_view
from storage.catalog_reads import load_stock
from wiring.access import staff
from wiring.declarations import field


@field("Query.stockLevel", access=staff(*groups_for(ShopAction.VIEW_STOCK)), runs_in="read")
def stock_level(context: Context, sku: str) -> StockLevel | None:
    """A SKU's units in the warehouse. Null where there is no such SKU."""
    context.require(ShopAction.VIEW_STOCK)
    stock = load_stock(context.store, sku)
    return None if stock is None else stock_view(stock, context)
