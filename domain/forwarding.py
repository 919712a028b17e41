"""Facts about parcels, kept on the order: the fold that the log must agree with. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from domain.facts import Fact
from domain.lifecycle import (
    LEFT,
    CarrierStatus,
    EventType,
    FulfillmentStatus,
    next_fulfillment_status,
)
from domain.order import Counters, Fulfillment, Order


def forwarded(order: Order, fact: Fact, at: datetime) -> Order:
    """The order after one fact about a parcel. Raises ValueError for one that cannot follow."""
    data = cast(Mapping[str, Any], fact.data)
    if fact.type is EventType.FULFILLMENT_CREATED:
        parcel = Fulfillment(data["fulfillmentId"], FulfillmentStatus.PENDING, data["units"], created_at=at)
        return replace(order, fulfillments=(*order.fulfillments, parcel))
    before = _parcel(order, data["fulfillmentId"], fact.type)
    if fact.type is EventType.FULFILLMENT_TRACKED:
        return _with(order, _tracked(before, data))
    after = replace(_moved(order, before, fact, at), status=_status(before, fact.type))
    return replace(_with(order, after), counters=_counters(order, before, fact.type))


def counted(
    order: Order, units: Mapping[str, int], *, cancelled: int = 0, shipped: int = 0, delivered: int = 0
) -> dict[str, Counters]:
    """The counters after each line's units are added (factor 1) to some of them, or taken off (-1)."""
    counters = dict(order.counters)
    for line_id, count in units.items():
        before = order.counted(line_id)
        counters[line_id] = Counters(
            cancelled=before.cancelled + cancelled * count,
            shipped=before.shipped + shipped * count,
            delivered=before.delivered + delivered * count,
        )
    return counters


def _parcel(order: Order, parcel_id: str, event: EventType) -> Fulfillment:
    parcel = order.fulfillment(parcel_id)
    if parcel is None:
        raise ValueError(f"{event.value} names a parcel that the order does not have")
    return parcel


def _status(parcel: Fulfillment, event: EventType) -> FulfillmentStatus:
    status = next_fulfillment_status(parcel.status, event)
    if status is None:
        raise ValueError(f"{event.value} cannot follow on a parcel that is {parcel.status.value}")
    return status


def _with(order: Order, parcel: Fulfillment) -> Order:
    parcels = tuple(parcel if each.id == parcel.id else each for each in order.fulfillments)
    return replace(order, fulfillments=parcels)


def _moved(order: Order, parcel: Fulfillment, fact: Fact, at: datetime) -> Fulfillment:
    """What a parcel remembers of where it went; a time that a later event overrules is forgotten."""
    match fact.type:
        case EventType.FULFILLMENT_PACKED:
            return replace(parcel, packed_at=at)
        case EventType.FULFILLMENT_SHIPPED:
            return replace(
                parcel,
                shipped_at=at,
                carrier=cast(str | None, fact.data.get("carrier")),
                tracking=cast(str | None, fact.data.get("tracking")),
                taken_from=_taken_from(order, parcel),
            )
        case EventType.FULFILLMENT_FAILED:
            return replace(parcel, failed_at=at)
        case EventType.FULFILLMENT_DELIVERED:
            return replace(parcel, delivered_at=at, failed_at=None)
        case EventType.FULFILLMENT_RETURNED:
            return replace(parcel, returned_at=at, delivered_at=None, failed_at=None)
        case _:
            return parcel


def _taken_from(order: Order, parcel: Fulfillment) -> dict[str, int]:
    """How many units of a line were used up before this parcel's, for lines taken of several shards: there they go back."""
    return {
        line.id: counts.cancelled + counts.shipped
        for line in order.lines
        if line.allocation and line.id in parcel.units
        for counts in (order.counted(line.id),)
    }


def _counters(order: Order, before: Fulfillment, event: EventType) -> Mapping[str, Counters]:
    match event:
        case EventType.FULFILLMENT_SHIPPED:
            return counted(order, before.units, shipped=1)
        case EventType.FULFILLMENT_DELIVERED:
            return counted(order, before.units, delivered=1)
        case EventType.FULFILLMENT_RETURNED if before.status is FulfillmentStatus.DELIVERED:
            return counted(order, before.units, delivered=-1)
        case EventType.FULFILLMENT_CANCELLED if before.status in LEFT:
            return counted(order, before.units, shipped=-1)
        case _:
            return order.counters


def _tracked(parcel: Fulfillment, data: Mapping[str, Any]) -> Fulfillment:
    """The carrier's last word is the one of the highest rank, and of several of that rank the latest."""
    status, said_at = CarrierStatus(data["carrierStatus"]), datetime.fromisoformat(data["carrierAt"])
    seen = replace(parcel, tracked=tuple(sorted({*parcel.tracked, data["eventId"]})))
    if not parcel.is_news(status, said_at):
        return seen
    return replace(seen, carrier_status=status, carrier_status_at=said_at)
