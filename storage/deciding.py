"""A command on one order, from read to write: decided on the order as it is, written on that version, decided anew if it moved.

Whoever changes an order does it here: resolvers for people, consumers for what happens elsewhere.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from domain.actors import SYSTEM, Actor
from domain.commands import decide
from domain.events import Event
from domain.facts import Facts
from domain.history import apply
from domain.ids import command_key
from domain.order import Order
from domain.parcels import RecordTracking
from domain.recording import SystemCommand
from domain.refusals import Busy, Refused, UserError, not_found
from domain.stock import Move, moves
from domain.values import value
from storage import keys
from storage.movements import MOVES_AT_ONCE, Movement, complete
from storage.order_reads import Loaded, load_order
from storage.order_writes import KeyedCommand, Missed, write_decided
from storage.store import Store
from storage.transact import BUSY_PAUSE_MS

MAX_DECISIONS = 5


@value
class Decision:
    """What a command comes to on the order as it is now, before anything is written; no facts where it is done."""

    loaded: Loaded
    facts: Facts
    keyed: KeyedCommand | None = None
    replayed: bool = False


@value
class Outcome:
    """The order after a command, and its events (none where nothing was to do).

    `left` is why stock effects that did not fit the command's own write are left to the sweep.
    """

    order: Order
    events: tuple[Event, ...] = ()
    replayed: bool = False
    left: Refused | None = None


def carry(store: Store, actor: Actor, now: datetime, decided: Callable[[], Decision]) -> Outcome:
    """Decide and write; `decided` reads the order strongly, and is asked again after each conflict. Raises Refused."""
    for _ in range(MAX_DECISIONS):
        decision = decided()
        before, facts, keyed = decision.loaded.order, decision.facts, decision.keyed
        if decision.replayed or (not facts and keyed is None):
            return Outcome(before, replayed=decision.replayed)
        after, events = apply(before, facts, actor, now)
        moving = moves(before, facts)
        misses = write_decided(store, before, after, events, moving, keyed)
        if not misses:
            return Outcome(after, events, left=_follow_up(store, after, moving))
        if {miss.reason for miss in misses} == {Missed.STOCK}:
            skus = [miss.sku for miss in misses]
            raise RuntimeError(f"stock of {skus} does not hold what {before.id} reserved")
    raise Refused(Busy("BUSY", "This order is changing too fast. Try again shortly.", (), BUSY_PAUSE_MS))


def carry_out(
    store: Store,
    order_id: str,
    command: SystemCommand | RecordTracking,
    now: datetime,
    key: str | None = None,
) -> Outcome:
    """Do a command of our own: a report to record (of a provider or a carrier), what is owed back, an order to expire.

    Done twice it is done once: what is known already records nothing. A command with a `key` of its own takes effect
    once in the order's life, whatever happens to the order after it. Raises Refused, also where there is no such order.
    """
    keyed = None if key is None else KeyedCommand(command_key(f"SYSTEM:{SYSTEM.id}", key), "")
    return carry(store, SYSTEM, now, lambda: _decided(store, order_id, command, keyed))


def _decided(
    store: Store, order_id: str, command: SystemCommand | RecordTracking, keyed: KeyedCommand | None
) -> Decision:
    loaded = load_order(store, order_id)
    if loaded is None:
        raise Refused(not_found("order", "orderId"))
    if keyed and keys.command(keyed.digest) in loaded.commands:
        return Decision(loaded, (), replayed=True)
    facts = decide(loaded.order, command, SYSTEM)
    if isinstance(facts, UserError):
        raise Refused(facts)
    return Decision(loaded, facts, keyed if facts else None)  # what had no effect yet may have it later


def _follow_up(store: Store, order: Order, moving: Mapping[str, Move]) -> Refused | None:
    """Do the stock effects that did not fit the command's own transaction; what is left over, the sweep does."""
    if len(moving) <= MOVES_AT_ONCE:
        return None
    try:
        complete(store, Movement(order.id, order.version, moving))
    except Refused as refused:
        return refused
    return None
