"""What may be done to a placed order, decided: `decide(order, command, actor) -> facts | refusal`. Pure.

The same checks answer `availableActions`, so that what is offered is what is accepted.
"""

from collections.abc import Mapping

from domain.actors import Actor, ActorKind, OrderAction, authorise
from domain.lifecycle import EventType, FulfillmentStatus, OrderStatus, next_status
from domain.order import Order, cancelled_value, units_of
from domain.refusals import QuantityExceeded, TransitionNotAllowed, UserError, invalid, not_allowed, not_found
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


@value
class CreateFulfillment:
    """Put units by line, or everything that is open (`units` None), into a parcel."""

    units: Mapping[str, int] | None = None


@value
class ShipFulfillment:
    """Hand a parcel to the carrier."""

    fulfillment_id: str
    carrier: str | None = None
    tracking: str | None = None


@value
class DeliverFulfillment:
    """Note that a parcel arrived."""

    fulfillment_id: str


Command = (
    Confirm | Reject | Hold | Release | Cancel | CreateFulfillment | ShipFulfillment | DeliverFulfillment
)

ACTION_OF: dict[type, OrderAction] = {
    Confirm: OrderAction.CONFIRM,
    Reject: OrderAction.REJECT,
    Hold: OrderAction.HOLD,
    Release: OrderAction.RELEASE,
    Cancel: OrderAction.CANCEL,
    CreateFulfillment: OrderAction.CREATE_FULFILLMENT,
    ShipFulfillment: OrderAction.SHIP_FULFILLMENT,
    DeliverFulfillment: OrderAction.DELIVER_FULFILLMENT,
}


@value
class Fact:
    """Something decided: the event's type and its data, not yet numbered."""

    type: EventType
    data: Mapping[str, object]


Facts = tuple[Fact, ...]


def decide(order: Order, command: Command, actor: Actor) -> Facts | UserError:
    """Decide a command: the facts to record (none where it is done already), or why it is refused."""
    match command:
        case Confirm():
            fact = Fact(EventType.ORDER_CONFIRMED, {})
            return _to(order, OrderStatus.CONFIRMED, OrderAction.CONFIRM, actor, fact)
        case Reject():
            fact = _rejection(order, command)
            return _to(order, OrderStatus.REJECTED, OrderAction.REJECT, actor, fact)
        case Hold():
            fact = Fact(EventType.ORDER_HELD, _told("holdReason", command.reason))
            return _to(order, OrderStatus.ON_HOLD, OrderAction.HOLD, actor, fact)
        case Release():
            return _release(order, actor)
        case Cancel():
            return _cancel(order, command, actor)
        case CreateFulfillment():
            return _create_fulfillment(order, command, actor)
        case ShipFulfillment():
            return _ship(order, command, actor)
        case DeliverFulfillment():
            return _deliver(order, command, actor)


_NEEDS: dict[OrderAction, EventType] = {
    OrderAction.CONFIRM: EventType.ORDER_CONFIRMED,
    OrderAction.REJECT: EventType.ORDER_REJECTED,
    OrderAction.HOLD: EventType.ORDER_HELD,
    OrderAction.RELEASE: EventType.ORDER_RELEASED,
    OrderAction.CANCEL: EventType.ORDER_CANCELLED,
    OrderAction.CREATE_FULFILLMENT: EventType.FULFILLMENT_CREATED,
    OrderAction.SHIP_FULFILLMENT: EventType.FULFILLMENT_SHIPPED,
    OrderAction.DELIVER_FULFILLMENT: EventType.FULFILLMENT_DELIVERED,
}
"""The event that the status table must list for an action to be open."""


def blocked(order: Order, action: OrderAction, actor: Actor) -> str | None:
    """Why this action cannot be taken on the order now: a stable reason, or None where it can."""
    if next_status(order.status, _NEEDS[action], order.held_from) is None:
        return _status_reason(order)
    _, _, shipped, delivered = units_of(order)
    match action:
        case OrderAction.CANCEL if actor.kind is not ActorKind.STAFF and (order.in_parcels() or shipped):
            return "IN_FULFILLMENT"
        case OrderAction.CANCEL | OrderAction.CREATE_FULFILLMENT:
            return None if order.open_units() else "NOTHING_OPEN"
        case OrderAction.SHIP_FULFILLMENT:
            return None if order.in_parcels() else "NO_PARCEL"
        case OrderAction.DELIVER_FULFILLMENT:
            return None if shipped > delivered else "NOTHING_SHIPPED"
        case _:
            return None


