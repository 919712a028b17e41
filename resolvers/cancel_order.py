"""Cancel an order, or units of its lines."""

from domain.actors import OrderAction, groups_for
from domain.commands import Cancel
from resolvers.commanding import run
from resolvers.context import Context
from resolvers.order_access import let_in
from resolvers.shapes.inputs import CancelOrderInput, units_by_line
from resolvers.shapes.orders import OrderPayload
from wiring.access import Access
from wiring.declarations import field


@field(
    "Mutation.cancelOrder",
    access=Access(guests=True, customers=True, staff=groups_for(OrderAction.CANCEL)),
    runs_in="write",
)
def cancel_order(input: CancelOrderInput, context: Context) -> OrderPayload:
    """Cancel what is open of an order and give its stock back. Its owner may, until a parcel is packed, and so may a guest with its `token`.

    `cancelPreview` with the same input says beforehand what it will do.
    """
    return run(
        let_in(context, input.token, input.order_id, "input", "orderId"),
        input.order_id,
        Cancel(units_by_line(input.lines), input.reason),
        input=input,
        key=input.idempotency_key,
        expected_version=input.expected_version,
    )
