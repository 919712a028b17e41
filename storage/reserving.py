"""Placing an order on more SKUs than one transaction holds: stock is held in chunks, then placed, or all released.

A crash at any point ends, by a retry or the sweep, in a placed order or in released stock, never between.

Head: RESERVING -> PLACED, or -> ABORTING -> ABORTED, from where the same key may start again with the next attempt. While
RESERVING, each chunk's transaction checks the head; once ABORTING no chunk can commit any more, so the markers are frozen.
"""

import json
from collections.abc import Mapping
from dataclasses import astuple, replace
from datetime import datetime
from enum import Enum
from itertools import islice
from typing import Any

from domain.events import Event
from domain.order import Order
from domain.refusals import Refused, UnknownOutcome
from domain.sharding import sku_of
from domain.stock import CHUNK_SKUS, reserved_by
from domain.values import value
from storage import keys
from storage.attributes import Item, to_attribute, to_attributes
from storage.cart_marks import CartMark
from storage.order_items import head, order_of, snapshots
from storage.order_reads import query_all
from storage.order_writes import Audit, Miss, Missed, Step, first_entry, misses_of
from storage.reading import read
from storage.store import Store
from storage.transact import transact
from storage.writes import Write, give_back, into, put, put_new, reserve

MARKER_DAYS = 7
"""How long the markers of an abandoned attempt stay."""


class Phase(Enum):
    """How far the placing of an order is; any but PLACED is not found by anybody else."""

    RESERVING = "RESERVING"
    PLACED = "PLACED"
    ABORTING = "ABORTING"
    ABORTED = "ABORTED"


class HeadMovedError(Exception):
    """The head is no longer at this attempt's RESERVING: read it again."""


@value
class Reservation:
    """An order being placed in chunks: the order as priced, the price version that each SKU must still have, its cart."""

    order: Order
    attempt: int
    price_versions: Mapping[str, int | None]
    cart: CartMark | None = None

    def chunks(self) -> list[dict[str, int]]:
        """Units by shard in slices of 25, sorted."""
        rest = iter(sorted(reserved_by(self.order.lines).items()))
        return list(iter(lambda: dict(islice(rest, CHUNK_SKUS)), {}))


@value
class Standing:
    """What stands under an order's id: its phase, attempt and body; `order` while it is RESERVING."""

    phase: Phase
    attempt: int
    payload_hash: str
    started_at: str
    reservation: Reservation | None = None


def standing(store: Store, order_id: str) -> Standing | None:
    """What stands under the id, strongly read; None where nothing does."""
    items = query_all(
        store, "PK = :pk AND SK < :end", {":pk": keys.order(order_id), ":end": keys.SNAPSHOT + "~"}
    )
    if not items or items[0]["SK"] != keys.HEAD:
        return None
    top, phase = items[0], Phase(items[0]["phase"])
    found = Standing(phase, top.get("attempt", 0), top["hash"], top.get("startedAt", ""))
    if phase is not Phase.RESERVING:
        return found
    versions = json.loads(items[1]["prices"])
    cart = CartMark(*json.loads(items[1]["cart"])) if "cart" in items[1] else None
    return replace(found, reservation=Reservation(order_of(items), found.attempt, versions, cart))


def begin(store: Store, reservation: Reservation, now: datetime) -> bool:
    """Write head and snapshot where nothing stands, or where the attempt before was aborted. False: something does."""
    order = reservation.order
    top = into(store.orders, _reserving_head(store, reservation, now)) | {
        "ConditionExpression": "attribute_not_exists(PK) OR (phase = :aborted AND attempt = :before)",
        "ExpressionAttributeValues": to_attributes(
            {":aborted": "ABORTED", ":before": reservation.attempt - 1}
        ),
    }
    parts = snapshots(order)
    parts[0]["prices"] = json.dumps(dict(reservation.price_versions), separators=(",", ":"))
    if reservation.cart:
        parts[0]["cart"] = json.dumps(astuple(reservation.cart), separators=(",", ":"))
    writes: list[Write] = [{"Put": top}, *(put(store.orders, part) for part in parts)]
    return not transact(store, writes, subject=order.id)


def hold(store: Store, reservation: Reservation) -> tuple[Miss, ...]:
    """Hold every chunk that is not held yet. Returns what stock or price did not hold. Raises HeadMovedError, Refused."""
    for index, units in enumerate(reservation.chunks()):
        misses = _hold_chunk(store, reservation, index, units)
        if misses:
            return misses
    return ()


def finish(
    store: Store, reservation: Reservation, placed: Order, events: tuple[Event, ...], audit: Audit | None
) -> tuple[Miss, ...]:
    """Make the order placed, if every chunk is held. Returns what did not hold. Raises HeadMovedError, Refused."""
    held = [marker for marker in _markers(store, placed.id, reservation.attempt) if marker["state"] == "HELD"]
    if len(held) != len(reservation.chunks()):
        raise HeadMovedError
    top = into(store.orders, head(placed, store.shards) | {"attempt": reservation.attempt})
    steps: list[Step] = [
        (Miss(Missed.VERSION), {"Put": top | _at(Phase.RESERVING, reservation.attempt)}),
        *first_entry(store, placed, events, audit, reservation.cart),
    ]
    misses = misses_of(steps, transact(store, [write for _, write in steps], subject=placed.id))
    if any(miss.reason is Missed.VERSION for miss in misses):
        raise HeadMovedError
    return misses


