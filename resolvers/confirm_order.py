"""Accept a placed order."""

from domain.actors import OrderAction, groups_for
from domain.commands import Confirm
from domain.ids import Id
from domain.values import value
from resolvers.commanding import run
from resolvers.context import Context
from resolvers.shapes.inputs import IdempotencyKey
from resolvers.shapes.orders import OrderPayload
from wiring.access import staff
from wiring.declarations import field


@value
class ConfirmOrderInput:
    """Which order; `expectedVersion` where a human chose from a screen."""

    order_id: Id
    """The order's id."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the order is still at this version."""
    idempotency_key: IdempotencyKey | None = None
    """The caller's own key of this command: sent again with the same body, it is done once."""


@field("Mutation.confirmOrder", access=staff(*groups_for(OrderAction.CONFIRM)), runs_in="write")
def confirm_order(input: ConfirmOrderInput, context: Context) -> OrderPayload:
    """Accept a placed order. Confirming a confirmed one succeeds and changes nothing."""
    return run(
        context,
        input.order_id,
        Confirm(),
        input=input,
        key=input.idempotency_key,
        expected_version=input.expected_version,
    )
