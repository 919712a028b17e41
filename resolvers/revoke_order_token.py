"""Make every token of an order worthless."""

from domain.actors import ShopAction, groups_for
from domain.ids import Id
from domain.token_commands import RevokeTokens
from domain.values import value
from resolvers.commanding import run
from resolvers.context import Context
from resolvers.shapes.inputs import IdempotencyKey
from resolvers.shapes.orders import OrderPayload
from wiring.access import Access
from wiring.declarations import field


@value
class RevokeOrderTokenInput:
    """Which order."""

    order_id: Id
    """The order's id."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the order is still at this version."""
    idempotency_key: IdempotencyKey | None = None
    """The caller's own key of this command: sent again with the same body, it is done once."""


@field(
    "Mutation.revokeOrderToken",
    access=Access(customers=True, staff=groups_for(ShopAction.REVOKE_ORDER_TOKEN)),
    runs_in="write",
)
def revoke_order_token(input: RevokeOrderTokenInput, context: Context) -> OrderPayload:
    """Revoke all tokens of an order issued before. Live subscriptions to it end a moment later: whoever may, follows anew."""
    return run(
        context,
        input.order_id,
        RevokeTokens(),
        input=input,
        key=input.idempotency_key,
        expected_version=input.expected_version,
    )
