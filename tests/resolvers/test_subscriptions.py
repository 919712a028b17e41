"""The filters that the server sets: exact, never empty, never null, and none for who may not follow."""

from functools import partial
from itertools import product
from typing import Any

import pytest

from domain.actors import Actor, ActorKind
from domain.ids import Id, owner_key
from domain.lifecycle import EventType, OrderStatus
from domain.refusals import InvalidInput, NotFound, Refused, UserError
from resolvers.on_my_order_events import on_my_order_events
from resolvers.on_order_event import on_order_event
from resolvers.on_staff_order_events import on_staff_order_events
from resolvers.subscribing import SubscriptionFilter
from tests.shopkeeping import (
    ADA,
    ADMIN,
    BEN,
    GUEST,
    call,
    context,
    empty_store,
    fake,
    placed,
    round_trips,
    staff,
    stocked,
)  # fmt: skip
from wiring.dispatch import RefusedQuery
from wiring.encoding import encode


def rules(found: SubscriptionFilter) -> object:
    """The filter as AppSync is given it."""
    return {"filterGroup": given(found)["filterGroup"]}


def ends(found: SubscriptionFilter) -> list[tuple[str, str, object]]:
    """What ends it, each by itself."""
    return [
        tuple(rule.values())
        for each in given(found)["invalidation"]["filterGroup"]
        for rule in each["filters"]
    ]


def given(found: SubscriptionFilter) -> Any:
    return encode(found)


def group(*filters: tuple[str, str, object]) -> object:
    named = [dict(zip(("fieldName", "operator", "value"), each, strict=True)) for each in filters]
    return {"filterGroup": [{"filters": named}]}


def test_an_order_is_followed_by_its_id_alone() -> None:
    store = stocked("LANTERN")
    order = placed(store)
    assert rules(on_order_event(order.id, context(ADA, store))) == group(("orderId", "eq", order.id))


def test_staff_follow_any_order() -> None:
    store = stocked("LANTERN")
    order = placed(store)
    assert rules(on_order_event(order.id, context(staff("support"), store))) == group(
        ("orderId", "eq", order.id)
    )


@pytest.mark.parametrize("actor", [BEN, GUEST, staff("catalog"), Actor(ActorKind.SYSTEM, "arn")])
def test_an_order_that_is_not_yours_is_not_found_after_the_same_reads_as_none(actor: Actor) -> None:
    store = stocked("LANTERN")
    told = []
    for identifier in (placed(store).id, Id("ord_nothing")):
        with pytest.raises(Refused) as refused:
            round_trips(store, partial(on_order_event, identifier, context(actor, store)))
        told.append((refused.value.refusals, fake(store).calls[-1][0]))
    assert told[0] == told[1]
    assert isinstance(told[0][0][0], NotFound)


def test_a_refused_subscription_is_an_error_of_the_type_not_found() -> None:
    with pytest.raises(RefusedQuery) as refused:
        call(on_order_event, Id("ord_nothing"), context(ADA))
    assert type(refused.value).__name__ == "NotFound"


def test_my_orders_are_followed_by_a_key_that_is_not_my_id() -> None:
    asked = context(ADA)
    key = owner_key(asked.secret, "CUSTOMER", "ada")
    assert rules(on_my_order_events(asked)) == group(("ownerKey", "eq", key))
    assert "ada" not in key


def test_following_an_order_ends_with_the_order_or_with_its_caller() -> None:
    store = stocked("LANTERN")
    order = placed(store)
    found = on_order_event(order.id, context(ADA, store))
    assert ends(found) == [("actorId", "eq", ADA.id), ("orderId", "eq", order.id)]


def test_following_all_of_mine_and_a_board_end_with_their_callers() -> None:
    assert ends(on_my_order_events(context(ADA))) == [("actorId", "eq", ADA.id)]
    board_of = on_staff_order_events(context(ADMIN), (OrderStatus.PLACED,))
    assert ends(board_of) == [("actorId", "eq", ADMIN.id)]


def test_each_customers_key_is_another() -> None:
    store = empty_store()
    assert rules(on_my_order_events(context(ADA, store))) != rules(on_my_order_events(context(BEN, store)))


@pytest.mark.parametrize("actor", [GUEST, ADMIN])
def test_who_has_no_orders_of_their_own_follows_none(actor: Actor) -> None:
    store = empty_store()
    with pytest.raises(Refused) as refused:
        on_my_order_events(context(actor, store))
    assert (type(refused.value.refusals[0]), fake(store).calls) == (NotFound, [])


def board(statuses: int = 0, types: int = 0, actor: Actor = ADMIN) -> SubscriptionFilter | UserError:
    """A staff board of so many different statuses and types."""
    wanted = tuple(OrderStatus)[:statuses], tuple(EventType)[:types]
    try:
        return on_staff_order_events(context(actor), *wanted)
    except Refused as refused:
        return refused.refusals[0]


def test_a_board_is_filtered_by_statuses_and_types() -> None:
    found = on_staff_order_events(
        context(ADMIN), (OrderStatus.PLACED, OrderStatus.CONFIRMED), (EventType.ORDER_PLACED,)
    )
    expected = group(("status", "in", ["PLACED", "CONFIRMED"]), ("type", "in", ["ORDER_PLACED"]))
    assert rules(found) == expected


def test_a_board_of_types_alone_has_no_rule_of_statuses() -> None:
    found = on_staff_order_events(context(ADMIN), types=(EventType.ORDER_PLACED,))
    assert rules(found) == group(("type", "in", ["ORDER_PLACED"]))


def test_a_value_named_twice_counts_once() -> None:
    found = on_staff_order_events(context(ADMIN), (OrderStatus.PLACED,) * 9)
    assert rules(found) == group(("status", "in", ["PLACED"]))


@pytest.mark.parametrize(("statuses", "types"), list(product(range(8), range(8))))
def test_a_board_takes_what_appsync_can_filter_and_nothing_else(statuses: int, types: int) -> None:
    fits = statuses + types > 0 and max(statuses, types) <= 5 and max(1, statuses) * max(1, types) <= 10
    assert type(board(statuses, types)) is (SubscriptionFilter if fits else InvalidInput)


@pytest.mark.parametrize("actor", [ADA, GUEST, staff("catalog")])
def test_a_board_is_for_who_may_list_orders(actor: Actor) -> None:
    assert isinstance(board(1, 1, actor), NotFound)


def test_no_filter_holds_a_null_or_nothing() -> None:
    store = stocked("LANTERN")
    found = [
        on_order_event(placed(store).id, context(ADA, store)),
        on_my_order_events(context(ADA, store)),
        board(2, 2),
    ]
    sets = [each for one in found if isinstance(one, SubscriptionFilter) for each in one.filter_group]
    values = [rule.value for each in sets for rule in each.filters]
    assert len(sets) == 3
    assert all(each.filters for each in sets)
    assert None not in values
    assert () not in values
