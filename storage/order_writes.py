"""Writes of one order, each one conditional transaction: all of a command's effects, or none."""

from collections.abc import Mapping
from enum import Enum

from domain.events import Event
from domain.order import Order
from domain.sharding import sku_of
from domain.stock import Move, reserved_by
from domain.values import value
from storage import keys
from storage.attributes import Item, to_attribute, to_attributes
from storage.cart_marks import CartMark, mark_placed
from storage.fulfillment_items import fulfillment
from storage.movements import MOVES_AT_ONCE, movement
from storage.order_items import counters, head, log_entry, snapshots
from storage.payment_items import changed
from storage.store import Store
from storage.tracking import newly_tracked
from storage.transact import Failed, transact
from storage.writes import Write, into, move_stock, put, put_new, reserve


class Missed(Enum):
    """Which condition of a write did not hold."""

    EXISTS = "the order is there already"
    NUMBER = "another order has this number"
    REFERENCE = "another order of this owner has this external reference"
    VERSION = "the order has changed since it was read"
    COMMAND = "this keyed command was done already"
    CART = "the cart was placed from, or changed, since it was read"
    STOCK = "a SKU has too little stock, or another price"


@value
class Miss:
    """A condition that did not hold, with the shard and its item where it is about stock (None: there are no counters)."""

    reason: Missed
    shard: str | None = None
    item: Item | None = None

    @property
    def sku(self) -> str:
        """The SKU where it is about stock."""
        return sku_of(self.shard or "")

    def is_short(self, wanted: Mapping[str, int]) -> bool:
        """Whether a shard has less than this order wanted of it; else what did not hold of it is its price."""
        if self.reason is not Missed.STOCK or self.shard is None:
            return False
        return self.item is None or bool(self.item["available"] < wanted[self.shard])


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


Step = tuple[Miss | None, Write]
"""A write with what it means when its condition does not hold; None where it has none."""


def write_placed(
    store: Store,
    order: Order,
    events: tuple[Event, ...],
    price_versions: Mapping[str, int | None],
    audit: Audit | None = None,
    cart: CartMark | None = None,
) -> tuple[Miss, ...]:
    """Place an order: head, snapshot, log entry, number, reference, its cart's mark, and its stock. Returns what did not hold."""
    steps: list[Step] = [
        (Miss(Missed.EXISTS), put_new(store.orders, head(order, store.shards))),
        *((None, put(store.orders, item)) for item in snapshots(order)),
        *first_entry(store, order, events, audit, cart),
    ]
    for shard, units in sorted(reserved_by(order.lines).items()):
        version = price_versions[sku_of(shard)]
        steps.append((Miss(Missed.STOCK, shard), reserve(store, shard, units, version, order.id)))
    return misses_of(steps, transact(store, [write for _, write in steps], subject=order.id))


def first_entry(
    store: Store,
    order: Order,
    events: tuple[Event, ...],
    audit: Audit | None,
    cart: CartMark | None = None,
) -> list[Step]:
    """What makes an order known beside its head: the log's first entry, its number, its reference, payment, cart, the audit."""
    steps: list[Step] = [
        (None, put(store.orders, log_entry(events, store.trace))),
        (Miss(Missed.NUMBER), put_new(store.orders, keys.number(order.number) | {"orderId": order.id})),
    ]
    steps += [(None, put(store.orders, item)) for item in changed(None, order)]
    if order.external_reference:
        key = keys.reference(order.owner.kind.value, order.owner.id, order.external_reference)
        steps.append((Miss(Missed.REFERENCE), put_new(store.orders, key | {"orderId": order.id})))
    if cart:
        steps.append((Miss(Missed.CART), mark_placed(store, cart, order.id)))
    if audit:
        steps.append((None, put(store.orders, _audit_item(audit, order, events[-1]))))
    return steps


def write_decided(
    store: Store,
    before: Order,
    after: Order,
    events: tuple[Event, ...],
    moves: Mapping[str, Move],
    command: KeyedCommand | None,
) -> tuple[Miss, ...]:
    """Write a decided command: head if the version is still the one decided on, log entry, and all that moved.

    Without events only the keyed command's record is written. The stock of more shards than one transaction holds
    follows in chunks (storage.movements): it cannot be refused, so it follows the decision. Returns what did not hold.
    """
    at_version = _at_version(before.version)
    if events:
        steps: list[Step] = [
            (Miss(Missed.VERSION), {"Put": into(store.orders, head(after, store.shards)) | at_version}),
            (None, put(store.orders, log_entry(events, store.trace))),
        ]
    else:
        check = {
            "TableName": store.orders,
            "Key": to_attributes({"PK": keys.order(before.id), "SK": keys.HEAD}),
        }
        steps = [(Miss(Missed.VERSION), {"ConditionCheck": check | at_version})]
    if after.counters != before.counters:
        steps.append((None, put(store.orders, counters(after))))
    steps += [(None, put(store.orders, item)) for item in _parcels(before, after)]
    steps += [(None, put(store.orders, item)) for item in changed(before, after)]
    if command:
        record: Item = {"PK": keys.order(before.id), "SK": keys.command(command.digest)}
        record |= {"hash": command.payload_hash, "version": after.version}
        steps.append((Miss(Missed.COMMAND), put_new(store.orders, record)))
    if len(moves) > MOVES_AT_ONCE:
        steps.append((None, put(store.orders, movement(store, after, moves))))
    else:
        steps += [
            (Miss(Missed.STOCK, shard), move_stock(store, shard, move, before.id))
            for shard, move in sorted(moves.items())
        ]
    misses = misses_of(steps, transact(store, [write for _, write in steps], subject=before.id))
    if not misses:
        for shard, move in moves.items():
            if move.available > 0:
                store.sold_out.reopen(sku_of(shard))
    return misses


def _parcels(before: Order, after: Order) -> list[Item]:
    """The items of parcels that changed, and of numbers that they were given."""
    changed_ones = [each for each in after.fulfillments if each != before.fulfillment(each.id)]
    return [*(fulfillment(after, each) for each in changed_ones), *newly_tracked(before, after)]


def misses_of(steps: list[Step], failed: tuple[Failed, ...]) -> tuple[Miss, ...]:
    """The meaning of conditions that failed."""
    misses = []
    for failure in failed:
        miss = steps[failure.index][0]
        if miss is None:
            raise RuntimeError("a write without a condition reported one")
        misses.append(Miss(miss.reason, miss.shard, failure.item))
    return tuple(misses)


def _at_version(version: int) -> Write:
    return {
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": {":version": to_attribute(version)},
    }


def _audit_item(audit: Audit, order: Order, event: Event) -> Item:
    at = keys.moment(event.occurred_at)
    return keys.audit(at[:10], at, order.id) | {
        "actorId": audit.actor_id,
        "action": audit.action,
        "owner": audit.owner,
        "orderId": order.id,
    }
