"""An order's items: what is written of it and how it is read back. Personal data stands in one map of the snapshot."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from domain.actors import ActorKind, Owner, OwnerKind
from domain.events import Event
from domain.lifecycle import EventType, OrderStatus
from domain.order import (
    Counters,
    Line,
    Order,
    OrderFulfillmentStatus,
    OrderPaymentStatus,
    OrderReturnStatus,
    PaymentTerms,
    PriceSource,
    Totals,
    fulfillment_status,
)
from domain.paid import payment_status
from storage import keys
from storage.attributes import Item
from storage.fulfillment_items import read_fulfillment
from storage.moments import read_moment
from storage.payment_items import read_kept, read_payment, read_refund
from storage.personal import personal_of, read_address, read_contact

FORMAT = 1
SNAPSHOT_BYTES = 300_000


def head(order: Order, shards: int) -> Item:
    """The order's head: what lists, decisions and checks read; rewritten by each command."""
    totals = order.totals
    return {
        "PK": keys.order(order.id),
        "SK": keys.HEAD,
        "format": FORMAT,
        "phase": "PLACED",
        "id": order.id,
        "number": order.number,
        "ref": order.external_reference,
        "ownerKind": order.owner.kind.value,
        "ownerId": order.owner.id,
        "ownerKey": order.owner_key,
        "by": order.placed_by,
        "status": order.status.value,
        "heldFrom": order.held_from and order.held_from.value,
        "pay": payment_status(order).value,
        "ful": fulfillment_status(order).value,
        "ret": OrderReturnStatus.NONE.value,
        "terms": order.terms.value,
        "method": order.shipping_method,
        "cur": order.currency,
        "sub": totals.subtotal,
        "disc": totals.discount,
        "ship": totals.shipping,
        "shipTax": totals.shipping_tax,
        "tax": totals.tax,
        "total": totals.total,
        "cancelled": totals.cancelled,
        "captured": totals.captured,
        "refunded": totals.refunded,
        "units": sum(line.quantity for line in order.lines),
        "at": keys.moment(order.placed_at),
        "pub": order.last_public,
        "version": order.version,
        "hash": order.payload_hash,
        "tokens": order.token_generation or None,
        "owner": keys.owner(order.owner.kind.value, order.owner.id),
        "ownerAt": keys.placed(order.placed_at, order.id),
        "work": keys.work(order.status, order.placed_at, order.id, shards),
        "workAt": keys.placed(order.placed_at, order.id),
    }


def snapshots(order: Order) -> list[Item]:
    """The order as placed, in parts below DynamoDB's item limit; never changed but by erasure."""
    parts: list[list[list[Any]]] = [[]]
    size = 0
    for line in order.lines:
        row = _line_row(line)
        length = len(json.dumps(row))
        if size + length > SNAPSHOT_BYTES and parts[-1]:
            parts.append([])
            size = 0
        parts[-1].append(row)
        size += length
    items: list[Item] = [
        {
            "PK": keys.order(order.id),
            "SK": keys.snapshot(index),
            "lines": json.dumps(rows, separators=(",", ":")),
        }
        for index, rows in enumerate(parts)
    ]
    items[0]["personal"] = personal_of(order)
    return items


def counters(order: Order) -> Item:
    """What happened to lines, packed; written only by commands that move lines."""
    packed = {line_id: [c.cancelled, c.shipped, c.delivered] for line_id, c in order.counters.items()}
    return {
        "PK": keys.order(order.id),
        "SK": keys.COUNTERS,
        "lines": json.dumps(packed, separators=(",", ":")),
    }


def log_entry(events: tuple[Event, ...], trace: str = "") -> Item:
    """One accepted command's events: history, catch-up log and outbox at once. No personal data.

    `trace` follows the request into what the stream sets off.
    """
    first, last = events[0], events[-1]
    return {
        "PK": keys.order(first.order_id),
        "SK": keys.log(last.sequence),
        "orderId": first.order_id,
        "ownerKind": first.owner_kind.value,
        "ownerId": first.owner_id,
        "ownerKey": first.owner_key,
        "actorKind": first.actor_kind.value,
        "actorId": first.actor_id,
        "at": keys.moment(first.occurred_at),
        "events": [_event_item(event) for event in events],
        **({"trace": trace} if trace else {}),
    }


