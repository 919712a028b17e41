"""Writes of one order, each one conditional transaction: all of a command's effects, or none."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from domain.events import Event
from domain.order import Order
from domain.stock import Move, reserved_by
from domain.values import value
from storage import keys
from storage.attributes import Item, to_attribute, to_attributes
from storage.order_items import counters, fulfillment, head, log_entry, snapshots
from storage.store import Store
from storage.transact import Failed, transact

Write = dict[str, Any]


class Missed(Enum):
    """Which condition of a write did not hold."""

    EXISTS = "the order is there already"
    NUMBER = "another order has this number"
    REFERENCE = "another order of this owner has this external reference"
    VERSION = "the order has changed since it was read"
    COMMAND = "this keyed command was done already"
    STOCK = "a SKU has too little stock, or another price"


@value
class Miss:
    """A condition that did not hold, with the stock item where it is about stock (None: the SKU has none)."""

    reason: Missed
    sku: str | None = None
    item: Item | None = None


@value
class Audit:
    """The record of a privileged command: who did what for whom. Ids alone."""

    actor_id: str
    action: str
    owner: str


@value
class KeyedCommand:
    """The record that makes a keyed command happen once: its key's digest and its body's hash."""

    digest: str
    payload_hash: str


def write_placed(
    store: Store,
    order: Order,
    events: tuple[Event, ...],
    price_versions: Mapping[str, int | None],
    audit: Audit | None = None,
) -> tuple[Miss, ...]:
    """Place an order: head, snapshot, log entry, number, reference, and its stock. Returns what did not hold."""
    steps: list[tuple[Miss | None, Write]] = [
        (Miss(Missed.EXISTS), _put_new(store.orders, head(order, store.shards))),
        *((None, _put(store.orders, item)) for item in snapshots(order)),
        (None, _put(store.orders, log_entry(events))),
        (Miss(Missed.NUMBER), _put_new(store.orders, keys.number(order.number) | {"orderId": order.id})),
    ]
    if order.external_reference:
        key = keys.reference(order.owner.kind.value, order.owner.id, order.external_reference)
        steps.append((Miss(Missed.REFERENCE), _put_new(store.orders, key | {"orderId": order.id})))
    if audit:
        steps.append((None, _put(store.orders, _audit_item(audit, order, events[-1]))))
    for sku, units in sorted(reserved_by(order.lines).items()):
        steps.append((Miss(Missed.STOCK, sku), _reserve(store, sku, units, price_versions[sku])))
    return _misses(steps, transact(store, [write for _, write in steps], subject=order.id))


def write_decided(
    store: Store,
    before: Order,
    after: Order,
    events: tuple[Event, ...],
    moves: Mapping[str, Move],
    command: KeyedCommand | None,
) -> tuple[Miss, ...]:
    """Write a decided command: head if the version is still the one decided on, log entry, and all that moved.

    Without events only the keyed command's record is written. Returns what did not hold.
    """
    at_version = _at_version(before.version)
    if events:
        steps: list[tuple[Miss | None, Write]] = [
            (Miss(Missed.VERSION), {"Put": _into(store.orders, head(after, store.shards)) | at_version}),
            (None, _put(store.orders, log_entry(events))),
        ]
    else:
        check = {
            "TableName": store.orders,
            "Key": to_attributes({"PK": keys.order(before.id), "SK": keys.HEAD}),
        }
        steps = [(Miss(Missed.VERSION), {"ConditionCheck": check | at_version})]
    if after.counters != before.counters:
        steps.append((None, _put(store.orders, counters(after))))
    steps += [
        (None, _put(store.orders, fulfillment(after, parcel)))
        for parcel in after.fulfillments
        if parcel != before.fulfillment(parcel.id)
    ]
    if command:
        record: Item = {"PK": keys.order(before.id), "SK": keys.command(command.digest)}
        record |= {"hash": command.payload_hash, "version": after.version}
        steps.append((Miss(Missed.COMMAND), _put_new(store.orders, record)))
    steps += [(Miss(Missed.STOCK, sku), _move(store, sku, move)) for sku, move in sorted(moves.items())]
    return _misses(steps, transact(store, [write for _, write in steps], subject=before.id))


def _misses(steps: list[tuple[Miss | None, Write]], failed: tuple[Failed, ...]) -> tuple[Miss, ...]:
    misses = []
    for failure in failed:
        miss = steps[failure.index][0]
        if miss is None:
            raise RuntimeError("a write without a condition reported one")
        misses.append(Miss(miss.reason, miss.sku, failure.item))
    return tuple(misses)


def _into(table: str, item: Item) -> Write:
    return {"TableName": table, "Item": to_attributes(item)}


def _put(table: str, item: Item) -> Write:
    return {"Put": _into(table, item)}


def _put_new(table: str, item: Item) -> Write:
    return {"Put": _into(table, item) | {"ConditionExpression": "attribute_not_exists(PK)"}}


def _at_version(version: int) -> Write:
    return {
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": {":version": to_attribute(version)},
    }


def _reserve(store: Store, sku: str, units: int, price_version: int | None) -> Write:
    """Take units where there are enough and, for a list price, where the price is still the one quoted."""
    condition, values = "available >= :units", {":units": units}
    if price_version is not None:
        condition, values = f"{condition} AND priceVersion = :price", values | {":price": price_version}
    return {
        "Update": {
            "TableName": store.catalog,
            "Key": to_attributes(keys.stock(sku, store.warehouse)),
            "UpdateExpression": "SET available = available - :units, reserved = reserved + :units",
            "ConditionExpression": condition,
            "ExpressionAttributeValues": to_attributes(values),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def _move(store: Store, sku: str, move: Move) -> Write:
    values = {
        ":available": move.available,
        ":reserved": move.reserved,
        ":held": -move.reserved,
        ":hand": move.on_hand,
    }
    return {
        "Update": {
            "TableName": store.catalog,
            "Key": to_attributes(keys.stock(sku, store.warehouse)),
            "UpdateExpression": "SET available = available + :available, reserved = reserved + :reserved, "
            "onHand = onHand + :hand",
            "ConditionExpression": "reserved >= :held",
            "ExpressionAttributeValues": to_attributes(values),
        }
    }


def _audit_item(audit: Audit, order: Order, event: Event) -> Item:
    at = keys.moment(event.occurred_at)
    return keys.audit(at[:10], at, order.id) | {
        "actorId": audit.actor_id,
        "action": audit.action,
        "owner": audit.owner,
        "orderId": order.id,
    }
