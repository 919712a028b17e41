"""I4 on values: a log that folds to the order has no finding; a torn, repeated or edited one has."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import ActorKind
from domain.audit_log import as_placed, check_log
from domain.commands import (
    Cancel,
    Confirm,
    CreateFulfillment,
    DeliverFulfillment,
    Hold,
    Reject,
    Release,
    ShipFulfillment,
    decide,
)
from domain.facts import Fact
from domain.history import apply
from domain.lifecycle import EventType
from domain.order import Counters
from tests.factories import NOW, order, staff

PLACING = Fact(
    EventType.ORDER_PLACED, {"lines": 2, "units": 5, "total": order().totals.total, "onBehalf": True}
)
JOURNEY = (
    Confirm(),
    Cancel({"1": 1}),
    CreateFulfillment({"1": 1}),
    ShipFulfillment("ful_0001", "Bell Post", "T1"),
    DeliverFulfillment("ful_0001"),
    CreateFulfillment(),
    ShipFulfillment("ful_0002"),
    DeliverFulfillment("ful_0002"),
)


def lived(*commands):
    """An order that these commands happened to, and its log."""
    now, (given, events) = NOW, apply(as_placed(order()), (PLACING,), staff(), NOW)
    for command in commands:
        now += timedelta(hours=1)
        given, more = apply(given, decide(given, command, staff()), staff(), now)
        events += more
    return given, events


def said(given, events):
    """What the findings are about."""
    return [finding.what for finding in check_log(given, events)]


@pytest.mark.parametrize("steps", range(len(JOURNEY) + 1))
def test_every_log_folds_to_its_order(steps) -> None:
    assert said(*lived(*JOURNEY[:steps])) == []


@pytest.mark.parametrize(
    "ending", [(Reject(),), (Hold(),), (Hold(), Release()), (Confirm(), Hold(), Release())]
)
def test_held_and_rejected_orders_fold(ending) -> None:
    assert said(*lived(*ending)) == []


@pytest.mark.parametrize("lost", range(10))
def test_a_log_without_one_event_is_found(lost) -> None:
    given, events = lived(*JOURNEY)
    assert said(given, events[:lost] + events[lost + 1 :]) == ["sequences in the log"]


@pytest.mark.parametrize(
    ("torn", "words"),
    [
        (lambda events: events[:1], "2, 3 missing"),
        (lambda events: (*events, events[-1]), "3 repeated"),
        (lambda events: (*events, replace(events[-1], sequence=4)), "4 beyond the head's version"),
        (lambda events: events[::-1], "another order"),
        (lambda events: (), "1, 2, 3 missing"),
    ],
)
def test_what_is_wrong_with_the_numbers_is_said(torn, words) -> None:
    given, events = lived(Confirm(), Cancel({"1": 1}))
    (finding,) = check_log(given, torn(events))
    assert finding.found == words


EDITS = {
    "previous_public": 7,
    "status": order().status,
    "previous_status": None,
    "order_id": "ord_b",
    "owner_key": "another",
}


@pytest.mark.parametrize(("name", "value"), EDITS.items())
def test_an_edited_event_is_found(name, value) -> None:
    given, (first, second) = lived(Confirm())
    assert said(given, (first, replace(second, **{name: value}))) == [f"event 2 (ORDER_CONFIRMED): {name}"]


def test_who_acted_is_nothing_the_fold_can_know() -> None:
    given, (first, second) = lived(Confirm())
    assert said(given, (first, replace(second, actor_kind=ActorKind.SYSTEM))) == []


def test_an_event_that_cannot_follow_ends_the_fold() -> None:
    given, (first, second) = lived(Confirm())
    shipped = replace(second, type=EventType.FULFILLMENT_SHIPPED, data={"fulfillmentId": "ful_0001"})
    assert said(given, (first, shipped)) == ["event 2 (FULFILLMENT_SHIPPED)"]


def test_an_event_without_its_data_ends_the_fold() -> None:
    given, (first, second) = lived(Cancel({"1": 1}))
    assert said(given, (first, replace(second, data={}))) == ["event 2 (ORDER_LINES_CANCELLED)"]


def test_a_cancellation_that_is_worth_something_else_is_found() -> None:
    given, (first, second) = lived(Cancel())
    edited = replace(second, data=dict(second.data) | {"value": 1})
    assert said(given, (first, edited)) == [
        "event 2 (ORDER_CANCELLED): value of its units",
        "cancelled value in the head, by the log",
    ]


def test_an_order_that_the_log_does_not_lead_to_is_found() -> None:
    given, events = lived(*JOURNEY)
    other = replace(
        given, counters={"1": Counters(1, 1, 1)}, fulfillments=given.fulfillments[:1], last_public=1
    )
    assert said(other, events) == [
        "last public sequence in the head, by the log",
        "counters of line 2, by the log",
        "parcel ful_0002, by the log",
    ]


def test_counters_that_are_stored_as_zeros_are_as_good_as_none() -> None:
    given, events = lived()
    assert said(replace(given, counters={"1": Counters()}), events) == []
