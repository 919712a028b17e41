"""What may be done to a placed order, decided: `decide(order, command, actor) -> facts | refusal`. Pure.

The same checks answer `availableActions`, so that what is offered is what is accepted.
"""

from collections.abc import Mapping

from domain import parcels, paying, recording
from domain.actors import Action, Actor, ActorKind, OrderAction, SystemAction, authorise
from domain.cancelling import cancelled
from domain.facts import Fact, Facts
from domain.lifecycle import EventType, OrderStatus, next_status
from domain.order import Order, units_of
from domain.paid import owed
from domain.parcels import (
    CancelFulfillment,
    CreateFulfillment,
    DeliverFulfillment,
    PackFulfillment,
    ParcelCommand,
    RecordTracking,
    ShipFulfillment,
)
from domain.paying import Capture, MoneyCommand, StartPayment, Void
from domain.recording import Expire, HandOver, RecordPayment, RecordRefund, Settle, SystemCommand
from domain.refunding import RefundOrder
from domain.refusals import TransitionNotAllowed, UserError, not_allowed
from domain.token_commands import TOKEN_ACTIONS, TokenCommand, about_tokens
from domain.units import completion, units_problem
from domain.values import value


@value
class Confirm:
    """Accept the order."""


@value
class Reject:
    """Turn a placed order down, whole."""

    reason: str | None = None


@value
class Hold:
    """Stop the order: nothing is packed or shipped until it is released."""

    reason: str | None = None


@value
class Release:
    """Let a held order go on where it stood."""


@value
class Cancel:
    """Cancel units by line, or everything that is open (`units` None)."""

    units: Mapping[str, int] | None = None
    reason: str | None = None


OrderCommand = Confirm | Reject | Hold | Release | Cancel
Command = OrderCommand | ParcelCommand | MoneyCommand | SystemCommand | TokenCommand

ACTION_OF: dict[type, OrderAction] = {
    Confirm: OrderAction.CONFIRM,
    Reject: OrderAction.REJECT,
    Hold: OrderAction.HOLD,
    Release: OrderAction.RELEASE,
    Cancel: OrderAction.CANCEL,
    CreateFulfillment: OrderAction.CREATE_FULFILLMENT,
    ShipFulfillment: OrderAction.SHIP_FULFILLMENT,
    DeliverFulfillment: OrderAction.DELIVER_FULFILLMENT,
    StartPayment: OrderAction.RETRY_PAYMENT,
    Capture: OrderAction.CAPTURE_PAYMENT,
    Void: OrderAction.VOID_PAYMENT,
    RefundOrder: OrderAction.REFUND,
    PackFulfillment: OrderAction.PACK_FULFILLMENT,
    CancelFulfillment: OrderAction.CANCEL_FULFILLMENT,
    RecordTracking: OrderAction.RECORD_TRACKING,
}

SYSTEM_ACTION_OF: dict[type, SystemAction] = {
    RecordPayment: SystemAction.RECORD_PAYMENT,
    RecordRefund: SystemAction.RECORD_REFUND,
    Settle: SystemAction.SETTLE,
    Expire: SystemAction.EXPIRE,
    HandOver: SystemAction.HAND_OVER,
}


def action_of(command: Command) -> Action:
    """What a caller must be permitted to do to give this command."""
    return (ACTION_OF | SYSTEM_ACTION_OF | TOKEN_ACTIONS)[type(command)]


def decide(order: Order, command: Command, actor: Actor) -> Facts | UserError:
    """Decide a command: the facts to record (none where it is done already), or why it is refused."""
    if isinstance(command, MoneyCommand):
        return _about_money(order, command, actor)
    if isinstance(command, SystemCommand):
        return recording.record(order, command)
    if isinstance(command, TokenCommand):
        return about_tokens(order, command)
    if isinstance(command, ParcelCommand):
        return _about_parcels(order, command, actor)
    return _about_units(order, command, actor)


_NEEDS: dict[OrderAction, EventType] = {
    OrderAction.CONFIRM: EventType.ORDER_CONFIRMED,
    OrderAction.REJECT: EventType.ORDER_REJECTED,
    OrderAction.HOLD: EventType.ORDER_HELD,
    OrderAction.RELEASE: EventType.ORDER_RELEASED,
    OrderAction.CANCEL: EventType.ORDER_CANCELLED,
    OrderAction.CREATE_FULFILLMENT: EventType.FULFILLMENT_CREATED,
    OrderAction.SHIP_FULFILLMENT: EventType.FULFILLMENT_SHIPPED,
    OrderAction.DELIVER_FULFILLMENT: EventType.FULFILLMENT_DELIVERED,
    OrderAction.RETRY_PAYMENT: EventType.PAYMENT_STARTED,
    OrderAction.CAPTURE_PAYMENT: EventType.CAPTURE_REQUESTED,
    OrderAction.VOID_PAYMENT: EventType.VOID_REQUESTED,
    OrderAction.REFUND: EventType.REFUND_REQUESTED,
    OrderAction.PACK_FULFILLMENT: EventType.FULFILLMENT_PACKED,
    OrderAction.CANCEL_FULFILLMENT: EventType.FULFILLMENT_CANCELLED,
    OrderAction.RECORD_TRACKING: EventType.FULFILLMENT_TRACKED,
}
"""The event that the status table must list for an action to be open."""


