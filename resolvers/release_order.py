"""Let a held order go on."""

from domain.actors import OrderAction, groups_for
from domain.commands import Release
from domain.ids import Id
from domain.values import value
from resolvers.commanding import run
from resolvers.context import Context
from resolvers.shapes.inputs import IdempotencyKey
from resolvers.shapes.orders import OrderPayload
from wiring.access import staff
from wiring.declarations import field


@value
class ReleaseOrderInput:
    """Which order; `expectedVersion` where a human chose from a screen."""

    order_id: Id
    """The order's id."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the order is still at this version."""
    idempotency_key: IdempotencyKey | None = None
    """The caller's own key of this command: sent again with the same body, it is done once."""


@field("Mutation.releaseOrder", access=staff(*groups_for(OrderAction.RELEASE)), runs_in="write")
def release_order(input: ReleaseOrderInput, context: Context) -> OrderPayload:
    """Let a held order go on where it stood; it is completed if all that is left of it was delivered meanwhile.

    Releasing an open one that is not held succeeds and changes nothing.
    """
    return run(
        context,
        input.order_id,
        Release(),
        input=input,
        key=input.idempotency_key,
        expected_version=input.expected_version,
    )
