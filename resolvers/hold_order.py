"""Stop an order until it is released."""

from domain.actors import OrderAction, groups_for
from domain.commands import Hold
from domain.ids import Id
from domain.values import value
from resolvers.commanding import run
from resolvers.context import Context
from resolvers.shapes.inputs import IdempotencyKey, ReasonCode
from resolvers.shapes.orders import OrderPayload
from wiring.access import staff
from wiring.declarations import field


@value
class HoldOrderInput:
    """Which order, and why; `expectedVersion` where a human chose from a screen."""

    order_id: Id
    """The order's id."""
    reason: ReasonCode | None = None
    """Why: a code of the shop's own, 2 to 32 characters, which staff alone can see."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the order is still at this version."""
    idempotency_key: IdempotencyKey | None = None
    """The caller's own key of this command: sent again with the same body, it is done once."""


@field("Mutation.holdOrder", access=staff(*groups_for(OrderAction.HOLD)), runs_in="write")
def hold_order(input: HoldOrderInput, context: Context) -> OrderPayload:
    """Stop a placed or confirmed order: nothing is packed or shipped until `releaseOrder`; parcels on their way may arrive.

    It can still be cancelled. Holding a held one succeeds and changes nothing.
    """
    return run(
        context,
        input.order_id,
        Hold(input.reason),
        input=input,
        key=input.idempotency_key,
        expected_version=input.expected_version,
    )
