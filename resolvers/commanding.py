"""Run a command on a placed order: read, decide, write on the version decided on; when that moved, decide again."""

import hashlib
import json
from dataclasses import replace

from domain.actors import Action, ShopAction
from domain.commands import Command, action_of, decide
from domain.ids import command_key
from domain.order import Order
from domain.refusals import (
    IdempotencyConflict,
    Refused,
    StaleVersion,
    UnknownOutcome,
    UserError,
    not_allowed,
    not_found,
)
from resolvers.context import Context
from resolvers.selecting import payload_wants_history
from resolvers.shapes.orders import OrderPayload
from resolvers.views import order_view
from storage import keys
from storage.deciding import Decision, Outcome, carry
from storage.order_reads import Loaded, load_order
from storage.order_writes import KeyedCommand
from wiring.encoding import encode
from wiring.logs import log


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
    outcome = done(context, order_id, command, input=input, key=key, expected_version=expected_version)
    return answer(context, outcome.order, replayed=outcome.replayed)


def done(
    context: Context,
    order_id: str,
    command: Command,
    *,
    input: object,
    key: str | None = None,
    expected_version: int | None = None,
) -> Outcome:
    """Decide and write a command, as `run` does; what came of it. An outcome that stays unknown is safe to repeat by its key."""
    try:
        outcome = carry(
            context.store,
            context.actor,
            context.now,
            lambda: decided(
                context, order_id, command, input=input, key=key, expected_version=expected_version
            ),
        )
    except Refused as refused:
        first = refused.refusals[0]
        if key is None and isinstance(first, UnknownOutcome):
            words = (
                "It is not known whether this was done. Load the order and look, or send commands with a key."
            )
            raise Refused(replace(first, message=words)) from None
        raise
    if outcome.left:
        log(
            "movement left to the sweep",
            order_id=order_id,
            sequence=outcome.order.version,
            error=str(outcome.left),
        )
    return outcome


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


def payload_hash(input: object, of: Action | None = None) -> str:
    """A digest of an input's meaning: everything but the key and the version that guard it.

    `of` keeps actions apart whose inputs look the same: a key used for one of them is used for no other.
    """
    body = encode(input)
    meaning = (
        {k: _told(v) for k, v in body.items() if v is not None and k not in _GUARDS}
        if isinstance(body, dict)
        else body
    )
    told = json.dumps([of.value, meaning] if of else meaning, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


_GUARDS = {"idempotencyKey", "expectedVersion", "token"}
"""What an input says beside its meaning: a renewed token asks for the same thing."""


def _told(body: object) -> object:
    """What was told, however deep: an input that learns a field means without it what it meant before."""
    if isinstance(body, dict):
        return {name: _told(each) for name, each in body.items() if each is not None}
    return [_told(each) for each in body] if isinstance(body, list) else body


def _keyed(context: Context, key: str | None, command: Command, input: object) -> KeyedCommand | None:
    if key is None:
        return None
    digest = command_key(f"{context.actor.kind.value}:{context.actor.id}", key)
    return KeyedCommand(digest, payload_hash(input, action_of(command)))


def _load(context: Context, order_id: str, command: Command) -> Loaded:
    """The order, for a caller who may see it and may do this. Not there and not yours look the same."""
    loaded = load_order(context.store, order_id)
    if loaded is None or not context.may(ShopAction.VIEW_ORDER, loaded.order.owner, loaded.order.grant):
        raise Refused(not_found("order", "input", "orderId"))
    if not context.may(action_of(command), loaded.order.owner, loaded.order.grant):
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
