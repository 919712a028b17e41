"""The patches of planted bugs: a function of product code wrong in one thing, and whose place it takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from itertools import count
from typing import Any

from cli.following import Action, Event, Following
from domain.actors import Actor, ActorKind
from domain.refusals import Refused
from domain.stock import reserved_by
from storage import keys
from storage.attributes import to_attributes
from storage.order_items import head
from storage.reserving import Phase
from storage.writes import into, put_new
from tests.fakes.dynamodb import FakeDynamoDB

Write = dict[str, Any]
Patched = tuple[Any, str, Any]

EXISTS = "attribute_exists(PK)"

# Whole modules: what they import is patched where they use it.
push_status: Any = import_module("consumers.push_status")
sweep: Any = import_module("consumers.sweep")
adjust_stock: Any = import_module("resolvers.adjust_stock")
commanding: Any = import_module("resolvers.commanding")
deciding: Any = import_module("storage.deciding")
order_events: Any = import_module("resolvers.order_events")
place_order: Any = import_module("resolvers.place_order")
placing: Any = import_module("resolvers.placing")
placing_in_chunks: Any = import_module("resolvers.placing_in_chunks")
stock: Any = import_module("domain.stock")
catalog_writes: Any = import_module("storage.catalog_writes")
movements: Any = import_module("storage.movements")
order_reads: Any = import_module("storage.order_reads")
order_writes: Any = import_module("storage.order_writes")
reserving: Any = import_module("storage.reserving")
stock_writes: Any = import_module("storage.stock_writes")


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

    def reserve(store: Any, sku: str, units: int, price_version: int | None, order_id: str) -> Write:
        update = right(store, sku, units, price_version, order_id)["Update"]
        condition = update["ConditionExpression"].replace("available >= :units", EXISTS)
        return {"Update": update | {"ConditionExpression": condition}}

    return (order_writes, "reserve", reserve), (reserving, "reserve", reserve)


def at_any_price() -> tuple[Patched, ...]:
    right = order_writes.reserve

    def reserve(store: Any, sku: str, units: int, _price_version: int | None, order_id: str) -> Any:
        return right(store, sku, units, None, order_id)

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
    right = deciding.write_decided

    def write_decided(store: Any, before: Any, after: Any, events: Any, moves: Any, command: Any) -> Any:
        misses = right(store, before, after, events, moves, None)
        if not misses and command:
            record = {"PK": keys.order(before.id), "SK": keys.command(command.digest)}
            record |= {"hash": command.payload_hash, "version": after.version}
            reserving.transact(store, [put_new(store.orders, record)], subject=before.id)
        return misses

    return deciding, "write_decided", write_decided


def stale_decisions() -> Patched:
    right = deciding.write_decided

    def write_decided(store: Any, before: Any, *rest: Any) -> Any:
        misses = right(store, before, *rest)
        loaded = deciding.load_order(store, before.id) if misses else None
        return right(store, replace(before, version=loaded.order.version), *rest) if loaded else misses

    return deciding, "write_decided", write_decided


def let_anybody_in(context: Any, *_: Any) -> Any:
    """Everybody is let in as if they were staff, whatever order they name."""
    return replace(context, actor=Actor(ActorKind.STAFF, context.actor.id, frozenset({"admin"})))


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

    return (deciding, "complete", complete), (sweep, "complete", complete)


def anybodys_key() -> Patched:
    right = place_order.order_id

    def order_id(secret: bytes, **parts: str) -> Any:
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


def gives_back_to_the_first_shard() -> Patched:
    def by_shard(lines: Any, units: Mapping[str, int], _gone: object) -> dict[str, int]:
        return reserved_by(
            replace(line, quantity=units[line.id], allocation=()) for line in lines if line.id in units
        )

    return stock, "_by_shard", by_shard


def shifts_without_taking() -> Patched:
    right = stock_writes._take

    def take(store: Any, key: Mapping[str, Any], moved: int, seen: int | None) -> Write:
        update: Write = right(store, key, moved, seen)
        values = update["Update"]["ExpressionAttributeValues"] | to_attributes({":moved": max(0, moved)})
        return {"Update": update["Update"] | {"ExpressionAttributeValues": values}}

    return stock_writes, "_take", take


def prices_one_shard_alone() -> Patched:
    right = catalog_writes.read_spread
    return catalog_writes, "read_spread", lambda item: replace(right(item), parts=1)


def adjusts_every_time() -> Patched:
    right = adjust_stock.write_stock

    def write_stock(*given: Any, **named: Any) -> object:
        *rest, by = given
        return right(*rest, replace(by, digest=None), **named)

    return adjust_stock, "write_stock", write_stock
