"""Cancel an order, or units of its lines."""

from typing import Annotated

from domain.actors import OrderAction, groups_for
from domain.commands import Cancel
from domain.ids import Id
from domain.values import value
from resolvers.commanding import run
from resolvers.context import Context
from resolvers.shapes.inputs import IdempotencyKey, LineQuantityInput, units_by_line
from resolvers.shapes.orders import OrderPayload
from wiring.access import Access
from wiring.bounds import Length, Matching
from wiring.declarations import field

ReasonCode = Annotated[str, Matching("[A-Z][A-Z0-9_]{1,31}", "a code of capital letters, digits and _")]


@value
class CancelOrderInput:
    """Which order, and which units: all that are open where `lines` is left out. `reason` is a code of the shop's own."""

    order_id: Id
    """The order's id."""
    lines: Annotated[tuple[LineQuantityInput, ...], Length(1, 1000)] | None = None
    """Which units; everything that is open where left out."""
    reason: ReasonCode | None = None
    """Why: a code of the shop's own, 2 to 32 characters, which the owner can see."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the order is still at this version."""
    idempotency_key: IdempotencyKey | None = None
    """The caller's own key of this command: sent again with the same body, it is done once."""


@field(
    "Mutation.cancelOrder",
    access=Access(customers=True, staff=groups_for(OrderAction.CANCEL)),
    runs_in="write",
)
def cancel_order(input: CancelOrderInput, context: Context) -> OrderPayload:
    """Cancel what is open of an order and give its stock back. Its owner may, until a parcel is packed."""
    return run(
        context,
        input.order_id,
        Cancel(units_by_line(input.lines), input.reason),
        input=input,
        key=input.idempotency_key,
        expected_version=input.expected_version,
    )
