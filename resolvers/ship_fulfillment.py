"""Hand a parcel to the carrier."""

from typing import Annotated

from domain.actors import OrderAction, groups_for
from domain.ids import Id
from domain.parcels import ShipFulfillment
from domain.values import value
from resolvers.commanding import run
from resolvers.context import Context
from resolvers.shapes.inputs import IdempotencyKey
from resolvers.shapes.orders import OrderPayload
from wiring.access import staff
from wiring.bounds import Length
from wiring.declarations import field


@value
class ShipFulfillmentInput:
    """Which parcel of which order, and how it travels."""

    order_id: Id
    """The order's id."""
    fulfillment_id: Id
    """The parcel's id within the order."""
    carrier: Annotated[str, Length(1, 50)] | None = None
    """Who carries it."""
    tracking_number: Annotated[str, Length(1, 60)] | None = None
    """The carrier's number for it."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the order is still at this version."""
    idempotency_key: IdempotencyKey | None = None
    """The caller's own key of this command: sent again with the same body, it is done once."""


@field("Mutation.shipFulfillment", access=staff(*groups_for(OrderAction.SHIP_FULFILLMENT)), runs_in="write")
def ship_fulfillment(input: ShipFulfillmentInput, context: Context) -> OrderPayload:
    """Note that a parcel left: its units leave the stock. Shipping a shipped one succeeds and changes nothing."""
    return run(
        context,
        input.order_id,
        ShipFulfillment(input.fulfillment_id, input.carrier, input.tracking_number),
        input=input,
        key=input.idempotency_key,
        expected_version=input.expected_version,
    )
