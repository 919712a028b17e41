"""Events as their audiences see them."""

import dataclasses

import pytest

from domain.actors import Owner, OwnerKind
from domain.events import (
    VISIBILITY,
    OrderEvent,
    StaffOrderEvent,
    Visibility,
    public_view,
    staff_view,
    summary_code,
)
from domain.lifecycle import EventType
from tests import factories as make


def test_every_event_type_says_who_may_see_it() -> None:
    assert set(VISIBILITY) == set(EventType)
    hidden = {kind for kind, seen_by in VISIBILITY.items() if seen_by is Visibility.STAFF}
    assert {event.value for event in hidden} == {
        "FULFILLMENT_CREATED", "CAPTURE_REQUESTED", "CAPTURE_FAILED", "VOID_REQUESTED", "VOID_FAILED",
        "REFUND_PENDING", "ORDER_TOKEN_ISSUED", "ORDER_TOKEN_REVOKED", "FULFILLMENT_PACKED", "FULFILLMENT_CANCELLED",
    }  # fmt: skip


def test_owners_are_told_the_event_before_it_that_they_may_see() -> None:
    view = public_view(make.event(7, previous_public=4))
    assert (view.id, view.sequence, view.previous_sequence, view.version) == ("ord_a.7", 7, 4, 7)


def test_the_event_before_it_may_be_given_for_another_audience() -> None:
    assert public_view(make.event(7, previous_public=4), previous=6).previous_sequence == 6
    assert public_view(make.event(1, previous_public=1), previous=0).previous_sequence == 0


def test_staff_see_every_event_so_the_one_before_it_is_the_last_number() -> None:
    view = staff_view(make.event(7, EventType.FULFILLMENT_CREATED, previous_public=4, actor=make.staff()))
    assert (view.previous_sequence, view.visibility, view.actor_id) == (6, Visibility.STAFF, "staff-1")


@pytest.mark.parametrize(("kind", "customer"), [(OwnerKind.CUSTOMER, "owner-1"), (OwnerKind.GUEST, None)])
def test_staff_are_told_the_customer_but_no_guests_reference(kind: OwnerKind, customer: str | None) -> None:
    assert staff_view(make.event(owner=Owner(kind, "owner-1"))).customer_id == customer


def test_both_views_tell_the_same_of_what_both_tell() -> None:
    event = make.event(2, previous_public=1)
    public, staff = dataclasses.asdict(public_view(event)), dataclasses.asdict(staff_view(event))
    assert public.items() <= staff.items()


def test_owners_are_told_neither_who_acted_nor_any_free_text() -> None:
    event = make.event(actor=make.staff(), data={"reason": "SECRET"})
    assert "staff-1" not in repr(public_view(event))
    assert "SECRET" not in repr(public_view(event)) + repr(staff_view(event))


@pytest.mark.parametrize("view", [OrderEvent, StaffOrderEvent])
def test_no_event_carries_an_open_ended_field(view: type) -> None:
    assert not {"data", "note", "reason"} & {field.name for field in dataclasses.fields(view)}


def test_the_summary_code_is_the_type_and_who_caused_it() -> None:
    assert summary_code(make.event(2, EventType.ORDER_CANCELLED)) == "order_cancelled.by_customer"
