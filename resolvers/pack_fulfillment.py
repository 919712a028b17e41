"""Note that a parcel is packed."""

from domain.actors import OrderAction, groups_for
from domain.ids import Id
from domain.parcels import PackFulfillment
from domain.values import value
from resolvers.commanding import run
from resolvers.context import Context
from resolvers.shapes.inputs import IdempotencyKey
from resolvers.shapes.orders import OrderPayload
from wiring.access import staff
from wiring.declarations import field


@value
class PackFulfillmentInput:
    """Which parcel of which order."""

    order_id: Id
    """The order's id."""
    fulfillment_id: Id
    """The parcel's id within the order."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the order is still at this version."""
    idempotency_key: IdempotencyKey | None = None
    """The caller's own key of this command: sent again with the same body, it is done once."""


@field("Mutation.packFulfillment", access=staff(*groups_for(OrderAction.PACK_FULFILLMENT)), runs_in="write")
def pack_fulfillment(input: PackFulfillmentInput, context: Context) -> OrderPayload:
    """Note that a parcel is packed and waits for its carrier. It may also ship without being noted as packed."""
    return run(
        context,
        input.order_id,
        PackFulfillment(input.fulfillment_id),
        input=input,
        key=input.idempotency_key,
        expected_version=input.expected_version,
    )
