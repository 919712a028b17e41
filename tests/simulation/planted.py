"""Bugs planted in product code, each a small patch: the simulation must find every one of them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from unittest.mock import patch

from cli.following import Action, Event, Following
from consumers import push_status, sweep
from domain.events import public_view
from domain.refusals import Refused
from resolvers import (
    adjust_stock,
    commanding,
    on_order_event,
    order_events,
    place_order,
    placing,
    placing_in_chunks,
)
from storage import keys, movements, order_reads, order_writes, reserving
from storage.attributes import to_attributes
from storage.order_items import head
from storage.reserving import Phase
from storage.writes import into, put_new
from tests.fakes.dynamodb import FakeDynamoDB

Write = dict[str, Any]
Patched = tuple[Any, str, Any]

EXISTS = "attribute_exists(PK)"


@dataclass(frozen=True, slots=True)
class Planted:
    """One bug: what is wrong, and what is put in whose place."""

    name: str
    patches: tuple[Patched, ...]

    def plant(self, stack: ExitStack) -> None:
        """Put it in for as long as the stack lasts."""
        for place, name, wrong in self.patches:
            stack.enter_context(patch.object(place, name, wrong))


def without_condition(kind: str, prefix: str) -> Patched:
    """Transactions of reserving leave out the condition of these writes."""
    right = reserving.transact

    def transact(store: Any, writes: Sequence[Mapping[str, Any]], *, subject: str) -> Any:
        return right(store, [_stripped(write, kind, prefix) for write in writes], subject=subject)

    return reserving, "transact", transact


def _stripped(write: Mapping[str, Any], kind: str, prefix: str) -> Mapping[str, Any]:
    body = write.get(kind)
    if not body or not (body.get("Item") or body["Key"])["SK"]["S"].startswith(prefix):
        return write
    kept = {name: value for name, value in body.items() if name != "ConditionExpression"}
    if kind == "ConditionCheck":
        return {kind: {"TableName": body["TableName"], "Key": body["Key"], "ConditionExpression": EXISTS}}
    if "ExpressionAttributeValues" in kept:
        kept["ExpressionAttributeValues"] = {
            name: value
            for name, value in kept["ExpressionAttributeValues"].items()
            if name in body["UpdateExpression"]
        }
    return {kind: kept}


def takes_what_is_not_there() -> tuple[Patched, ...]:
    right = order_writes.reserve

    def reserve(store: Any, sku: str, units: int, price_version: int | None) -> Write:
        update = right(store, sku, units, price_version)["Update"]
        condition = update["ConditionExpression"].replace("available >= :units", EXISTS)
        return {"Update": update | {"ConditionExpression": condition}}

    return (order_writes, "reserve", reserve), (reserving, "reserve", reserve)


def at_any_price() -> tuple[Patched, ...]:
    right = order_writes.reserve

    def reserve(store: Any, sku: str, units: int, _price_version: int | None) -> Write:
        return right(store, sku, units, None)

    return (order_writes, "reserve", reserve), (reserving, "reserve", reserve)


def acknowledges_first() -> Patched:
    right = placing.write_placed

    def write_placed(*given: Any) -> Any:
        try:
            return right(*given)
        except Refused:
            return ()

    return placing, "write_placed", write_placed


def sweeps_unseen() -> Patched:
    def end_placing(sweeper: Any, work: Any) -> bool:
        key = to_attributes({"PK": keys.order(work.order_id), "SK": keys.HEAD})
        change = {
            "TableName": sweeper.store.orders,
            "Key": key,
            "UpdateExpression": "SET phase = :next",
            "ExpressionAttributeValues": to_attributes({":next": "ABORTING"}),
        }
        reserving.transact(sweeper.store, [{"Update": change}], subject=work.order_id)
        return True

    return sweep, "end_placing", end_placing


def trusts_arrival() -> Patched:
    right = Following.frame

    def frame(self: Following, event: Event) -> list[Action]:
        return right(self, replace(event, previous=0))

    return Following, "frame", frame


def releases_whatever_became_of_it() -> tuple[Patched, ...]:
    """The head may be PLACED by the time that it is given up: its stock is released all the same."""
    right = reserving.abort

    def abort(*given: Any) -> bool:
        right(*given)
        return True

    return (sweep, "abort", abort), (placing_in_chunks, "abort", abort)


def swallows_failures() -> Patched:
    right = push_status._push_order

    def push_order(*given: Any) -> None:
        right(*given)

    return push_status, "_push_order", push_order


def fresh_tokens() -> Patched:
    """As if the token were drawn anew for each try of one write."""
    right, numbers = FakeDynamoDB.transact_write_items, count(1)

    def transact_write_items(self: Any, **request: Any) -> Any:
        return right(self, **request | {"ClientRequestToken": f"fresh-{next(numbers)}"})

    return FakeDynamoDB, "transact_write_items", transact_write_items


def record_comes_later() -> Patched:
    right = commanding.write_decided

    def write_decided(store: Any, before: Any, after: Any, events: Any, moves: Any, command: Any) -> Any:
        misses = right(store, before, after, events, moves, None)
        if not misses and command:
            record = {"PK": keys.order(before.id), "SK": keys.command(command.digest)}
            record |= {"hash": command.payload_hash, "version": after.version}
            reserving.transact(store, [put_new(store.orders, record)], subject=before.id)
        return misses

    return commanding, "write_decided", write_decided


def stale_decisions() -> Patched:
    right = commanding.write_decided

    def write_decided(store: Any, before: Any, *rest: Any) -> Any:
        misses = right(store, before, *rest)
        loaded = commanding.load_order(store, before.id) if misses else None
        return right(store, replace(before, version=loaded.order.version), *rest) if loaded else misses

    return commanding, "write_decided", write_decided


class Anyone:
    """An owner that every caller is equal to."""

    def __init__(self, *_: Any) -> None: ...

    def __eq__(self, _: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


def unmarked_movements() -> Patched:
    right = movements.transact

    def transact(store: Any, writes: Sequence[Any], *, subject: str) -> Any:
        return right(store, writes[1:], subject=subject)

    return movements, "transact", transact


def done_before_its_chunks() -> tuple[Patched, ...]:
    right = movements.complete

    def complete(store: Any, moving: Any) -> None:
        right(store, replace(moving, moves={}))
        right(store, moving)

    return (commanding, "complete", complete), (sweep, "complete", complete)


def anybodys_key() -> Patched:
    right = place_order.order_id

    def order_id(secret: bytes, **parts: str) -> str:
        return right(secret, **parts | {"owner": "everybody"})

    return place_order, "order_id", order_id


def ends_too_early() -> Patched:
    right = order_events.load_events
    return order_events, "load_events", lambda *given: replace(right(*given), more=False)


def reads_weakly() -> Patched:
    right = order_reads.read

    def read(store: Any, call: Callable[..., Any], *given: Any, **request: Any) -> Any:
        return right(
            store,
            call,
            *given,
            **{name: value for name, value in request.items() if name != "ConsistentRead"},
        )

    return order_reads, "read", read


class NothingIsForStaff:
    STAFF = None


def lists_while_reserving() -> Patched:
    right = reserving._reserving_head

    def reserving_head(store: Any, reservation: Any, now: Any) -> Any:
        full = head(reservation.order, store.shards)
        return right(store, reservation, now) | {name: full[name] for name in ("owner", "ownerAt", "number")}

    return reserving, "_reserving_head", reserving_head


def counts_nothing() -> tuple[Patched, ...]:
    """A chunk whose outcome is not known counts as held, and placing does not count the markers."""

    def finish(store: Any, reservation: Any, placed: Any, events: Any, audit: Any) -> Any:
        top = into(store.orders, head(placed, store.shards) | {"attempt": reservation.attempt})
        at_attempt = reserving._at(Phase.RESERVING, reservation.attempt)
        writes = [write for _, write in reserving.first_entry(store, placed, events, audit)]
        if reserving.transact(store, [{"Put": top | at_attempt}, *writes], subject=placed.id):
            raise reserving.HeadMovedError
        return ()

    return (reserving, "_is_there", lambda *_: True), (placing_in_chunks, "finish", finish)


def adjusts_every_time() -> Patched:
    right = adjust_stock.write_stock
    return adjust_stock, "write_stock", lambda *given, **named: right(*given, **named | {"digest": None})


PLANTED = (
    Planted("a command is written whatever the version", ((order_writes, "_at_version", lambda _: {"ConditionExpression": EXISTS}),)),
    Planted("a key with another body is answered the first order", ((placing.Placement, "answered", lambda self, loaded: placing.answer(self.context, loaded.order, replayed=True)),)),
    Planted("a chunk does not check the head", (without_condition("ConditionCheck", "A"),)),
    Planted("a chunk's marker is not conditional", (without_condition("Put", "V#"),)),
    Planted("a chunk can be released twice", (without_condition("Update", "V#"),)),
    Planted("an order placed meanwhile is released", releases_whatever_became_of_it()),
    Planted("an aborted order's chunks are forgotten", ((reserving, "_release_chunk", lambda *_: None),)),
    Planted("the sweep ends what the index names, unseen", (sweeps_unseen(),)),
    Planted("an order is acknowledged before it is written", (acknowledges_first(),)),
    Planted("stock is taken that is not there", takes_what_is_not_there()),
    Planted("an order is placed at an old price", at_any_price()),
    Planted("a follower trusts arrival", (trusts_arrival(),)),
    Planted("failures of a batch are swallowed", (swallows_failures(),)),
    Planted("customers are numbered as staff are", ((push_status, "public_view", lambda event: public_view(event, event.sequence - 1)),)),
    Planted("customers are pushed what staff alone may see", ((push_status, "Visibility", NothingIsForStaff),)),
    Planted("a write is sent again under a fresh token", (fresh_tokens(),)),
    Planted("a command's record is written after its transaction", (record_comes_later(),)),
    Planted("a stale decision is sent again", (stale_decisions(),)),
    Planted("anybody may follow an order whose id they know", ((on_order_event, "Owner", Anyone),)),
    Planted("a movement's chunk has no marker", (unmarked_movements(),)),
    Planted("a movement is done before its chunks are", done_before_its_chunks()),
    Planted("expectedVersion is ignored", ((commanding, "_check_version", lambda *_: None),)),
    Planted("a key is everybody's", (anybodys_key(),)),
    Planted("a page of the log says that it is the last", (ends_too_early(),)),
    Planted("orders are read without ConsistentRead", (reads_weakly(),)),
    Planted("an order is listed before it is placed", (lists_while_reserving(),)),
    Planted("a chunk of unknown outcome counts as held", counts_nothing()),
    Planted("a change of stock leaves no record of its key", (adjusts_every_time(),)),
)  # fmt: skip
