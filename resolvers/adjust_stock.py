"""Add units to stock, or take some out."""

from collections.abc import Callable
from typing import Annotated

from domain.actors import ShopAction, groups_for
from domain.ids import command_key
from domain.refusals import Busy, Refused, UserError, not_found
from domain.stock import Stock, StockReason, adjusted
from domain.values import value
from resolvers.commanding import conflict, payload_hash
from resolvers.context import Context
from resolvers.shapes.catalog import StockPayload
from resolvers.shapes.inputs import IdempotencyKey, Sku
from resolvers.views import stock_view
from storage.catalog_reads import load_stock, load_stock_command
from storage.catalog_writes import CatalogMiss, write_stock
from storage.transact import BUSY_PAUSE_MS
from wiring.access import staff
from wiring.bounds import Between
from wiring.declarations import field

MAX_DECISIONS = 5


@value
class AdjustStockInput:
    """By how many units (below 0: taken out) and why. The same key adjusts once."""

    sku: Sku
    """Whose stock."""
    delta: Annotated[int, Between(-1_000_000, 1_000_000)]
    """Units to add; below 0, to take out."""
    reason: StockReason
    """Why."""
    idempotency_key: IdempotencyKey
    """The caller's own key of this command: sent again with the same body, it is done once."""


@field("Mutation.adjustStock", access=staff(*groups_for(ShopAction.CHANGE_STOCK)), runs_in="write")
def adjust_stock(input: AdjustStockInput, context: Context) -> StockPayload:
    """Add units to a SKU's stock, or take available ones out."""
    return change_stock(
        context,
        input.sku,
        lambda stock: adjusted(stock, input.delta, input.reason),
        reason=input.reason,
        input=input,
        key=input.idempotency_key,
    )


def change_stock(
    context: Context,
    sku: str,
    decide: Callable[[Stock], Stock | UserError],
    *,
    reason: StockReason,
    input: object,
    key: str | None,
) -> StockPayload:
    """Read, decide and write a change of stock by hand; decided anew where somebody else changed it meanwhile."""
    context.require(ShopAction.CHANGE_STOCK)
    digest = command_key(context.actor.id, key) if key else None
    hashed = payload_hash(input)
    for _ in range(MAX_DECISIONS):
        before = load_stock(context.store, sku)
        if before is None:
            raise Refused(not_found("SKU", "input", "sku"))
        after = decide(before)
        misses: tuple[CatalogMiss, ...] = (CatalogMiss.COMMAND,)
        if not isinstance(after, UserError):
            misses = write_stock(
                context.store, before, after, reason,
                actor_id=context.actor.id, at=context.now, digest=digest, payload_hash=hashed,
            )  # fmt: skip
        if not misses and not isinstance(after, UserError):
            return StockPayload(stock_view(after, context))
        if CatalogMiss.COMMAND in misses and digest and _done_before(context, sku, digest, hashed):
            return StockPayload(stock_view(before, context), replayed=True)
        if isinstance(after, UserError):
            raise Refused(after)
    raise Refused(Busy("BUSY", "This stock is changing too fast. Try again shortly.", (), BUSY_PAUSE_MS))


def _done_before(context: Context, sku: str, digest: str, hashed: str) -> bool:
    """Whether this keyed change was made. Raises Refused(IdempotencyConflict) for another body."""
    record = load_stock_command(context.store, sku, digest)
    if record is not None and record.payload_hash != hashed:
        raise Refused(conflict())
    return record is not None