def abort(store: Store, order_id: str, attempt: int, reason: str) -> bool:
    """Give an attempt up: one way. False, and nothing happens, where the head has moved on: release only what is aborted."""
    change = {
        "TableName": store.orders,
        "Key": to_attributes({"PK": keys.order(order_id), "SK": keys.HEAD}),
        "UpdateExpression": "SET phase = :next, reason = :reason",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    condition = _at(Phase.RESERVING, attempt)
    values = to_attributes({":next": Phase.ABORTING.value, ":reason": reason})
    condition["ExpressionAttributeValues"] |= values
    failed = transact(store, [{"Update": change | condition}], subject=order_id)
    standing_now = failed[0].item or {} if failed else {"phase": Phase.ABORTING.value, "attempt": attempt}
    return (standing_now.get("phase"), standing_now.get("attempt")) == (Phase.ABORTING.value, attempt)


def release(store: Store, order_id: str, attempt: int, now: datetime) -> None:
    """End an attempt that is ABORTING: its held stock goes back, then the head is ABORTED and forgets the person."""
    expires = int(now.timestamp()) + MARKER_DAYS * 86_400
    for marker in _markers(store, order_id, attempt):
        if marker["state"] == "HELD":
            _release_chunk(store, marker, expires)
    key = {"PK": keys.order(order_id), "SK": keys.HEAD}
    top = {
        "TableName": store.orders,
        "Key": to_attributes(key),
        "UpdateExpression": "SET phase = :next REMOVE #work, workAt",
        "ExpressionAttributeNames": {"#work": "work"},
    }
    condition = _at(Phase.ABORTING, attempt)
    condition["ExpressionAttributeValues"] |= {":next": to_attribute(Phase.ABORTED.value)}
    first = {
        "TableName": store.orders,
        "Key": to_attributes(key | {"SK": keys.snapshot(0)}),
        "UpdateExpression": "REMOVE personal",
    }
    transact(store, [{"Update": top | condition}, {"Update": first}], subject=order_id)


def _reserving_head(store: Store, reservation: Reservation, now: datetime) -> Item:
    """The head of an order that is not placed yet: no number, no owner key; a sweep finds it by its work key."""
    full = head(reservation.order, store.shards)
    hidden = {name: value for name, value in full.items() if name not in {"number", "owner", "ownerAt"}}
    part = keys.shard(reservation.order.id, store.shards)
    return hidden | {
        "phase": Phase.RESERVING.value,
        "attempt": reservation.attempt,
        "chunks": len(reservation.chunks()),
        "startedAt": keys.moment(now),
        "version": 0,
        "work": keys.unfinished("RESERVING", part),
        "workAt": keys.placed(now, reservation.order.id),
    }


def _hold_chunk(
    store: Store, reservation: Reservation, index: int, units: Mapping[str, int]
) -> tuple[Miss, ...]:
    order_id, attempt = reservation.order.id, reservation.attempt
    check = {"TableName": store.orders, "Key": to_attributes({"PK": keys.order(order_id), "SK": keys.HEAD})}
    marker = {"PK": keys.order(order_id), "SK": keys.chunk(attempt, index)}
    packed = json.dumps(dict(units), separators=(",", ":"))
    steps: list[Step] = [
        (Miss(Missed.VERSION), {"ConditionCheck": check | _at(Phase.RESERVING, attempt)}),
        (Miss(Missed.COMMAND), put_new(store.orders, marker | {"state": "HELD", "units": packed})),
    ]
    for shard, count in units.items():
        version = reservation.price_versions[sku_of(shard)]
        steps.append((Miss(Missed.STOCK, shard), reserve(store, shard, count, version, order_id)))
    try:
        misses = misses_of(steps, transact(store, [write for _, write in steps], subject=order_id))
    except Refused as refused:
        if isinstance(refused.refusals[0], UnknownOutcome) and _is_there(store, marker):
            return ()
        raise
    reasons = {miss.reason for miss in misses}
    if Missed.VERSION in reasons:
        raise HeadMovedError
    return () if Missed.COMMAND in reasons else misses


def _release_chunk(store: Store, marker: Item, expires: int) -> None:
    key = {"PK": marker["PK"], "SK": marker["SK"]}
    back: Write = {
        "Update": {
            "TableName": store.orders,
            "Key": to_attributes(key),
            "UpdateExpression": "SET #state = :released, #ttl = :expires",
            "ConditionExpression": "#state = :held",
            "ExpressionAttributeNames": {"#state": "state", "#ttl": "ttl"},
            "ExpressionAttributeValues": to_attributes(
                {":released": "RELEASED", ":held": "HELD", ":expires": expires}
            ),
        }
    }
    units: Mapping[str, int] = json.loads(marker["units"])
    order_id = str(marker["PK"]).removeprefix(keys.order(""))
    writes = [back, *(give_back(store, shard, count, order_id) for shard, count in units.items())]
    failed = transact(store, writes, subject=marker["PK"])
    if failed and failed[0].index != 0:  # index 0: somebody else released it
        raise RuntimeError(f"stock of {marker['PK']} does not hold what its marker says")


def _markers(store: Store, order_id: str, attempt: int) -> list[Item]:
    values = {":pk": keys.order(order_id), ":prefix": keys.chunk(attempt, 0)[:-4]}
    return query_all(store, "PK = :pk AND begins_with(SK, :prefix)", values)


def _is_there(store: Store, key: Item) -> bool:
    """Whether an item is seen to be there; no answer is no sight of it."""
    try:
        answer = read(
            store, store.client.get_item, TableName=store.orders, Key=to_attributes(key), ConsistentRead=True
        )
    except Refused:
        return False
    return "Item" in answer


def _at(phase: Phase, attempt: int) -> dict[str, Any]:
    return {
        "ConditionExpression": "phase = :phase AND attempt = :attempt",
        "ExpressionAttributeValues": to_attributes({":phase": phase.value, ":attempt": attempt}),
    }
