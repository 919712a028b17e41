"""What carriers say: late, twice, in any order. It ends in one state."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.commands import decide
from domain.facts import Facts
from domain.history import apply
from domain.lifecycle import FULFILLMENT_TRANSITIONS, CarrierStatus, FulfillmentStatus, OrderStatus
from domain.order import Order
from domain.parcels import (
    EFFECTS,
    MAX_TRACKED,
    DeliverFulfillment,
    PackFulfillment,
    RecordTracking,
    ShipFulfillment,
)
from domain.refusals import NotAllowed, NotFound
from tests import factories as make
from tests.domain.naive_parcels import WORDS

SAID = {word.value: word for word in CarrierStatus}
ENDS_AS = {"FAILED": "FAILED", "DELIVERED": "DELIVERED", "RETURNED": "RETURNED"}
"""The parcel by its carrier's furthest word; SHIPPED by any other."""
LEADS_TO = {
    FulfillmentStatus.PACKED: PackFulfillment("ful_0001"),
    FulfillmentStatus.SHIPPED: ShipFulfillment("ful_0001"),
}


def on_its_way(*, others: bool = True, status: FulfillmentStatus = FulfillmentStatus.SHIPPED) -> Order:
    """An order of which a parcel of two units is on its way, and with `others` there are more units to come."""
    lines = (make.line("1", quantity=2), *((make.line("2", quantity=3),) if others else ()))
    order = make.order(lines=lines, status=OrderStatus.CONFIRMED)
    order = replace(order, fulfillments=(make.parcel({"1": 2}),))
    facts = decide(order, LEADS_TO[status], make.staff()) if status in LEADS_TO else ()
    assert isinstance(facts, tuple)
    return apply(order, facts, make.staff(), make.NOW)[0]


def word(said: str, hour: int = 0, id: str | None = None) -> RecordTracking:
    return RecordTracking("ful_0001", SAID[said], make.NOW + timedelta(hours=hour), id or f"{said}-{hour}")


def facts_of(order: Order, command: RecordTracking | DeliverFulfillment) -> Facts:
    facts = decide(order, command, make.SYSTEM)
    assert isinstance(facts, tuple), facts
    return facts


def after(order: Order, *commands: RecordTracking) -> Order:
    for command in commands:
        order, _ = apply(order, facts_of(order, command), make.SYSTEM, make.NOW)
    return order


def state(order: Order) -> Order:
    """The order but for how many events told of it."""
    return replace(order, version=0, last_public=0)


@given(
    st.lists(st.builds(word, st.sampled_from(WORDS), st.integers(0, 3)), min_size=1, max_size=8), st.randoms()
)
def test_any_order_of_carrier_events_with_repeats_ends_in_one_state(words, dice) -> None:  # type: ignore[no-untyped-def]
    again = [*words, *dice.sample(words, dice.randint(0, len(words)))]
    dice.shuffle(again)
    first, second = after(on_its_way(), *words), after(on_its_way(), *again)
    assert state(first) == state(second)
    furthest = max((each.status.value for each in words), key=WORDS.index)
    assert first.fulfillments[0].status.value == ENDS_AS.get(furthest, "SHIPPED")


@pytest.mark.parametrize("words", list(permutations([each for each in WORDS if each != "RETURNED"])))
def test_every_order_of_all_words_but_returned_completes_an_order(words) -> None:  # type: ignore[no-untyped-def]
    ended = after(on_its_way(others=False), *(word(each) for each in words))
    assert state(ended) == state(after(on_its_way(others=False), *(word(each) for each in WORDS[:5])))
    assert (ended.status, ended.fulfillments[0].status) == (
        OrderStatus.COMPLETED,
        FulfillmentStatus.DELIVERED,
    )


def test_a_parcel_that_comes_back_after_it_completed_its_order_is_noted_and_the_order_stays_complete() -> (
    None
):
    ended = after(on_its_way(others=False), word("DELIVERED"), word("RETURNED"))
    (parcel,) = ended.fulfillments
    assert (ended.status, parcel.status) == (OrderStatus.COMPLETED, FulfillmentStatus.DELIVERED)
    assert parcel.carrier_status is CarrierStatus.RETURNED


def test_a_delivery_that_is_reported_after_the_return_completes_nothing() -> None:
    ended = after(on_its_way(others=False), word("RETURNED"), word("DELIVERED", 5))
    assert (ended.status, ended.fulfillments[0].status) == (OrderStatus.CONFIRMED, FulfillmentStatus.RETURNED)
    assert ended.counted("1").delivered == 0


