"""Changes of stock by hand, each one conditional transaction: units in and out, and over how many shards they are spread.

`lastOrder` is taken off the counters: what moved them last was no order. Part 0 has the SKU's version, and guards changes by hand. What comes in, comes in there; levelling out carries it on,
so that a restock in the middle of a sale waits for one item and not for all.
"""

from datetime import datetime
from typing import Any

from domain.sharding import Shift, Spread, fullest_first, levelling, shard_name
from domain.stock import Stock, StockReason
from domain.values import value
from storage import keys
from storage.attributes import Item, to_attributes
from storage.catalog_writes import CatalogMiss
from storage.stock_reads import SkuStock, load_parts
from storage.store import Store
from storage.transact import transact
from storage.writes import Write, put_new

RESPREAD = "RESPREAD"
"""What the movement of a change of spread has as its reason; no units came or went."""

Step = tuple[CatalogMiss, Write]


@value
class ByHand:
    """Who changes stock by hand, and when; `digest` and `payload_hash` of a keyed command."""

    actor_id: str
    at: datetime
    digest: str | None = None
    payload_hash: str | None = None


def write_stock(
    store: Store, before: SkuStock, after: Stock, reason: StockReason, by: ByHand, *, exact: bool = False
) -> tuple[CatalogMiss, ...]:
    """Change a SKU's counters by hand, with its movement and the record of a keyed command. Returns what did not hold.

    The counters move by the difference, so that orders placed meanwhile stay; `version` guards changes by hand.
    `exact`: only while each shard has on hand what was read, since a count of all is compared with it.
    """
    moved = after.available - before.total.available
    steps = _counters(store, before, after, by, exact=exact and before.spread.many)
    steps += _records(store, after, by, {"delta": moved, "reason": reason.value})
    misses = _write(store, after.sku, steps)
    if not misses:
        store.sold_out.reopen(after.sku)
    return misses


def write_spread(store: Store, before: SkuStock, after: Stock, by: ByHand) -> tuple[CatalogMiss, ...]:
    """Spread a SKU over `after.shards` shards from now on: its entry tells orders, new shards begin empty.

    Nothing moves here; what shards that fell away hold stays, is counted and can be sold, until it is levelled out.
    """
    spread = before.spread.over(after.shards)
    marks: Item = {"shards": spread.shards, "parts": spread.parts, "generation": spread.generation}
    main = _update(
        store, keys.stock(after.sku, store.warehouse), marks | {"version": after.version, "changedAt": keys.moment(by.at)},
        "version = :before", {":before": before.total.version},
    )  # fmt: skip
    steps: list[Step] = [(CatalogMiss.STOCK, _entry(store, before, spread, marks)), (CatalogMiss.STOCK, main)]
    empty = dict.fromkeys(("available", "reserved", "onHand", "received", "version"), 0)
    for part in range(before.spread.parts, spread.parts):
        key = keys.stock(shard_name(after.sku, part), store.warehouse)
        new = key | empty | {"priceVersion": before.price_version}
        steps.append((CatalogMiss.STOCK, put_new(store.catalog, new)))
    movement = {"delta": 0, "reason": RESPREAD, "shards": spread.shards}
    return _write(store, after.sku, steps + _records(store, after, by, movement))


def level_out(store: Store, sku: str) -> None:
    """Even out what can be sold over a SKU's shards, two at a time; what moved meanwhile is left where it is.

    Safe to repeat and to give up at any point: units are in one shard or the other. Raises Refused as transact does.
    """
    found = load_parts(store, sku)
    for shift in levelling(found.available, found.spread.shards):
        _shift(store, sku, shift)


def _entry(store: Store, before: SkuStock, spread: Spread, marks: Item) -> Write:
    """The SKU's own entry, if neither price nor spread has changed: new shards copy the price's version."""
    condition, values = "priceVersion = :price", {":price": before.price_version}
    if before.spread.generation:
        condition, values = f"{condition} AND generation = :old", values | {":old": before.spread.generation}
    else:
        condition += " AND attribute_not_exists(generation)"
    told = marks | {"hot": spread.shards > 1}
    return _update(store, keys.sku(before.total.sku), told, condition, values)


