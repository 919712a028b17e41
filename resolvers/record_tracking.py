"""Note what a carrier says of a parcel."""

from datetime import UTC, datetime
from typing import Annotated

from domain.actors import OrderAction, groups_for
from domain.ids import Id
from domain.lifecycle import CarrierStatus
from domain.parcels import RecordTracking
from domain.values import value
from resolvers.commanding import run
from resolvers.context import Context
from resolvers.shapes.inputs import IdempotencyKey
from resolvers.shapes.orders import OrderPayload
from wiring.access import staff
from wiring.bounds import Length
from wiring.declarations import field


@value
class RecordTrackingInput:
    """What the carrier says of which parcel, and when that happened."""

    order_id: Id
    """The order's id."""
    fulfillment_id: Id
    """The parcel's id within the order."""
    status: CarrierStatus
    """What the carrier says."""
    occurred_at: datetime
    """When that happened, by the carrier."""
    event_id: Annotated[str, Length(1, 100)] | None = None
    """The carrier's id of this event: the same one twice changes nothing. Left out, status and time stand for it."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the order is still at this version."""
    idempotency_key: IdempotencyKey | None = None
    """The caller's own key of this command: sent again with the same body, it is done once."""


@field("Mutation.recordTracking", access=staff(*groups_for(OrderAction.RECORD_TRACKING)), runs_in="write")
def record_tracking(input: RecordTrackingInput, context: Context) -> OrderPayload:
    """Note by hand what a carrier says, in whatever order it comes: what is further than all before is applied.

    DELIVERED delivers the parcel, FAILED and RETURNED lead it there; what comes late is noted. Before a parcel is shipped
    only LABEL_CREATED is. An order that is complete stays so: a parcel of it that comes back is noted as RETURNED by the
    carrier, and it is for people to decide what that means.
    """
    return run(
        context,
        input.order_id,
        RecordTracking(input.fulfillment_id, input.status, input.occurred_at, input.event_id or _name(input)),
        input=input,
        key=input.idempotency_key,
        expected_version=input.expected_version,
    )


def _name(input: RecordTrackingInput) -> str:
    """What stands for the id of an event that a person notes."""
    at = input.occurred_at.astimezone(UTC).isoformat(timespec="milliseconds")
    return f"by-hand:{input.status.value}:{at}"