def events_of(entry: Mapping[str, Any]) -> tuple[Event, ...]:
    """The events of a log entry."""
    return tuple(
        Event(
            order_id=entry["orderId"],
            sequence=each["seq"],
            previous_public=each["prev"],
            type=EventType(each["type"]),
            status=OrderStatus(each["status"]),
            payment_status=OrderPaymentStatus(each["pay"]),
            fulfillment_status=OrderFulfillmentStatus(each["ful"]),
            return_status=OrderReturnStatus(each["ret"]),
            previous_status=OrderStatus(each["from"]) if each.get("from") else None,
            occurred_at=read_moment(entry["at"]),
            actor_kind=ActorKind(entry["actorKind"]),
            actor_id=entry["actorId"],
            owner_kind=OwnerKind(entry["ownerKind"]),
            owner_id=entry["ownerId"],
            owner_key=entry["ownerKey"],
            data=json.loads(each["data"]),
        )
        for each in entry["events"]
    )


def read_order(items: Iterable[Item]) -> Order | None:
    """The order of its partition's items, in key order; None where there is none, or it is not placed (yet)."""
    known = list(items)
    top = known[0] if known and known[0]["SK"] == keys.HEAD else None
    return order_of(known) if top is not None and top["phase"] == "PLACED" else None


def order_of(items: Iterable[Item]) -> Order:
    """The order of its items, whatever its phase; one that is being placed has no number yet."""
    by_key = {item["SK"]: item for item in items}
    top = by_key[keys.HEAD]
    parts = _under(by_key, keys.SNAPSHOT)
    personal = parts[0]["personal"]
    return Order(
        id=top["id"],
        number=top.get("number", ""),
        owner=Owner(OwnerKind(top["ownerKind"]), top["ownerId"]),
        currency=top["cur"],
        terms=PaymentTerms(top["terms"]),
        placed_at=read_moment(top["at"]),
        lines=tuple(_line(row) for part in parts for row in json.loads(part["lines"])),
        totals=_totals(top),
        shipping_method=top["method"],
        payload_hash=top["hash"],
        owner_key=top["ownerKey"],
        status=OrderStatus(top["status"]),
        held_from=OrderStatus(top["heldFrom"]) if "heldFrom" in top else None,
        version=top["version"],
        last_public=top["pub"],
        counters=_counters(by_key.get(keys.COUNTERS)),
        fulfillments=tuple(read_fulfillment(item) for item in _under(by_key, keys.fulfillment(""))),
        external_reference=top.get("ref"),
        placed_by=top.get("by"),
        note=personal.get("note"),
        shipping_address=read_address(personal, "ship"),
        billing_address=read_address(personal, "bill"),
        contact=read_contact(personal),
        token_generation=top.get("tokens", 0),
        payments=tuple(read_payment(item) for item in _under(by_key, keys.payment(""))),
        refunds=tuple(read_refund(item) for item in _under(by_key, keys.refund(""))),
        kept={item["id"]: read_kept(item) for item in _under(by_key, keys.payment(""))},
    )


def _under(by_key: Mapping[str, Item], prefix: str) -> list[Item]:
    return [item for key, item in by_key.items() if key.startswith(prefix)]


def _totals(top: Item) -> Totals:
    return Totals(
        subtotal=top["sub"],
        discount=top["disc"],
        shipping=top["ship"],
        shipping_tax=top["shipTax"],
        tax=top["tax"],
        cancelled=top["cancelled"],
        captured=top["captured"],
        refunded=top["refunded"],
    )


def _line_row(line: Line) -> list[Any]:
    agreed = int(line.price_source is PriceSource.AGREED)
    row: list[Any] = [
        line.id, line.sku, line.title, line.quantity, line.unit_price, agreed, line.tax_rate, line.tax, line.discount,
    ]  # fmt: skip
    return [*row, line.allocation] if line.allocation else row


def _line(row: list[Any]) -> Line:
    line_id, sku, title, quantity, price, agreed, rate, tax, discount, *more = row
    source = PriceSource.AGREED if agreed else PriceSource.LIST
    allocation = tuple((part, units) for part, units in more[0]) if more else ()
    return Line(line_id, sku, title, quantity, price, source, rate, tax, discount, allocation)


def _counters(item: Item | None) -> dict[str, Counters]:
    return (
        {}
        if item is None
        else {line_id: Counters(*counts) for line_id, counts in json.loads(item["lines"]).items()}
    )


def _event_item(event: Event) -> Item:
    return {
        "seq": event.sequence,
        "prev": event.previous_public,
        "type": event.type.value,
        "status": event.status.value,
        "pay": event.payment_status.value,
        "ful": event.fulfillment_status.value,
        "ret": event.return_status.value,
        "from": event.previous_status and event.previous_status.value,
        "data": json.dumps(dict(event.data), separators=(",", ":")),
    }
