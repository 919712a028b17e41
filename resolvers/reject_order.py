"""Turn a placed order down."""

from domain.actors import OrderAction, groups_for
from domain.commands import Reject
from domain.ids import Id
from domain.values import value
from resolvers.commanding import run
from resolvers.context import Context
from resolvers.shapes.inputs import IdempotencyKey, ReasonCode
from resolvers.shapes.orders import OrderPayload
from wiring.access import staff
from wiring.declarations import field


@value
class RejectOrderInput:
    """Which order, and why; `expectedVersion` where a human chose from a screen."""

    order_id: Id
    """The order's id."""
    reason: ReasonCode | None = None
    """Why: a code of the shop's own, 2 to 32 characters, which the owner can see."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the order is still at this version."""
    idempotency_key: IdempotencyKey | None = None
    """The caller's own key of this command: sent again with the same body, it is done once."""


@field("Mutation.rejectOrder", access=staff(*groups_for(OrderAction.REJECT)), runs_in="write")
def reject_order(input: RejectOrderInput, context: Context) -> OrderPayload:
    """Turn a placed order down, whole: its stock goes back and nothing is owed for it. Rejecting a rejected one changes nothing."""
    return run(
        context,
        input.order_id,
        Reject(input.reason),
        input=input,
        key=input.idempotency_key,
        expected_version=input.expected_version,
    )
