"""Pay back money of an order."""

from domain.actors import OrderAction, groups_for
from domain.recording import Operation
from resolvers.context import Context
from resolvers.paymaster import move_money
from resolvers.shapes.orders import OrderPayload
from resolvers.shapes.payments import RefundOrderInput
from wiring.access import staff
from wiring.declarations import field


@field("Mutation.refundOrder", access=staff(*groups_for(OrderAction.REFUND)), runs_in="write")
def refund_order(input: RefundOrderInput, context: Context) -> OrderPayload:
    """Pay back for units of lines that left, for shipping, or an amount; with none of them, what is owed back.

    Oldest payment first, one refund for each payment that it takes. `refundPreview` with the same input says beforehand
    what it comes to.
    """
    return move_money(
        context,
        input.order_id,
        input.command(context.shop.currency),
        Operation.REFUND,
        input=input,
        key=input.idempotency_key,
        expected_version=input.expected_version,
    )
