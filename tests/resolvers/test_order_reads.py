"""Reading one order: by id, by number, with its history, and what a stranger sees of it."""

from functools import partial
from typing import Any

import pytest

from domain.actors import Actor, ActorKind
from domain.events import Visibility
from domain.ids import Id
from domain.lifecycle import EventType
from domain.refusals import InvalidInput, Refused
from resolvers.me import me
from resolvers.order import order
from resolvers.stock_level import stock_level
from tests.shopkeeping import (
    ADA,
    ADMIN,
    BEN,
    GUEST,
    NOW,
    context,
    delivered,
    empty_store,
    fake,
    packed,
    placed,
    round_trips,
    staff,
    stocked,
)  # fmt: skip


def test_an_order_is_read_by_id_as_it_was_placed() -> None:
    store = stocked("LANTERN")
    assert order(context(ADA, store), id=(mine := placed(store)).id) == mine


def test_an_order_is_read_by_its_number() -> None:
    store = stocked("LANTERN")
    assert order(context(ADA, store), number=(mine := placed(store)).number) == mine


@pytest.mark.parametrize("given", [{}, {"id": Id("ord_1"), "number": "B-1"}])
def test_an_order_is_asked_for_by_one_of_them(given: dict[str, Id]) -> None:
    with pytest.raises(Refused) as refused:
        order(context(ADA), **given)
    assert isinstance(refused.value.refusals[0], InvalidInput)


def test_history_is_read_where_it_is_selected_alone() -> None:
    store = stocked("LANTERN")
    identifier = placed(store).id
    plain, with_history = (
        order(context(ADA, store, NOW, *selection), id=identifier)
        for selection in (("id",), ("id", "history"))
    )
    assert plain is not None
    assert with_history is not None
    assert (len(plain.history), len(with_history.history)) == (0, 1)


def test_a_customers_history_leaves_out_how_the_warehouse_packs() -> None:
    store = stocked("LANTERN")
    mine = order(context(ADA, store, NOW, "history"), id=delivered(store).id)
    assert mine is not None
    assert [entry.event.type for entry in mine.history] == [
        EventType.ORDER_PLACED,
        EventType.ORDER_CONFIRMED,
        EventType.FULFILLMENT_SHIPPED,
        EventType.FULFILLMENT_DELIVERED,
        EventType.ORDER_COMPLETED,
    ]


def test_staff_see_every_event_and_who_caused_it() -> None:
    store = stocked("LANTERN")
    found = order(context(ADMIN, store, NOW, "history"), id=packed(store).id)
    assert found is not None
    assert [(entry.actor_id, entry.visibility) for entry in found.history] == [
        ("ada", Visibility.PUBLIC),
        (ADMIN.id, Visibility.PUBLIC),
        (ADMIN.id, Visibility.STAFF),
    ]


def test_a_customer_is_not_told_who_of_the_staff_acted() -> None:
    store = stocked("LANTERN")
    mine = order(context(ADA, store, NOW, "history"), id=packed(store).id)
    assert mine is not None
    assert {(entry.actor_id, entry.visibility) for entry in mine.history} == {(None, None)}
    assert mine.placed_by is None


@pytest.mark.parametrize("by", ["id", "number"])
@pytest.mark.parametrize("actor", [BEN, GUEST, staff("catalog"), Actor(ActorKind.SYSTEM, "arn")])
def test_an_order_that_is_not_yours_is_null_after_the_same_reads_as_none(by: str, actor: Actor) -> None:
    store = stocked("LANTERN")
    theirs = getattr(placed(store), by)
    ask: Any = partial(order, context(actor, store))
    asked = [partial(ask, **{by: value}) for value in (theirs, "ord_nothing")]
    answers = [each() for each in asked]
    reads = [round_trips(store, each) for each in asked]
    assert answers == [None, None]
    assert reads[0] == reads[1]


def test_an_order_of_another_phase_is_not_there() -> None:
    store = stocked("LANTERN")
    identifier = placed(store).id
    fake(store).update_item(
        TableName="orders",
        Key={"PK": {"S": f"O#{identifier}"}, "SK": {"S": "A"}},
        UpdateExpression="SET phase = :phase",
        ExpressionAttributeValues={":phase": {"S": "RESERVING"}},
    )
    assert order(context(ADA, store), id=identifier) is None


def test_an_order_of_a_thousand_lines_is_read_back_whole() -> None:
    store = stocked("LANTERN", units=1_000)
    mine = placed(store, ADA, *[("LANTERN", 1)] * 1_000)
    assert order(context(ADA, store), id=mine.id) == mine


def test_stock_level_is_for_staff() -> None:
    store = stocked("LANTERN", units=7)
    level = stock_level(context(staff("support"), store), "LANTERN")
    assert level is not None
    assert (level.on_hand, level.available, level.reserved, level.received, level.warehouse) == (
        7,
        7,
        0,
        7,
        "MAIN",
    )


def test_stock_of_no_such_sku_is_null() -> None:
    assert stock_level(context(ADMIN), "NOTHING") is None


@pytest.mark.parametrize("actor", [ADA, GUEST, staff("finance")])
def test_stock_level_is_refused_before_any_read(actor: Actor) -> None:
    store = empty_store()
    with pytest.raises(Refused):
        stock_level(context(actor, store), "LANTERN")
    assert fake(store).calls == []


@pytest.mark.parametrize(
    ("actor", "id", "groups"),
    [
        (GUEST, None, ()),
        (ADA, "ada", ()),
        (staff("support", "admin"), "staff-support-admin", ("admin", "support")),
    ],
)
def test_me_says_who_calls(actor: Actor, id: str | None, groups: tuple[str, ...]) -> None:
    found = me(context(actor))
    assert (found.kind, found.id, found.groups) == (actor.kind, id, groups)
