"""What cancelling an order, or units of its lines, would come to."""

from domain.actors import OrderAction, groups_for
from domain.commands import Cancel
from domain.history import apply
from domain.stock import moves
from resolvers.commanding import decided
from resolvers.context import Context
from resolvers.order_access import let_in
from resolvers.shapes.inputs import CancelOrderInput, units_by_line
from resolvers.shapes.orders import CancelPreviewPayload
from resolvers.views import cancel_view
from wiring.access import Access
from wiring.declarations import field


@field(
    "Query.cancelPreview",
    access=Access(guests=True, customers=True, staff=groups_for(OrderAction.CANCEL)),
    runs_in="read",
)
def cancel_preview(input: CancelOrderInput, context: Context) -> CancelPreviewPayload:
    """What `cancelOrder` with this input would do to money, stock and status, or why it would be refused. Writes nothing."""
    caller = let_in(context, input.token, input.order_id, "input", "orderId")
    decision = decided(
        caller,
        input.order_id,
        Cancel(units_by_line(input.lines), input.reason),
        input=input,
        key=input.idempotency_key,
        expected_version=input.expected_version,
    )
    before = decision.loaded.order
    after, _ = apply(before, decision.facts, caller.actor, context.now)
    return CancelPreviewPayload(
        cancel_view(before, after, moves(before, decision.facts)), replayed=decision.replayed
    )