def _counters(store: Store, before: SkuStock, after: Stock, by: ByHand, *, exact: bool) -> list[Step]:
    """Part 0 always, with the version; other parts where they give something, or are to be as they were read."""
    moved = after.available - before.total.available
    changes = (
        {0: moved}
        if moved >= 0
        else {part: -units for part, units in fullest_first(-moved, before.available)}
    )
    steps: list[Step] = [(CatalogMiss.STOCK, _main(store, before, after, by, changes.get(0, 0), exact=exact))]
    for part in sorted(before.parts.keys() - {0}):
        key = keys.stock(shard_name(after.sku, part), store.warehouse)
        seen = before.parts[part].on_hand if exact else None
        if part in changes:
            steps.append((CatalogMiss.STOCK, _take(store, key, changes[part], seen)))
        elif seen is not None:
            steps.append((CatalogMiss.STOCK, _unchanged(store, key, seen)))
    return steps


def _main(store: Store, before: SkuStock, after: Stock, by: ByHand, moved: int, *, exact: bool) -> Write:
    values = {
        ":moved": moved,
        ":needed": max(0, -moved),
        ":received": after.received - before.total.received,
        ":one": 1,
        ":before": before.total.version,
        ":at": keys.moment(by.at),
    }
    condition = "version = :before AND available >= :needed"
    if exact:
        condition, values[":seen"] = f"{condition} AND onHand = :seen", before.parts[0].on_hand
    return _expression(
        store,
        keys.stock(after.sku, store.warehouse),
        "SET available = available + :moved, onHand = onHand + :moved, "
        "received = received + :received, version = version + :one, changedAt = :at REMOVE lastOrder",
        condition,
        values,
    )


def _take(store: Store, key: Item, moved: int, seen: int | None) -> Write:
    condition, values = "available >= :needed", {":moved": moved, ":needed": max(0, -moved)}
    if seen is not None:
        condition, values = f"{condition} AND onHand = :seen", values | {":seen": seen}
    return _expression(
        store,
        key,
        "SET available = available + :moved, onHand = onHand + :moved REMOVE lastOrder",
        condition,
        values,
    )


def _unchanged(store: Store, key: Item, seen: int) -> Write:
    check = {
        "ConditionExpression": "onHand = :seen",
        "ExpressionAttributeValues": to_attributes({":seen": seen}),
    }
    return {"ConditionCheck": {"TableName": store.catalog, "Key": to_attributes(key)} | check}


def _shift(store: Store, sku: str, shift: Shift) -> None:
    source = keys.stock(shard_name(sku, shift.source), store.warehouse)
    target = keys.stock(shard_name(sku, shift.target), store.warehouse)
    writes = [_take(store, source, -shift.units, None), _take(store, target, shift.units, None)]
    transact(store, writes, subject=sku)


def _records(store: Store, after: Stock, by: ByHand, what: Item) -> list[Step]:
    """The movement, which is the audit of a change by hand, and the record of a keyed command."""
    movement = keys.movement(after.sku, keys.moment(by.at), f"{after.version:08d}") | what
    movement |= {"actorId": by.actor_id, "onHand": after.on_hand}
    steps: list[Step] = [(CatalogMiss.STOCK, put_new(store.catalog, movement))]
    if by.digest:
        record = keys.stock_command(after.sku, by.digest) | {
            "hash": by.payload_hash,
            "version": after.version,
        }
        steps.append((CatalogMiss.COMMAND, put_new(store.catalog, record)))
    return steps


def _write(store: Store, sku: str, steps: list[Step]) -> tuple[CatalogMiss, ...]:
    failed = transact(store, [write for _, write in steps], subject=sku)
    return tuple(steps[failure.index][0] for failure in failed)


def _update(store: Store, key: Item, attributes: Item, condition: str, values: Item) -> Write:
    """Set attributes of an item that is there, under a condition."""
    setting = ", ".join(f"{name} = :{name}" for name in attributes)
    named = {f":{name}": each for name, each in attributes.items()}
    return _expression(store, key, f"SET {setting}", condition, named | values)


def _expression(store: Store, key: Item, update: str, condition: str, values: dict[str, Any]) -> Write:
    return {
        "Update": {
            "TableName": store.catalog,
            "Key": to_attributes(key),
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": to_attributes(values),
        }
    }
