"""What paying back would come to."""

from domain.actors import OrderAction, groups_for
from domain.history import apply
from resolvers.commanding import decided
from resolvers.context import Context
from resolvers.payment_views import refund_preview_view
from resolvers.shapes.payments import RefundOrderInput, RefundPreviewPayload
from wiring.access import staff
from wiring.declarations import field


@field("Query.refundPreview", access=staff(*groups_for(OrderAction.REFUND)), runs_in="read")
def refund_preview(input: RefundOrderInput, context: Context) -> RefundPreviewPayload:
    """What `refundOrder` with this input would pay back, or why it would be refused. Writes nothing, asks no provider."""
    decision = decided(
        context,
        input.order_id,
        input.command(context.shop.currency),
        input=input,
        key=input.idempotency_key,
        expected_version=input.expected_version,
    )
    before = decision.loaded.order
    after, _ = apply(before, decision.facts, context.actor, context.now)
    return RefundPreviewPayload(refund_preview_view(before, after, context.now), replayed=decision.replayed)
