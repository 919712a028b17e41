"""Put open units of an order into a parcel."""

from typing import Annotated

from domain.actors import OrderAction, groups_for
from domain.ids import Id
from domain.parcels import CreateFulfillment
from domain.values import value
from resolvers.commanding import run
from resolvers.context import Context
from resolvers.shapes.inputs import IdempotencyKey, LineQuantityInput, units_by_line
from resolvers.shapes.orders import OrderPayload
from wiring.access import staff
from wiring.bounds import Length
from wiring.declarations import field


@value
class CreateFulfillmentInput:
    """Which order, and which units: all that are open where `lines` is left out."""

    order_id: Id
    """The order's id."""
    lines: Annotated[tuple[LineQuantityInput, ...], Length(1, 1000)] | None = None
    """Which units; everything that is open where left out."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the order is still at this version."""
    idempotency_key: IdempotencyKey | None = None
    """The caller's own key of this command: sent again with the same body, it is done once."""


@field(
    "Mutation.createFulfillment", access=staff(*groups_for(OrderAction.CREATE_FULFILLMENT)), runs_in="write"
)
def create_fulfillment(input: CreateFulfillmentInput, context: Context) -> OrderPayload:
    """Start a parcel with open units of a confirmed order."""
    return run(
        context,
        input.order_id,
        CreateFulfillment(units_by_line(input.lines)),
        input=input,
        key=input.idempotency_key,
        expected_version=input.expected_version,
    )
