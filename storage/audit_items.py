"""One partition of `orders`, audited: its items against each other, and what it has reserved. No reads, no writes."""

import json
import re
from collections.abc import Iterator, Mapping

from domain.audit import Finding, Findings, Rule, check_order, order_subject, unequal
from domain.audit_log import check_log
from domain.audit_money import check_payments
from domain.events import Event
from domain.order import Order
from domain.recount import Movement, reserved_units
from domain.stock import CHUNK_SKUS, Move
from domain.values import value
from storage import keys
from storage.attributes import Item
from storage.order_items import events_of, head, read_order

PLACED, RESERVING, ABORTING, ABORTED = "PLACED", "RESERVING", "ABORTING", "ABORTED"

_CHUNK = re.compile(r"V#\d+#\d+")
_MOVEMENT = re.compile(r"W#(\d+)")
UNREADABLE = (ValueError, KeyError, TypeError, IndexError, AttributeError, ZeroDivisionError)
_HEAD_RULES = {
    "total": Rule.MONEY,
    "owner": Rule.KEYS,
    "ownerAt": Rule.KEYS,
    "work": Rule.KEYS,
    "workAt": Rule.KEYS,
}
_NOT_YET = ("number", "owner", "ownerAt")
"""What the head of an order that is not placed must not have: by these it would be found."""


@value
class Audited:
    """What an order's partition came to: findings, units reserved by shard, and the placed order where there is one."""

    findings: tuple[Finding, ...]
    reserved: Mapping[str, int]
    order: Order | None = None


def audit_items(order_id: str, items: list[Item], shards: int) -> Audited:
    """Check a partition's items, in key order; `shards` as the head's index key is written with.

    Items that cannot be read as what their keys say are a finding, and count as nothing reserved.
    """
    subject = order_subject(order_id)
    by_key = {item["SK"]: item for item in items}
    top = by_key.get(keys.HEAD)
    if top is None:
        found = f"{len(items)} items, the first {items[0]['SK']}" if items else "nothing"
        return Audited((Finding(Rule.FORM, subject, "head", "one", found),), {})
    try:
        order = read_order(items)
        counted = reserved_of(items)
        findings = _placed(order, by_key, shards) if order else _unplaced(subject, top, by_key)
        return Audited((*findings, *_movements(subject, by_key, order)), counted, order)
    except UNREADABLE as error:
        return Audited((unreadable(order_id, error),), {})


def unreadable(order_id: str, error: Exception) -> Finding:
    """The finding that an order's items are not what their keys say."""
    return Finding(
        Rule.FORM, order_subject(order_id), "items", "readable ones", f"{type(error).__name__}: {error}"
    )


def reserved_of(items: list[Item]) -> dict[str, int]:
    """Units by shard that a partition's items have reserved. Raises ValueError and the like for unreadable ones."""
    by_key = {item["SK"]: item for item in items}
    top = by_key.get(keys.HEAD)
    if top is None:
        return {}
    held = (
        [json.loads(item["units"]) for item in _held(by_key)] if top["phase"] in {RESERVING, ABORTING} else []
    )
    return reserved_units(read_order(items), held, _read_movements(by_key).values())


def _held(by_key: Mapping[str, Item]) -> list[Item]:
    """Chunk markers of an order being placed that hold stock; those of movements have another key."""
    return [item for key, item in by_key.items() if _CHUNK.fullmatch(key) and item["state"] == "HELD"]


def _read_movements(by_key: Mapping[str, Item]) -> dict[str, Movement]:
    """Movements by sort key, with the chunks that their markers say are in effect."""
    return {
        key: Movement(
            moves={sku: Move(*change) for sku, change in json.loads(item["moves"]).items()},
            applied=frozenset(
                int(marker.rpartition("#")[2])
                for marker in by_key
                if marker.startswith(f"V#{key.replace('#', '')}#")
            ),
            done=item["done"],
        )
        for key, item in by_key.items()
        if _MOVEMENT.fullmatch(key)
    }


def _placed(order: Order, by_key: Mapping[str, Item], shards: int) -> Iterator[Finding]:
    entries = {key: events_of(item) for key, item in by_key.items() if key.startswith(keys.LOG)}
    events = tuple(event for entry in entries.values() for event in entry)
    commands = {key: item["version"] for key, item in by_key.items() if key.startswith(keys.command(""))}
    yield from _head(order, by_key[keys.HEAD], shards)
    yield from _entries(order, entries)
    yield from check_log(order, events)
    yield from check_order(order, events, commands)
    yield from check_payments(order)


def _head(order: Order, stored: Item, shards: int) -> Findings:
    """The head is what would be written of the order now; attributes beside that are not looked at."""
    subject = order_subject(order.id)
    yield from unequal(Rule.KEYS, subject, ("id in the head", stored["PK"], keys.order(order.id)))
    for name, wanted in head(order, shards).items():
        rule = _HEAD_RULES.get(name, Rule.LOG)
        yield from unequal(rule, subject, (f"{name} in the head", wanted, stored.get(name)))


def _entries(order: Order, entries: Mapping[str, tuple[Event, ...]]) -> Findings:
    """A log entry's key is the sequence that it ends with."""
    for key, events in entries.items():
        last = events[-1].sequence if events else 0
        yield from unequal(
            Rule.LOG, order_subject(order.id), ("key of the log entry that ends so", keys.log(last), key)
        )


def _unplaced(subject: str, top: Item, by_key: Mapping[str, Item]) -> Findings:
    """An order that is not placed is found by nobody but the sweep, has no log, and holds nothing once aborted."""
    phase = top["phase"]
    if phase not in {RESERVING, ABORTING, ABORTED}:
        yield Finding(Rule.FORM, subject, "phase", "PLACED, RESERVING, ABORTING or ABORTED", phase)
    for name in _NOT_YET:
        if name in top:
            yield Finding(Rule.KEYS, subject, f"{name} of an order that is {phase}", "none", top[name])
    logged = sum(key.startswith(keys.LOG) for key in by_key)
    yield from unequal(Rule.LOG, subject, (f"log entries of an order that is {phase}", 0, logged))
    if phase == ABORTED:
        yield from unequal(
            Rule.STOCK, subject, ("chunks held by an order that is ABORTED", 0, len(_held(by_key)))
        )
    elif not str(top.get("work", "")).startswith("S#RESERVING#"):
        yield Finding(
            Rule.KEYS, subject, f"work of an order that is {phase}", "S#RESERVING#...", top.get("work")
        )


def _movements(subject: str, by_key: Mapping[str, Item], order: Order | None) -> Findings:
    """Movements belong to an event of the log, are cut into chunks as moves are, and are found while unfinished."""
    last = order.version if order else 0
    for key, movement in _read_movements(by_key).items():
        item, sequence = by_key[key], int(key[2:])
        if not 1 <= sequence <= last:
            yield Finding(Rule.LOG, subject, f"movement {key}", f"a sequence of 1 to {last}", sequence)
        chunks = -(-len(movement.moves) // CHUNK_SKUS)
        yield from unequal(Rule.STOCK, subject, (f"chunks of movement {key}", chunks, item["chunks"]))
        if not movement.done and not str(item.get("work", "")).startswith("S#MOVING#"):
            yield Finding(
                Rule.KEYS, subject, f"work of the unfinished movement {key}", "S#MOVING#...", item.get("work")
            )
