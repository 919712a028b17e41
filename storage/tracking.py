"""Where a carrier's number leads: to the parcels that travel under it. Written when a parcel is handed over.

Two parcels may have one number (boxes that a carrier takes as one), so there is an item for each.
"""

from collections.abc import Iterator
from datetime import timedelta

from domain.order import Fulfillment, Order
from domain.values import value
from storage import keys
from storage.attributes import Item
from storage.order_reads import query_all
from storage.store import Store

KEPT = timedelta(days=180)
"""Carriers give a number to another parcel some time after; what TTL has not taken by then is told apart by nothing."""


@value
class Parcel:
    """A parcel of an order, by ids."""

    order_id: str
    fulfillment_id: str


def newly_tracked(before: Order, after: Order) -> Iterator[Item]:
    """The items of parcels that were given a number between the two."""
    for parcel in after.fulfillments:
        known = before.fulfillment(parcel.id)
        if parcel.tracking and (known is None or known.tracking != parcel.tracking):
            yield _item(after, parcel, parcel.tracking)


def find_parcels(store: Store, carrier: str, number: str) -> tuple[Parcel, ...]:
    """The parcels that this carrier has under a number, strongly read. One that was shipped without a carrier's name fits any."""
    items = query_all(store, "PK = :pk", {":pk": keys.tracking(plain(number))})
    fits = [each for each in items if each.get("carrier") in {None, named(carrier)}]
    return tuple(Parcel(each["orderId"], each["fulfillmentId"]) for each in fits)


def plain(number: str) -> str:
    """A number as it is compared: people and carriers put spaces and small letters into it as they like."""
    return "".join(number.split()).upper()


def named(carrier: str) -> str:
    """A carrier's name as it is compared."""
    return " ".join(carrier.split()).casefold()


def _item(order: Order, parcel: Fulfillment, number: str) -> Item:
    shipped_at = parcel.shipped_at or parcel.created_at
    return keys.tracked(plain(number), order.id, parcel.id) | {
        "orderId": order.id,
        "fulfillmentId": parcel.id,
        "carrier": named(parcel.carrier) if parcel.carrier else None,
        "ttl": int((shipped_at + KEPT).timestamp()),
    }
