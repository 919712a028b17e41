"""What a letter tells of an event: the words of its template, read off the order and its log. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import quote

from consumers.letters import Words
from domain.events import Event
from domain.lifecycle import EventType
from domain.money import money
from domain.order import Order
from domain.values import value

MOST_LINES = 50
"""Lines that a letter lists: some orders have hundreds."""


@value
class Occasion:
    """An event to write of: its order as it is now, and the log up to it. `tracking_links` are carriers' pages."""

    order: Order
    event: Event
    log: tuple[Event, ...]
    tracking_links: Mapping[str, str]

    @property
    def data(self) -> Mapping[str, Any]:
        """What the event says."""
        return self.event.data

    def written(self, minor: int) -> str:
        """An amount, as people write it."""
        return written(minor, self.order.currency)


def written(minor: int, currency: str) -> str:
    """An amount in minor units, as people write it: `12.50 GBP`."""
    amount = money(minor, currency)
    return f"{amount.amount} {amount.currency}"


def words_of(occasion: Occasion) -> Words | None:
    """What the event's own letter tells beside the order; None where there is nothing to write of.

    Raises KeyError for an event that nobody is written of.
    """
    return WRITTEN[occasion.event.type](occasion)


def _placed(occasion: Occasion) -> Words:
    totals = occasion.order.totals
    return {
        "lines": _lines(occasion.order),
        "subtotal": occasion.written(totals.subtotal - totals.discount),
        "shipping": occasion.written(totals.shipping),
        "tax": occasion.written(totals.tax),
    }


def _paid(occasion: Occasion) -> Words | None:
    """What was taken since the log last spoke of this payment: reports are cumulative, and some bring no money."""
    earlier = [
        cast(int, each.data["captured"])
        for each in occasion.log
        if each.sequence < occasion.event.sequence
        and each.data.get("paymentId") == occasion.data["paymentId"]
        and "captured" in each.data
    ]
    taken = occasion.data["captured"] - max(earlier, default=0)
    if taken <= 0:
        return None
    return {"amount": occasion.written(taken), "lines": _lines(occasion.order)}


def _parcel(occasion: Occasion) -> Words:
    parcel = occasion.order.fulfillment(occasion.data["fulfillmentId"])
    if parcel is None:
        raise ValueError("the event names a parcel that the order does not have")
    page = occasion.tracking_links.get(parcel.carrier or "")
    number = quote(parcel.tracking, safe="") if parcel.tracking else None
    return {
        "units": _units(occasion.order, parcel.units),
        "carrier": parcel.carrier,
        "tracking": parcel.tracking,
        "tracking_link": page.replace("{number}", number) if page and number else None,
    }


def _taken_off(occasion: Occasion) -> Words:
    paid = occasion.order.totals.captured
    return {
        "units": _units(occasion.order, occasion.data["units"]),
        "amount": occasion.written(occasion.data["value"]),
        "paid": occasion.written(paid) if paid else None,
    }


def _refunded(occasion: Occasion) -> Words:
    return {"amount": occasion.written(occasion.data["amount"])}


WRITTEN: Mapping[EventType, Callable[[Occasion], Words | None]] = {
    EventType.ORDER_PLACED: _placed,
    EventType.PAYMENT_CAPTURED: _paid,
    EventType.FULFILLMENT_SHIPPED: _parcel,
    EventType.FULFILLMENT_DELIVERED: _parcel,
    EventType.ORDER_LINES_CANCELLED: _taken_off,
    EventType.ORDER_CANCELLED: _taken_off,
    EventType.ORDER_REJECTED: _taken_off,
    EventType.ORDER_EXPIRED: _taken_off,
    EventType.REFUND_SUCCEEDED: _refunded,
}
"""The events that customers are written of."""


def _lines(order: Order) -> str:
    prices = {line.id: f" at {written(line.unit_price, order.currency)}" for line in order.lines}
    return _units(order, {line.id: line.quantity for line in order.lines}, prices)


def _units(order: Order, units: Mapping[str, int], more: Mapping[str, str] | None = None) -> str:
    """Units by line, a row each; `more` is added to a line's row."""
    titles = {line.id: " ".join(line.title.split()) for line in order.lines}
    rows = [f"{count} x {titles[line_id]}{(more or {}).get(line_id, '')}" for line_id, count in units.items()]
    rest = len(rows) - MOST_LINES
    return "\n".join([*rows[:MOST_LINES], *([f"and {rest} lines more"] if rest > 0 else [])])
