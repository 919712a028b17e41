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
from storage.catalog_reads import load_stock_command
from storage.catalog_writes import CatalogMiss
from storage.stock_reads import SkuStock, load_sku_stock
from storage.stock_writes import ByHand, level_out, write_stock
from storage.transact import BUSY_PAUSE_MS
from wiring.access import staff
from wiring.bounds import Between
from wiring.declarations import field
from wiring.logs import log

MAX_DECISIONS = 5

Decide = Callable[[Stock], Stock | UserError]
Write = Callable[[SkuStock, Stock, ByHand], tuple[CatalogMiss, ...]]


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
    decide: Decide,
    *,
    reason: StockReason,
    input: object,
    key: str | None,
    exact: bool = False,
) -> StockPayload:
    """Change units by hand; `exact` where what is decided holds only for just what lies in the warehouse now."""

    def write(before: SkuStock, after: Stock, by: ByHand) -> tuple[CatalogMiss, ...]:
        return write_stock(context.store, before, after, reason, by, exact=exact)

    return by_hand(context, sku, decide, write, input=input, key=key)


def by_hand(
    context: Context, sku: str, decide: Decide, write: Write, *, input: object, key: str | None
) -> StockPayload:
    """Read, decide and write a change of stock by hand; decided anew where somebody else changed it meanwhile."""
    context.require(ShopAction.CHANGE_STOCK)
    digest = command_key(context.actor.id, key) if key else None
    by = ByHand(context.actor.id, context.now, digest, payload_hash(input))
    for _ in range(MAX_DECISIONS):
        before = load_sku_stock(context.store, sku)
        if before is None:
            raise Refused(not_found("SKU", "input", "sku"))
        after = decide(before.total)
        misses: tuple[CatalogMiss, ...] = (CatalogMiss.COMMAND,)
        if not isinstance(after, UserError):
            misses = write(before, after, by)
        if not misses and not isinstance(after, UserError):
            _level_out(context, before, after)
            return StockPayload(stock_view(after, context))
        if CatalogMiss.COMMAND in misses and digest and _done_before(context, sku, by):
            return StockPayload(stock_view(before.total, context), replayed=True)
        if isinstance(after, UserError):
            raise Refused(after)
    raise Refused(Busy("BUSY", "This stock is changing too fast. Try again shortly.", (), BUSY_PAUSE_MS))


def _level_out(context: Context, before: SkuStock, after: Stock) -> None:
    """Even out what can be sold over the shards, as far as that goes now: units are found wherever they are."""
    if not before.spread.many and after.shards == 1:
        return
    try:
        level_out(context.store, after.sku)
    except Refused as refused:
        log("stock is not levelled out", error=f"{after.sku}: {refused}")


def _done_before(context: Context, sku: str, by: ByHand) -> bool:
    """Whether this keyed change was made. Raises Refused(IdempotencyConflict) for another body."""
    record = load_stock_command(context.store, sku, by.digest or "")
    if record is not None and record.payload_hash != by.payload_hash:
        raise Refused(conflict())
    return record is not None
