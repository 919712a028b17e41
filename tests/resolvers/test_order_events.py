"""The log of an order: complete for each audience, whatever of the push arrives."""

from functools import cache, partial
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.actors import Actor
from domain.events import OrderEvent
from domain.ids import Id
from domain.lifecycle import EventType
from resolvers.cancel_order import cancel_order
from resolvers.confirm_order import ConfirmOrderInput, confirm_order
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.deliver_fulfillment import DeliverFulfillmentInput, deliver_fulfillment
from resolvers.order_events import order_events
from resolvers.shapes.inputs import CancelOrderInput
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from storage.store import Store
from tests.resolvers.following import Follower
from tests.shopkeeping import (
    ADA,
    ADMIN,
    BEN,
    context,
    delivered,
    do,
    packed,
    placed,
    round_trips,
    stocked,
    units,
)  # fmt: skip


@cache
def eventful() -> tuple[Store, Id]:
    """An order with three parcels and cancelled units: 13 events, of which its owner sees 10."""
    store = stocked("LANTERN")
    order = placed(store, ADA, ("LANTERN", 5))
    do(confirm_order, ConfirmOrderInput(order.id), ADMIN, store)
    for parcel in ("ful_0001", "ful_0002", "ful_0003"):
        do(create_fulfillment, CreateFulfillmentInput(order.id, units(order, 1)), ADMIN, store)
        do(ship_fulfillment, ShipFulfillmentInput(order.id, Id(parcel)), ADMIN, store)
        do(deliver_fulfillment, DeliverFulfillmentInput(order.id, Id(parcel)), ADMIN, store)
    do(cancel_order, CancelOrderInput(order.id), ADMIN, store)
    return store, order.id


@cache
def pushed(actor: Actor) -> list[OrderEvent]:
    """All frames that this audience is sent."""
    store, order_id = eventful()
    page = order_events(context(actor, store), order_id, 0, 100)
    assert page is not None
    return [entry.event for entry in page.entries]


@pytest.mark.parametrize("actor", [ADA, ADMIN])
def test_each_events_previous_is_the_one_before_it_that_this_audience_sees(actor: Actor) -> None:
    frames = pushed(actor)
    assert [frame.previous_sequence for frame in frames] == [0, *(frame.sequence for frame in frames[:-1])]


def test_staff_see_every_sequence_without_a_gap() -> None:
    assert [frame.sequence for frame in pushed(ADMIN)] == list(range(1, 14))


def test_a_customer_sees_all_but_packing() -> None:
    hidden = {frame.sequence for frame in pushed(ADMIN)} - {frame.sequence for frame in pushed(ADA)}
    kinds = {frame.type for frame in pushed(ADMIN) if frame.sequence in hidden}
    assert (len(hidden), kinds) == (3, {EventType.FULFILLMENT_CREATED})


@given(st.lists(st.integers(0, 12), max_size=30), st.integers(1, 5), st.sampled_from([ADA, ADMIN]))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_whatever_of_the_push_arrives_a_follower_ends_with_the_visible_history(
    arriving: list[int], first: int, actor: Actor
) -> None:
    """Frames lost, doubled and out of order: every one is applied once, in order, none that is hidden."""
    store, order_id = eventful()
    frames, follower = pushed(actor), Follower(store, order_id, actor)
    follower.receive(frames[index] for index in arriving if index < len(frames))
    follower.catch_up(first)
    assert follower.applied == frames


def test_events_after_a_sequence_are_those_behind_it() -> None:
    store, order_id = eventful()
    page = order_events(context(ADMIN, store), order_id, 4, 100)
    assert page is not None
    assert [entry.event.sequence for entry in page.entries] == list(range(5, 14))


def test_a_page_may_end_behind_what_its_reader_may_see() -> None:
    store = stocked("LANTERN")
    page = order_events(context(ADA, store), packed(store).id, 1, 50)
    assert page is not None
    assert ([entry.event.sequence for entry in page.entries], page.through_sequence) == ([2], 3)


def test_the_events_of_one_command_are_not_torn_apart() -> None:
    store = stocked("LANTERN")
    page = order_events(context(ADA, store), delivered(store).id, 4, 1)
    assert page is not None
    assert [entry.event.sequence for entry in page.entries] == [5, 6]


def test_a_client_between_the_events_of_one_command_gets_the_rest() -> None:
    store = stocked("LANTERN")
    page = order_events(context(ADA, store), delivered(store).id, 5, 1)
    assert page is not None
    assert [entry.event.sequence for entry in page.entries] == [6]


@pytest.mark.parametrize(("after", "through"), [(13, 13), (99, 13)])
def test_behind_the_end_there_is_nothing_and_through_is_no_more_than_there_is(
    after: int, through: int
) -> None:
    store, order_id = eventful()
    page = order_events(context(ADA, store), order_id, after, 50)
    assert page is not None
    assert (page.entries, page.through_sequence, page.has_more) == ((), through, False)


@pytest.mark.parametrize("after", [0, 2, 99])
def test_a_strangers_events_are_null_after_the_same_reads_as_none(after: int) -> None:
    store, order_id = eventful()
    ask = partial(order_events, context(BEN, store), after=after)
    pages = [ask(identifier) for identifier in (order_id, Id("ord_nothing"))]
    reads = [round_trips(store, partial(ask, identifier)) for identifier in (order_id, Id("ord_nothing"))]
    assert pages == [None, None]
    assert reads[0] == reads[1]


def test_a_customer_is_shown_an_allow_list_of_details() -> None:
    store = stocked("LANTERN")
    mine, theirs = (
        order_events(context(actor, store), order_id, 0, 1)
        for order_id in [placed(store).id]
        for actor in (ADA, ADMIN)
    )
    assert mine is not None
    assert theirs is not None
    assert set(cast(dict[str, object], theirs.entries[0].data)) - set(
        cast(dict[str, object], mine.entries[0].data)
    ) == {"onBehalf"}


def test_staff_may_see_the_log_as_its_owner_does() -> None:
    store, order_id = eventful()
    page = order_events(context(ADMIN, store), order_id, 0, 100, as_owner=True)
    assert page is not None
    assert [entry.event for entry in page.entries] == pushed(ADA)
