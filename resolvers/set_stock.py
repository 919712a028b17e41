"""Set a SKU's stock to what a count found."""

from typing import Annotated

from domain.actors import ShopAction, groups_for
from domain.refusals import StaleVersion, UserError
from domain.stock import Stock, StockReason, counted
from domain.values import value
from resolvers.adjust_stock import change_stock
from resolvers.context import Context
from resolvers.shapes.catalog import StockPayload
from resolvers.shapes.inputs import IdempotencyKey, Sku
from wiring.access import staff
from wiring.bounds import Between
from wiring.declarations import field


@value
class SetStockInput:
    """How many units lie in the warehouse, reserved ones included. `expectedVersion`: only if nobody changed it since."""

    sku: Sku
    """Whose stock."""
    on_hand: Annotated[int, Between(0, 100_000_000)]
    """Units counted in the warehouse, reserved ones included."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the stock is still at this version."""
    idempotency_key: IdempotencyKey | None = None
    """The caller's own key of this command: sent again with the same body, it is done once."""


@field("Mutation.setStock", access=staff(*groups_for(ShopAction.CHANGE_STOCK)), runs_in="write")
def set_stock(input: SetStockInput, context: Context) -> StockPayload:
    """Compare and set: what a count found becomes the stock; orders keep what they have reserved."""

    def decide(stock: Stock) -> Stock | UserError:
        if input.expected_version not in {None, stock.version}:
            message = f"The stock is at version {stock.version}: load it again and decide again."
            return StaleVersion("STALE_VERSION", message, ("input", "expectedVersion"), stock.version)
        return counted(stock, input.on_hand)

    return change_stock(
        context,
        input.sku,
        decide,
        reason=StockReason.CORRECTED,
        input=input,
        key=input.idempotency_key,
        exact=True,
    )
