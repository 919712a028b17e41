"""A parcel's item, and how it is read back."""

import json
from collections.abc import Mapping
from datetime import datetime

from domain.lifecycle import CarrierStatus, FulfillmentStatus
from domain.order import Fulfillment, Order
from storage import keys
from storage.attributes import Item
from storage.moments import read_moment


def fulfillment(order: Order, parcel: Fulfillment) -> Item:
    """One parcel."""
    return {
        "PK": keys.order(order.id),
        "SK": keys.fulfillment(parcel.id),
        "id": parcel.id,
        "status": parcel.status.value,
        "units": _packed(parcel.units),
        "at": keys.moment(parcel.created_at),
        "packedAt": _moment(parcel.packed_at),
        "shippedAt": _moment(parcel.shipped_at),
        "deliveredAt": _moment(parcel.delivered_at),
        "failedAt": _moment(parcel.failed_at),
        "returnedAt": _moment(parcel.returned_at),
        "carrier": parcel.carrier,
        "tracking": parcel.tracking,
        "carrierStatus": parcel.carrier_status and parcel.carrier_status.value,
        "carrierAt": _moment(parcel.carrier_status_at),
        "tracked": _packed(parcel.tracked) if parcel.tracked else None,
        "takenFrom": _packed(parcel.taken_from) if parcel.taken_from else None,
    }


def read_fulfillment(item: Item) -> Fulfillment:
    """The parcel of its item."""
    return Fulfillment(
        id=item["id"],
        status=FulfillmentStatus(item["status"]),
        units=json.loads(item["units"]),
        created_at=read_moment(item["at"]),
        shipped_at=_read(item, "shippedAt"),
        delivered_at=_read(item, "deliveredAt"),
        carrier=item.get("carrier"),
        tracking=item.get("tracking"),
        packed_at=_read(item, "packedAt"),
        failed_at=_read(item, "failedAt"),
        returned_at=_read(item, "returnedAt"),
        carrier_status=CarrierStatus(item["carrierStatus"]) if "carrierStatus" in item else None,
        carrier_status_at=_read(item, "carrierAt"),
        tracked=tuple(json.loads(item.get("tracked", "[]"))),
        taken_from=json.loads(item.get("takenFrom", "{}")),
    )


def _packed(given: object) -> str:
    plain = dict(given) if isinstance(given, Mapping) else given
    return json.dumps(plain, separators=(",", ":"))


def _moment(at: datetime | None) -> str | None:
    return keys.moment(at) if at else None


def _read(item: Item, name: str) -> datetime | None:
    return read_moment(item[name]) if name in item else None
