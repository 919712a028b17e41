"""I4: an order's log is numbered without gap or repeat, and folding it gives the order as stored. Pure."""

from collections import Counter
from dataclasses import fields, replace
from typing import cast

from domain.actors import Actor
from domain.audit import Finding, Findings, Rule, order_subject, unequal
from domain.events import Event
from domain.facts import Fact
from domain.history import apply
from domain.lifecycle import EventType, OrderStatus
from domain.line_shares import cancelled_value
from domain.order import Order

_WHOLE = {EventType.ORDER_CANCELLED, EventType.ORDER_REJECTED, EventType.ORDER_EXPIRED}
"""Events that take the shipping off the total with the last units."""

_CANCELLATIONS = _WHOLE | {EventType.ORDER_LINES_CANCELLED}


def check_log(order: Order, events: tuple[Event, ...]) -> Findings:
    """The numbering; where that holds, each event against what the fold makes of it, and the fold against the order."""
    numbering = tuple(check_numbering(order, events))
    yield from numbering or check_fold(order, events)


def check_numbering(order: Order, events: tuple[Event, ...]) -> Findings:
    """Sequences 1 to the head's version, each once and in order, the first of them the placing."""
    subject, sequences = order_subject(order.id), [event.sequence for event in events]
    wanted = list(range(1, order.version + 1))
    if sequences != wanted:
        found = _numbering(sequences, wanted)
        yield Finding(Rule.LOG, subject, "sequences in the log", f"1 to {order.version}, each once", found)
    elif not events or events[0].type is not EventType.ORDER_PLACED:
        found = events[0].type.value if events else "an empty log"
        yield Finding(Rule.LOG, subject, "the first event", EventType.ORDER_PLACED.value, found)


def _numbering(sequences: list[int], wanted: list[int]) -> str:
    """What is wrong with the numbers, in words."""
    known = set(wanted)
    sorts = {
        "missing": [n for n in wanted if n not in set(sequences)],
        "repeated": [n for n, count in sorted(Counter(sequences).items()) if count > 1],
        "beyond the head's version": sorted(n for n in set(sequences) if n not in known),
    }
    said = [f"{', '.join(map(str, numbers[:5]))} {sort}" for sort, numbers in sorts.items() if numbers]
    return "; ".join(said) or "another order"


def check_fold(order: Order, events: tuple[Event, ...]) -> Findings:
    """Decide each event's record again from the order before it, then compare where that leads with the order."""
    state, subject = as_placed(order), order_subject(order.id)
    yield from unequal(Rule.LOG, subject, *_placing(order, events[0]))
    for event in events:
        name = f"event {event.sequence} ({event.type.value})"
        try:
            yield from _check_cancelled(state, event, name)
            actor = Actor(event.actor_kind, event.actor_id)
            state, (again,) = apply(state, (Fact(event.type, event.data),), actor, event.occurred_at)
        except (ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError) as error:
            yield Finding(Rule.LOG, subject, name, "an event that may follow here", error)
            return
        yield from unequal(Rule.LOG, subject, *_compared(name, again, event))
    yield from unequal(Rule.LOG, subject, *_against_head(state, order))
    yield from unequal(Rule.LOG, subject, *_against_items(state, order))


def as_placed(order: Order) -> Order:
    """The order before its first event: its lines and totals, and nothing that happened since."""
    return replace(
        order,
        status=OrderStatus.PLACED,
        held_from=None,
        version=0,
        last_public=0,
        counters={},
        fulfillments=(),
        token_generation=0,
        payments=(),
        refunds=(),
        kept={},
        totals=replace(order.totals, cancelled=0, captured=0, refunded=0),
    )


def _check_cancelled(before: Order, event: Event, name: str) -> Findings:
    """I2: what a cancellation takes off the total is what its units were worth then."""
    if event.type not in _CANCELLATIONS:
        return
    units = cast(dict[str, int], event.data["units"])
    worth = sum(
        cancelled_value(line, before.counted(line.id).cancelled, units[line.id])
        for line in before.lines
        if line.id in units
    )
    if event.type in _WHOLE:
        worth += before.totals.shipping + before.totals.shipping_tax
    yield from unequal(
        Rule.MONEY, order_subject(before.id), (f"{name}: value of its units", worth, event.data["value"])
    )


def _placing(order: Order, event: Event) -> list[tuple[str, object, object]]:
    """What the first event says of the order, beside the order."""
    units = sum(line.quantity for line in order.lines)
    said = {"lines": len(order.lines), "units": units, "total": order.totals.total}
    return [
        (f"event 1 (ORDER_PLACED): {name}", wanted, event.data.get(name)) for name, wanted in said.items()
    ]


def _compared(name: str, again: Event, event: Event) -> list[tuple[str, object, object]]:
    """Every field of an event beside what the fold makes of it."""
    return [
        (f"{name}: {each.name}", _said(getattr(again, each.name)), _said(getattr(event, each.name)))
        for each in fields(Event)
    ]


def _against_head(folded: Order, order: Order) -> list[tuple[str, object, object]]:
    totals, stored = folded.totals, order.totals
    return [
        ("status in the head, by the log", folded.status.value, order.status.value),
        ("status that the hold began from, by the log", _said(folded.held_from), _said(order.held_from)),
        ("generation of tokens in the head, by the log", folded.token_generation, order.token_generation),
        ("last public sequence in the head, by the log", folded.last_public, order.last_public),
        ("cancelled value in the head, by the log", totals.cancelled, stored.cancelled),
        ("captured in the head, by the log", totals.captured, stored.captured),
        ("refunded in the head, by the log", totals.refunded, stored.refunded),
    ]


def _against_items(folded: Order, order: Order) -> list[tuple[str, object, object]]:
    lines = sorted(set(folded.counters) | set(order.counters))
    counters = [
        (f"counters of line {line_id}, by the log", folded.counted(line_id), order.counted(line_id))
        for line_id in lines
    ]
    parcels = sorted({parcel.id for parcel in (*folded.fulfillments, *order.fulfillments)})
    payments = sorted({payment.id for payment in (*folded.payments, *order.payments)})
    refunds = sorted({refund.id for refund in (*folded.refunds, *order.refunds)})
    money: list[tuple[str, object, object]] = [
        *((f"payment {each}, by the log", folded.payment(each), order.payment(each)) for each in payments),
        *((f"refund {each}, by the log", folded.refund(each), order.refund(each)) for each in refunds),
    ]
    return (
        counters
        + money
        + [
            (f"parcel {parcel_id}, by the log", folded.fulfillment(parcel_id), order.fulfillment(parcel_id))
            for parcel_id in parcels
        ]
    )


def _said(field: object) -> object:
    return getattr(field, "value", field)
