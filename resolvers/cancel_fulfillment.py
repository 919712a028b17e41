"""Take a parcel back: one that has not left, or one that its carrier could not deliver."""

from domain.actors import OrderAction, groups_for
from domain.ids import Id
from domain.parcels import CancelFulfillment
from domain.values import value
from resolvers.commanding import run
from resolvers.context import Context
from resolvers.shapes.inputs import IdempotencyKey
from resolvers.shapes.orders import OrderPayload
from wiring.access import staff
from wiring.declarations import field


@value
class CancelFulfillmentInput:
    """Which parcel of which order, and whether what had left is back on the shelf."""

    order_id: Id
    """The order's id."""
    fulfillment_id: Id
    """The parcel's id within the order."""
    restock: bool | None = None
    """Whether the units of a parcel that had left can be sold again; needed for such a parcel, no matter for any other."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the order is still at this version."""
    idempotency_key: IdempotencyKey | None = None
    """The caller's own key of this command: sent again with the same body, it is done once."""


@field(
    "Mutation.cancelFulfillment", access=staff(*groups_for(OrderAction.CANCEL_FULFILLMENT)), runs_in="write"
)
def cancel_fulfillment(input: CancelFulfillmentInput, context: Context) -> OrderPayload:
    """Take a parcel back. What has not left is open again; what failed to arrive or came back is cancelled with it.

    So the order owes those units' worth no more, and what was paid for them goes back by itself. With the last of an
    order's units it is cancelled whole; where all the others arrived, it is complete.
    """
    return run(
        context,
        input.order_id,
        CancelFulfillment(input.fulfillment_id, input.restock),
        input=input,
        key=input.idempotency_key,
        expected_version=input.expected_version,
    )
