"""Say how hot a SKU is: its stock is spread over so many shards that its buyers do not wait for each other."""

from typing import Annotated

from domain.actors import ShopAction, groups_for
from domain.refusals import StaleVersion, UserError
from domain.sharding import MAX_PEAK, shards_for
from domain.stock import Stock, respread
from domain.values import value
from resolvers.adjust_stock import by_hand
from resolvers.context import Context
from resolvers.shapes.catalog import StockPayload
from resolvers.shapes.inputs import IdempotencyKey, Sku
from storage.catalog_writes import CatalogMiss
from storage.stock_reads import SkuStock
from storage.stock_writes import ByHand, write_spread
from wiring.access import staff
from wiring.bounds import Between
from wiring.declarations import field


@value
class SetStockShardsInput:
    """How many orders a second are expected of a SKU at its peak; one shard of stock for each 30, at most 64."""

    sku: Sku
    """Whose stock."""
    peak_orders_per_second: Annotated[int, Between(0, MAX_PEAK)]
    """Orders a second with this SKU, at the most; 30 or fewer need but one shard, and make it an ordinary SKU again."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the stock is still at this version."""
    idempotency_key: IdempotencyKey | None = None
    """The caller's own key of this command: sent again with the same body, it is done once."""


@field("Mutation.setStockShards", access=staff(*groups_for(ShopAction.CHANGE_STOCK)), runs_in="write")
def set_stock_shards(input: SetStockShardsInput, context: Context) -> StockPayload:
    """Make a SKU hot before a sale, or ordinary after it, while it is sold; again, to even out what its shards have.

    Units do not change. Orders placed before give back and ship what they took, wherever that was.
    """

    def decide(stock: Stock) -> Stock | UserError:
        if input.expected_version not in {None, stock.version}:
            message = f"The stock is at version {stock.version}: load it again and decide again."
            return StaleVersion("STALE_VERSION", message, ("input", "expectedVersion"), stock.version)
        return respread(stock, shards_for(input.peak_orders_per_second))

    def write(before: SkuStock, after: Stock, by: ByHand) -> tuple[CatalogMiss, ...]:
        return write_spread(context.store, before, after, by)

    return by_hand(context, input.sku, decide, write, input=input, key=input.idempotency_key)