def blocked(order: Order, action: OrderAction, actor: Actor) -> str | None:
    """Why this action cannot be taken on the order now: a stable reason, or None where it can."""
    if next_status(order.status, _NEEDS[action], order.held_from) is None:
        return _status_reason(order)
    match action:
        case OrderAction.CANCEL if actor.kind is not ActorKind.STAFF and (
            order.in_parcels() or units_of(order)[2]
        ):
            return "IN_FULFILLMENT"
        case OrderAction.CANCEL:
            return None if order.open_units() else "NOTHING_OPEN"
        case _:
            return parcels.closed(order, action) or paying.closed(order, action)


def offers(order: Order, actor: Actor) -> tuple[tuple[OrderAction, str | None], ...]:
    """Every order action that this actor may ever take on this order, each with the reason why not now."""
    return tuple(
        (action, blocked(order, action, actor))
        for action in ACTION_OF.values()
        if authorise(actor, action, order.owner, order.grant)
    )


def _status_reason(order: Order) -> str:
    return f"ORDER_{order.status.value}"


def _refused(order: Order, reason: str, actor: Actor) -> UserError:
    """A refusal for the order's state: by the status table, or for what its units are doing."""
    if reason != _status_reason(order):
        return not_allowed(reason, f"This order does not allow it now: {reason}.")
    allowed = tuple(action.value for action, why in offers(order, actor) if why is None)
    message = f"An order that is {order.status.value} does not allow this."
    return TransitionNotAllowed("TRANSITION_NOT_ALLOWED", message, (), order.status.value, allowed)


def _about_units(order: Order, command: OrderCommand, actor: Actor) -> Facts | UserError:
    """Decide what happens to the order as a whole, or to units of it."""
    match command:
        case Confirm():
            fact = Fact(EventType.ORDER_CONFIRMED, {})
            return _to(order, OrderStatus.CONFIRMED, OrderAction.CONFIRM, actor, fact)
        case Reject():
            return _to(order, OrderStatus.REJECTED, OrderAction.REJECT, actor, _rejection(order, command))
        case Hold():
            fact = Fact(EventType.ORDER_HELD, _told("holdReason", command.reason))
            return _to(order, OrderStatus.ON_HOLD, OrderAction.HOLD, actor, fact)
        case Release():
            return _release(order, actor)
        case Cancel():
            return _cancel(order, command, actor)


def _about_parcels(order: Order, command: ParcelCommand, actor: Actor) -> Facts | UserError:
    """What happens to a parcel; where it happened already, nothing is recorded."""
    answer = parcels.answered(order, command)
    if answer is not None:
        return answer
    reason = blocked(order, ACTION_OF[type(command)], actor)
    return _refused(order, reason, actor) if reason else parcels.handle(order, command)


def _about_money(order: Order, command: MoneyCommand, actor: Actor) -> Facts | UserError:
    """What is asked of a payment; where it is asked already, nothing is recorded."""
    asked = isinstance(command, Void) and paying.is_asked_for(order, command)
    reason = None if asked else blocked(order, ACTION_OF[type(command)], actor)
    return _refused(order, reason, actor) if reason else paying.ask(order, command)


def _to(order: Order, goal: OrderStatus, action: OrderAction, actor: Actor, fact: Fact) -> Facts | UserError:
    """Bring the whole order to a status: nothing to record where it is there, the fact where the table lists it."""
    if order.status is goal:
        return ()
    reason = blocked(order, action, actor)
    return _refused(order, reason, actor) if reason else (fact,)


def _rejection(order: Order, command: Reject) -> Fact:
    """Nothing of the order stays: all its units, and all its value with shipping."""
    data = {"units": order.open_units(), "value": owed(order)} | _told("reason", command.reason)
    return Fact(EventType.ORDER_REJECTED, data)


def _release(order: Order, actor: Actor) -> Facts | UserError:
    """Let a held order go on. An open one that is not held stands already where a release would lead."""
    if order.status in {OrderStatus.PLACED, OrderStatus.CONFIRMED}:
        return ()
    reason = blocked(order, OrderAction.RELEASE, actor)
    if reason:
        return _refused(order, reason, actor)
    ordered, gone, _, delivered = units_of(order)
    complete = completion(order.held_from, due=ordered - gone, delivered=delivered)
    return (Fact(EventType.ORDER_RELEASED, {}), *complete)


def _told(name: str, given: str | None) -> dict[str, str]:
    """A detail of an event, where it was given."""
    return {name: given} if given else {}


def _cancel(order: Order, command: Cancel, actor: Actor) -> Facts | UserError:
    if order.status is OrderStatus.CANCELLED and command.units is None:
        return ()
    reason = blocked(order, OrderAction.CANCEL, actor)
    if reason:
        return _refused(order, reason, actor)
    open_units = order.open_units()
    units = open_units if command.units is None else command.units
    problem = units_problem(order, units, open_units)
    if problem:
        return problem
    return cancelled(order, units, **_told("reason", command.reason))