def offers(order: Order, actor: Actor) -> tuple[tuple[OrderAction, str | None], ...]:
    """Every order action that this actor may ever take on this order, each with the reason why not now."""
    return tuple(
        (action, blocked(order, action, actor))
        for action in ACTION_OF.values()
        if authorise(actor, action, order.owner)
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


def _to(order: Order, goal: OrderStatus, action: OrderAction, actor: Actor, fact: Fact) -> Facts | UserError:
    """Bring the whole order to a status: nothing to record where it is there, the fact where the table lists it."""
    if order.status is goal:
        return ()
    reason = blocked(order, action, actor)
    return _refused(order, reason, actor) if reason else (fact,)


def _rejection(order: Order, command: Reject) -> Fact:
    """Nothing of the order stays: all its units, and all its value with shipping."""
    left = order.totals.total - order.totals.cancelled
    data = {"units": order.open_units(), "value": left} | _told("reason", command.reason)
    return Fact(EventType.ORDER_REJECTED, data)


def _release(order: Order, actor: Actor) -> Facts | UserError:
    """Let a held order go on. An open one that is not held stands already where a release would lead."""
    if order.status in {OrderStatus.PLACED, OrderStatus.CONFIRMED}:
        return ()
    reason = blocked(order, OrderAction.RELEASE, actor)
    if reason:
        return _refused(order, reason, actor)
    ordered, cancelled, _, delivered = units_of(order)
    complete = _completion(order.held_from, due=ordered - cancelled, delivered=delivered)
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
    problem = _units_problem(order, units, open_units)
    if problem:
        return problem
    ordered, cancelled, _, delivered = units_of(order)
    cancelled += sum(units.values())
    value = sum(
        cancelled_value(line, order.counted(line.id).cancelled, units[line.id])
        for line in order.lines
        if line.id in units
    )
    data = {"units": dict(units), "value": value} | _told("reason", command.reason)
    if cancelled == ordered:
        shipping = order.totals.shipping + order.totals.shipping_tax
        return (Fact(EventType.ORDER_CANCELLED, data | {"value": value + shipping}),)
    facts = (Fact(EventType.ORDER_LINES_CANCELLED, data),)
    return facts + _completion(order.status, due=ordered - cancelled, delivered=delivered)


def _create_fulfillment(order: Order, command: CreateFulfillment, actor: Actor) -> Facts | UserError:
    reason = blocked(order, OrderAction.CREATE_FULFILLMENT, actor)
    if reason:
        return _refused(order, reason, actor)
    open_units = order.open_units()
    units = open_units if command.units is None else command.units
    problem = _units_problem(order, units, open_units)
    if problem:
        return problem
    data = {"fulfillmentId": f"ful_{len(order.fulfillments) + 1:04d}", "units": dict(units)}
    return (Fact(EventType.FULFILLMENT_CREATED, data),)


def _ship(order: Order, command: ShipFulfillment, actor: Actor) -> Facts | UserError:
    parcel = order.fulfillment(command.fulfillment_id)
    if parcel is None:
        return not_found("fulfillment", "input", "fulfillmentId")
    if parcel.status in {FulfillmentStatus.SHIPPED, FulfillmentStatus.DELIVERED}:
        return ()
    reason = blocked(order, OrderAction.SHIP_FULFILLMENT, actor)
    if reason is None and parcel.status is not FulfillmentStatus.PENDING:
        reason = "PARCEL_CANCELLED"
    if reason:
        return _refused(order, reason, actor)
    travels = _told("carrier", command.carrier) | _told("tracking", command.tracking)
    return (Fact(EventType.FULFILLMENT_SHIPPED, {"fulfillmentId": parcel.id} | travels),)


def _deliver(order: Order, command: DeliverFulfillment, actor: Actor) -> Facts | UserError:
    parcel = order.fulfillment(command.fulfillment_id)
    if parcel is None:
        return not_found("fulfillment", "input", "fulfillmentId")
    if parcel.status is FulfillmentStatus.DELIVERED:
        return ()
    reason = blocked(order, OrderAction.DELIVER_FULFILLMENT, actor)
    if reason is None and parcel.status is not FulfillmentStatus.SHIPPED:
        reason = "NOT_SHIPPED"
    if reason:
        return _refused(order, reason, actor)
    ordered, cancelled, _, delivered = units_of(order)
    delivered += sum(parcel.units.values())
    facts = (Fact(EventType.FULFILLMENT_DELIVERED, {"fulfillmentId": parcel.id}),)
    return facts + _completion(order.status, due=ordered - cancelled, delivered=delivered)


def _completion(status: OrderStatus | None, due: int, delivered: int) -> Facts:
    """The order is complete in the write after which no unit is open and at least one is delivered; not while held."""
    complete = status is OrderStatus.CONFIRMED and delivered == due > 0
    return (Fact(EventType.ORDER_COMPLETED, {}),) if complete else ()


def _units_problem(order: Order, units: Mapping[str, int], open_units: Mapping[str, int]) -> UserError | None:
    """Why these units cannot be taken from what is open."""
    known = {line.id for line in order.lines}
    if not units:
        return invalid("Name at least one line.", "input", "lines")
    for position, (line_id, wanted) in enumerate(units.items()):
        path = ("input", "lines", str(position))
        if line_id not in known:
            return not_found("line", *path)
        if wanted < 1:
            return invalid("Name at least one unit of a line.", *path)
        maximum = open_units.get(line_id, 0)
        if wanted > maximum:
            message = f"Line {line_id} has {maximum} units open."
            return QuantityExceeded("QUANTITY_EXCEEDED", message, path, line_id, maximum)
    return None
