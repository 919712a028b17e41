"""Lists of orders: complete and exact over pages, for a customer and for staff, over any number of shards."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from domain.actors import Actor
from domain.ids import Id
from domain.lifecycle import OrderStatus
from domain.refusals import InvalidCursor, NotAllowed, Refused, UnsupportedFilter, UserError
from resolvers.cancel_order import cancel_order
from resolvers.my_orders import MyOrdersFilter, my_orders
from resolvers.orders import OrdersFilter, orders
from resolvers.place_order import place_order
from resolvers.shapes.inputs import CancelOrderInput
from resolvers.shapes.lists import Connection
from resolvers.shapes.orders import OrderSummary
from storage.store import Store
from tests.shopkeeping import (
    ADA,
    ADMIN,
    BEN,
    GUEST,
    NOW,
    basket,
    confirmed,
    context,
    do,
    done,
    placed,
    staff,
    stocked,
)  # fmt: skip

DAY = timedelta(days=1)


def at(hours: float) -> datetime:
    """A time so many hours after the first order."""
    return NOW + timedelta(hours=hours)


def hourly(store: Store, count: int, actor: Actor = ADA) -> list[Id]:
    """Orders placed an hour apart; their ids, newest first."""
    ids = [done(place_order(basket(("LANTERN", 1)), context(actor, store, at(n)))).id for n in range(count)]
    return ids[::-1]


def cancel(store: Store, *ids: Id) -> None:
    for identifier in ids:
        done(do(cancel_order, CancelOrderInput(identifier), ADMIN, store))


def read_all(page: Callable[..., Connection[OrderSummary]], first: int) -> tuple[list[Id], int]:
    """Every id of a list, page by page, and how many pages there were."""
    ids, after, pages = [], None, 0
    while True:
        found = page(first=first, after=after)
        ids += [node.id for node in found.nodes]
        pages += 1
        if not found.page_info.has_next_page:
            return ids, pages
        after = found.page_info.end_cursor


def refused(call: Callable[[], Any]) -> UserError:
    with pytest.raises(Refused) as raised:
        call()
    return raised.value.refusals[0]


@pytest.mark.parametrize(("first", "pages"), [(1, 7), (3, 3), (7, 1), (20, 1)])
def test_my_orders_come_newest_first_and_complete(first: int, pages: int) -> None:
    store = stocked("LANTERN")
    mine = hourly(store, 7)
    placed(store, BEN)
    assert read_all(partial(my_orders, context(ADA, store)), first) == (mine, pages)


def test_any_edges_cursor_goes_on_behind_it() -> None:
    store = stocked("LANTERN")
    mine = hourly(store, 5)
    cursor = my_orders(context(ADA, store)).edges[1].cursor
    assert [node.id for node in my_orders(context(ADA, store), after=cursor).nodes] == mine[2:]


def test_a_list_that_is_empty_says_so() -> None:
    page = my_orders(context(ADA, stocked("LANTERN")))
    assert (page.nodes, page.page_info.has_next_page, page.page_info.end_cursor) == ((), False, None)


def test_orders_of_the_same_moment_are_all_listed() -> None:
    store = stocked("LANTERN")
    ids = {placed(store).id for _ in range(9)}
    found, _ = read_all(partial(my_orders, context(ADA, store)), 2)
    assert (len(found), set(found)) == (9, ids)


def test_orders_placed_within_a_time_include_its_start_and_not_its_end() -> None:
    store = stocked("LANTERN")
    mine = hourly(store, 6)
    within = MyOrdersFilter(placed_after=at(1), placed_before=at(4))
    assert read_all(partial(my_orders, context(ADA, store), within), 2)[0] == mine[2:5]


def test_a_time_that_ends_before_it_begins_holds_nothing() -> None:
    store = stocked("LANTERN")
    hourly(store, 2)
    assert my_orders(context(ADA, store), MyOrdersFilter(None, at(4), at(1))).nodes == ()
    assert orders(context(ADMIN, store), OrdersFilter(None, at(4), at(1))).nodes == ()


@pytest.mark.parametrize("first", [1, 2, 50])
def test_my_orders_of_one_status_are_exact_over_pages(first: int) -> None:
    store = stocked("LANTERN", units=1_000)
    mine = hourly(store, 12)
    cancel(store, *mine[::5])
    wanted = MyOrdersFilter(status=OrderStatus.CANCELLED)
    assert read_all(partial(my_orders, context(ADA, store), wanted), first)[0] == mine[::5]


def test_a_filter_reads_at_most_four_pages_and_then_goes_on_by_its_cursor() -> None:
    store = stocked("LANTERN")
    mine = hourly(store, 12)
    cancel(store, mine[8])
    wanted = MyOrdersFilter(status=OrderStatus.CANCELLED)
    short = my_orders(context(ADA, store), wanted, first=2)
    assert (short.nodes, short.page_info.has_next_page) == ((), True)
    rest = my_orders(context(ADA, store), wanted, first=2, after=short.page_info.end_cursor)
    assert [node.id for node in rest.nodes] == [mine[8]]


def test_a_card_shows_the_order_as_it_is_now() -> None:
    store = stocked("LANTERN", price="2.50")
    order = confirmed(store, ADA, ("LANTERN", 3))
    (card,) = my_orders(context(ADA, store)).nodes
    assert (card.id, card.status, card.total, card.units, card.last_public_sequence) == (
        order.id,
        OrderStatus.CONFIRMED,
        order.totals.total,
        3,
        2,
    )


@pytest.mark.parametrize("shards", [1, 4])
def test_open_work_of_all_owners_is_merged_newest_first(shards: int) -> None:
    store = stocked("LANTERN", shards=shards)
    ids = [
        done(place_order(basket(("LANTERN", 1)), context((ADA, BEN)[n % 2], store, at(n)))).id
        for n in range(20)
    ]
    assert read_all(partial(orders, context(ADMIN, store)), 3)[0] == ids[::-1]


def test_finished_orders_leave_the_open_work() -> None:
    store = stocked("LANTERN", shards=4)
    ids = hourly(store, 5)
    cancel(store, ids[1], ids[3])
    assert read_all(partial(orders, context(ADMIN, store)), 2)[0] == [ids[0], ids[2], ids[4]]


def test_open_work_of_one_status() -> None:
    store = stocked("LANTERN", shards=4)
    hourly(store, 3)
    order = confirmed(store)
    page = orders(context(ADMIN, store), OrdersFilter(status=OrderStatus.CONFIRMED))
    assert [node.id for node in page.nodes] == [order.id]


def test_finished_orders_are_listed_by_the_days_they_were_placed() -> None:
    store = stocked("LANTERN", shards=4)
    ids = hourly(store, 60)
    cancel(store, *ids[::7])
    wanted = OrdersFilter(status=OrderStatus.CANCELLED, placed_after=at(0), placed_before=at(60))
    assert read_all(partial(orders, context(ADMIN, store), wanted), 3)[0] == ids[::7]


def test_days_without_a_status_list_open_and_finished_orders_together() -> None:
    store = stocked("LANTERN", shards=2)
    ids = hourly(store, 30)
    cancel(store, *ids[::4])
    wanted = OrdersFilter(placed_after=at(2), placed_before=at(28))
    assert read_all(partial(orders, context(ADMIN, store), wanted), 4)[0] == ids[2:28]


def test_orders_of_one_customer() -> None:
    store = stocked("LANTERN")
    mine = hourly(store, 4)
    placed(store, BEN)
    cancel(store, mine[2])
    wanted = OrdersFilter(customer_id=Id("ada"), status=OrderStatus.CANCELLED)
    assert [node.id for node in orders(context(ADMIN, store), wanted).nodes] == [mine[2]]


def test_an_order_by_its_number() -> None:
    store = stocked("LANTERN")
    order = placed(store)
    page = orders(context(ADMIN, store), OrdersFilter(number=order.number))
    assert ([node.id for node in page.nodes], page.page_info.has_next_page) == ([order.id], False)


def test_an_order_by_its_customers_reference() -> None:
    store = stocked("LANTERN")
    order = done(place_order(basket(("LANTERN", 1), external_reference="PO-7"), context(ADA, store)))
    wanted = OrdersFilter(external_reference="PO-7", customer_id=Id("ada"))
    assert [node.id for node in orders(context(ADMIN, store), wanted).nodes] == [order.id]


def test_a_number_that_nothing_has_lists_nothing() -> None:
    assert orders(context(ADMIN), OrdersFilter(number="B-00000000")).nodes == ()


@pytest.mark.parametrize(
    "wanted",
    [
        OrdersFilter(status=OrderStatus.CANCELLED),
        OrdersFilter(status=OrderStatus.COMPLETED, placed_after=NOW),
        OrdersFilter(placed_after=NOW - 32 * DAY, placed_before=NOW),
        OrdersFilter(number="B-1", status=OrderStatus.PLACED),
        OrdersFilter(number="B-1", external_reference="PO-7"),
        OrdersFilter(number="B-1", customer_id=Id("ada")),
        OrdersFilter(external_reference="PO-7"),
    ],
)
def test_what_no_index_serves_is_refused(wanted: OrdersFilter) -> None:
    assert isinstance(refused(lambda: orders(context(ADMIN), wanted)), UnsupportedFilter)


@pytest.mark.parametrize("actor", [ADA, GUEST, staff("catalog")])
def test_the_staff_list_is_for_who_may_see_orders(actor: Actor) -> None:
    assert isinstance(refused(lambda: orders(context(actor))), NotAllowed)


def cursor_of(store: Store) -> str:
    hourly(store, 3)
    cursor = my_orders(context(ADA, store), first=1).page_info.end_cursor
    assert cursor is not None
    return cursor


def test_anothers_cursor_is_none_of_yours() -> None:
    store = stocked("LANTERN")
    cursor = cursor_of(store)
    assert isinstance(refused(lambda: my_orders(context(BEN, store), after=cursor)), InvalidCursor)


def test_a_cursor_of_another_filter_is_refused() -> None:
    store = stocked("LANTERN")
    cursor, other = cursor_of(store), MyOrdersFilter(placed_after=datetime(2026, 1, 1, tzinfo=UTC))
    assert isinstance(refused(lambda: my_orders(context(ADA, store), other, after=cursor)), InvalidCursor)


def test_a_cursor_of_another_list_is_refused() -> None:
    store = stocked("LANTERN")
    hourly(store, 3)
    cursor = orders(context(ADMIN, store), first=1).page_info.end_cursor
    assert isinstance(refused(lambda: my_orders(context(ADMIN, store), after=cursor)), InvalidCursor)


def test_a_cursor_with_any_letter_changed_is_refused() -> None:
    store = stocked("LANTERN")
    cursor = cursor_of(store)
    for place in range(len(cursor) - 1):
        other = "A" if cursor[place] != "A" else "B"
        tampered = cursor[:place] + other + cursor[place + 1 :]
        assert isinstance(refused(lambda: my_orders(context(ADA, store), after=tampered)), InvalidCursor)  # noqa: B023


@pytest.mark.parametrize("cursor", ["", "!", "=", "AAAA", "ünï", "A" * 10_000])
def test_a_cursor_that_is_none_is_refused(cursor: str) -> None:
    assert isinstance(refused(lambda: my_orders(context(ADA), after=cursor)), InvalidCursor)
