"""Run a command on a placed order: read, decide, write on the version decided on; when that moved, decide again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from domain.actors import OrderAction, ShopAction
from domain.commands import ACTION_OF, Command, Facts, decide
from domain.events import Event
from domain.history import apply
from domain.ids import command_key
from domain.order import Order
from domain.refusals import (
    Busy,
    IdempotencyConflict,
    Refused,
    StaleVersion,
    UnknownOutcome,
    UserError,
    not_allowed,
    not_found,
)
from domain.stock import Move, moves
from domain.values import value
from resolvers.context import Context
from resolvers.selecting import payload_wants_history
from resolvers.shapes.orders import OrderPayload
from resolvers.views import order_view
from storage import keys
from storage.movements import MOVES_AT_ONCE, Movement, complete
from storage.order_reads import Loaded, load_order
from storage.order_writes import KeyedCommand, Miss, Missed, write_decided
from storage.transact import BUSY_PAUSE_MS
from wiring.encoding import encode
from wiring.logs import log

MAX_DECISIONS = 5


@value
class Decision:
    """What a command comes to on the order as it is now, before anything is written; no facts where it is done."""

    loaded: Loaded
    facts: Facts
    keyed: KeyedCommand | None
    replayed: bool = False


def run(
    context: Context,
    order_id: str,
    command: Command,
    *,
    input: object,
    key: str | None = None,
    expected_version: int | None = None,
) -> OrderPayload:
    """Decide and write a command; `input` is the mutation's input, whose meaning a key stands for.

    Raises Refused. A stale decision is never sent again: after a conflict the order is read and decided anew.
    """
    for _ in range(MAX_DECISIONS):
        decision = decided(
            context, order_id, command, input=input, key=key, expected_version=expected_version
        )
        loaded, facts, keyed = decision.loaded, decision.facts, decision.keyed
        if decision.replayed or (not facts and keyed is None):
            return answer(context, loaded.order, replayed=decision.replayed)
        after, events = apply(loaded.order, facts, context.actor, context.now)
        moving = moves(loaded.order, facts)
        misses = _write(context, loaded.order, after, events, moving, keyed)
        if not misses:
            _follow_up(context, after, moving)
            return answer(context, after)
        if {miss.reason for miss in misses} == {Missed.STOCK}:
            raise RuntimeError(
                f"stock of {[miss.sku for miss in misses]} does not hold what {order_id} reserved"
            )
    raise Refused(Busy("BUSY", "This order is changing too fast. Try again shortly.", (), BUSY_PAUSE_MS))


def _write(
    context: Context,
    before: Order,
    after: Order,
    events: tuple[Event, ...],
    moving: Mapping[str, Move],
    keyed: KeyedCommand | None,
) -> tuple[Miss, ...]:
    """Write a decision. An outcome that stays unknown is safe to repeat by its key; without one, look first."""
    try:
        return write_decided(context.store, before, after, events, moving, keyed)
    except Refused as refused:
        first = refused.refusals[0]
        if keyed is None and isinstance(first, UnknownOutcome):
            words = (
                "It is not known whether this was done. Load the order and look, or send commands with a key."
            )
            raise Refused(replace(first, message=words)) from None
        raise


def _follow_up(context: Context, order: Order, moving: Mapping[str, Move]) -> None:
    """Do the stock effects that did not fit the command's own transaction; what is left over, the sweep does."""
    if len(moving) <= MOVES_AT_ONCE:
        return
    try:
        complete(context.store, Movement(order.id, order.version, moving))
    except Refused as refused:
        log("movement left to the sweep", order_id=order.id, sequence=order.version, error=str(refused))


def decided(
    context: Context,
    order_id: str,
    command: Command,
    *,
    input: object,
    key: str | None,
    expected_version: int | None,
) -> Decision:
    """Read the order and decide, writing nothing. Raises Refused, for whatever the command is refused."""
    keyed = _keyed(context, key, command, input)
    loaded = _load(context, order_id, command)
    if keyed and _done_before(loaded, keyed):
        return Decision(loaded, (), keyed, replayed=True)
    _check_version(loaded.order, expected_version)
    facts = decide(loaded.order, command, context.actor)
    if isinstance(facts, UserError):
        raise Refused(facts)
    return Decision(loaded, facts, keyed)


def payload_hash(input: object, of: OrderAction | None = None) -> str:
    """A digest of an input's meaning: everything but the key and the version that guard it.

    `of` keeps actions apart whose inputs look the same: a key used for one of them is used for no other.
    """
    body = encode(input)
    meaning = (
        {k: v for k, v in body.items() if k not in {"idempotencyKey", "expectedVersion"}}
        if isinstance(body, dict)
        else body
    )
    told = json.dumps([of.value, meaning] if of else meaning, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _keyed(context: Context, key: str | None, command: Command, input: object) -> KeyedCommand | None:
    if key is None:
        return None
    digest = command_key(f"{context.actor.kind.value}:{context.actor.id}", key)
    return KeyedCommand(digest, payload_hash(input, ACTION_OF[type(command)]))


def _load(context: Context, order_id: str, command: Command) -> Loaded:
    """The order, for a caller who may see it and may do this. Not there and not yours look the same."""
    loaded = load_order(context.store, order_id)
    if loaded is None or not context.may(ShopAction.VIEW_ORDER, loaded.order.owner):
        raise Refused(not_found("order", "input", "orderId"))
    if not context.may(ACTION_OF[type(command)], loaded.order.owner):
        raise Refused(not_allowed("NOT_PERMITTED", "You are not permitted to do this to the order."))
    return loaded


def _done_before(loaded: Loaded, keyed: KeyedCommand) -> bool:
    record = loaded.commands.get(keys.command(keyed.digest))
    if record is None:
        return False
    if record.payload_hash != keyed.payload_hash:
        raise Refused(conflict())
    return True


def conflict() -> IdempotencyConflict:
    """The refusal of a key that was used with another body."""
    message = "This key was used with another body. Use a new key for a new request."
    return IdempotencyConflict("IDEMPOTENCY_CONFLICT", message, ("input", "idempotencyKey"))


def _check_version(order: Order, expected: int | None) -> None:
    if expected is not None and expected != order.version:
        message = f"The order is at version {order.version}: load it again and decide again."
        raise Refused(StaleVersion("STALE_VERSION", message, ("input", "expectedVersion"), order.version))


def answer(context: Context, order: Order, *, replayed: bool = False) -> OrderPayload:
    """The payload; history is read only for a caller who selected it, as one more round trip."""
    if payload_wants_history(context):
        loaded = load_order(context.store, order.id, history=True)
        if loaded:
            return OrderPayload(order_view(loaded.order, context, loaded.events), replayed)
    return OrderPayload(order_view(order, context), replayed)
