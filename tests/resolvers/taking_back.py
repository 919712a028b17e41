"""Parcels taken back in tests: what a carrier says by hand, and what becomes of the parcel."""

from datetime import timedelta

from domain.ids import Id
from domain.lifecycle import CarrierStatus
from resolvers.cancel_fulfillment import CancelFulfillmentInput, cancel_fulfillment
from resolvers.record_tracking import RecordTrackingInput, record_tracking
from resolvers.shapes.orders import Order
from storage.store import Store
from tests.shopkeeping import ADA, ADMIN, FIRST_PARCEL, NOW, do, done, shipped


def take_back(
    store: Store, order: Order, restock: bool | None = None, parcel: str = FIRST_PARCEL, **given: object
) -> Order:
    """Take a parcel back, the first where none is named."""
    asked = CancelFulfillmentInput(order.id, Id(parcel), restock, **given)  # type: ignore[arg-type]
    return done(do(cancel_fulfillment, asked, ADMIN, store))


def say(store: Store, order: Order, word: str, hour: int = 0, event_id: str | None = None) -> Order:
    """The order after its carrier said so many hours later where the first parcel is."""
    at = NOW + timedelta(hours=hour)
    asked = RecordTrackingInput(order.id, FIRST_PARCEL, CarrierStatus(word), at, event_id)
    return done(do(record_tracking, asked, ADMIN, store))


def brought_back(store: Store, *lines: tuple[str, int]) -> Order:
    """An order whose one parcel left and came back."""
    return say(store, shipped(store, ADA, *lines), "RETURNED")