def test_a_lower_word_that_comes_late_is_recorded_and_not_applied() -> None:
    delivered = after(on_its_way(), word("DELIVERED", 5))
    facts = facts_of(delivered, word("IN_TRANSIT", 1))
    assert [fact.type.value for fact in facts] == ["FULFILLMENT_TRACKED"]
    (parcel,) = after(delivered, word("IN_TRANSIT", 1)).fulfillments
    assert (parcel.status, parcel.carrier_status) == (FulfillmentStatus.DELIVERED, CarrierStatus.DELIVERED)
    assert parcel.tracked == ("DELIVERED-5", "IN_TRANSIT-1")


def test_the_same_event_twice_changes_nothing_even_if_it_says_more_the_second_time() -> None:
    order = after(on_its_way(), word("IN_TRANSIT", id="e-1"))
    assert facts_of(order, word("IN_TRANSIT", id="e-1")) == ()
    assert facts_of(order, word("DELIVERED", id="e-1")) == ()


def test_of_words_of_one_rank_the_latest_is_kept() -> None:
    (parcel,) = after(on_its_way(), word("IN_TRANSIT", 2), word("IN_TRANSIT", 1)).fulfillments
    assert parcel.carrier_status_at == make.NOW + timedelta(hours=2)


def test_each_word_does_what_it_says() -> None:
    told = {
        each: [fact.type.value for fact in facts_of(on_its_way(others=False), word(each))] for each in WORDS
    }
    assert told == {
        "LABEL_CREATED": ["FULFILLMENT_TRACKED"],
        "IN_TRANSIT": ["FULFILLMENT_TRACKED"],
        "OUT_FOR_DELIVERY": ["FULFILLMENT_TRACKED"],
        "FAILED": ["FULFILLMENT_TRACKED", "FULFILLMENT_FAILED"],
        "DELIVERED": ["FULFILLMENT_TRACKED", "FULFILLMENT_DELIVERED", "ORDER_COMPLETED"],
        "RETURNED": ["FULFILLMENT_TRACKED", "FULFILLMENT_RETURNED"],
    }


def test_no_word_leads_a_parcel_back_in_rank() -> None:
    ranks = {FulfillmentStatus[word]: rank for rank, word in enumerate(WORDS) if word in ENDS_AS}
    for status, rank in ranks.items():
        led_to = {FULFILLMENT_TRANSITIONS[status].get(effect) for effect in EFFECTS.values()} - {None}
        assert all(ranks[goal] > rank for goal in led_to), status


def test_a_delivery_by_hand_is_not_done_again_by_the_carrier() -> None:
    order = on_its_way()
    order, _ = apply(order, facts_of(order, DeliverFulfillment("ful_0001")), make.staff(), make.NOW)
    assert [fact.type.value for fact in facts_of(order, word("DELIVERED"))] == ["FULFILLMENT_TRACKED"]
    assert [fact.type.value for fact in facts_of(order, word("FAILED"))] == ["FULFILLMENT_TRACKED"]


@pytest.mark.parametrize("said", WORDS[1:])
@pytest.mark.parametrize("status", [FulfillmentStatus.PENDING, FulfillmentStatus.PACKED])
def test_a_parcel_that_has_not_left_has_a_label_and_is_nowhere(said: str, status: FulfillmentStatus) -> None:
    order = on_its_way(status=status)
    refused = decide(order, word(said), make.SYSTEM)
    assert isinstance(refused, NotAllowed)
    assert refused.reason == "NOT_SHIPPED"
    assert after(order, word("LABEL_CREATED")).fulfillments[0].status is status


def test_a_parcel_that_is_not_there_is_not_found() -> None:
    assert isinstance(decide(make.order(), word("DELIVERED"), make.SYSTEM), NotFound)


def test_what_a_carrier_says_without_end_is_not_kept_without_end_but_news_still_are() -> None:
    order = after(on_its_way(), *(word("IN_TRANSIT", hour) for hour in range(MAX_TRACKED)))
    assert facts_of(order, word("LABEL_CREATED", 99)) == ()
    assert len(order.fulfillments[0].tracked) == MAX_TRACKED
    assert after(order, word("DELIVERED", 100)).fulfillments[0].status is FulfillmentStatus.DELIVERED
