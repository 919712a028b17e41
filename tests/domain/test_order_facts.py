"""What is read off an order: its axes and its money."""

from dataclasses import replace

import pytest

from domain.lifecycle import FulfillmentStatus, OrderStatus
from domain.order import Counters, fulfillment_status, units_of
from domain.paid import payment_status
from tests import factories as make

PENDING = (make.parcel({"1": 1}),)


@pytest.mark.parametrize(
    ("counters", "parcels", "status", "expected"),
    [
        (Counters(), (), OrderStatus.PLACED, "UNFULFILLED"),
        (Counters(), PENDING, OrderStatus.CONFIRMED, "IN_PROGRESS"),
        (Counters(), PENDING, OrderStatus.ON_HOLD, "ON_HOLD"),
        (Counters(shipped=1), (), OrderStatus.CONFIRMED, "PARTIALLY_SHIPPED"),
        (Counters(shipped=1), (), OrderStatus.ON_HOLD, "PARTIALLY_SHIPPED"),
        (Counters(shipped=4), (), OrderStatus.CONFIRMED, "SHIPPED"),
        (Counters(shipped=1, cancelled=3), (), OrderStatus.CONFIRMED, "SHIPPED"),
        (Counters(shipped=4, delivered=1), (), OrderStatus.CONFIRMED, "PARTIALLY_DELIVERED"),
        (Counters(shipped=4, delivered=4), (), OrderStatus.COMPLETED, "DELIVERED"),
        (Counters(shipped=1, delivered=1, cancelled=3), (), OrderStatus.COMPLETED, "DELIVERED"),
        (Counters(cancelled=4), (), OrderStatus.CANCELLED, "UNFULFILLED"),
    ],
)  # fmt: skip
def test_the_way_to_the_customer_is_derived_from_units(counters, parcels, status, expected) -> None:  # type: ignore[no-untyped-def]
    order = make.order(
        lines=(make.line(quantity=4),), counters={"1": counters}, fulfillments=parcels, status=status
    )
    assert fulfillment_status(order).value == expected


@pytest.mark.parametrize(
    ("captured", "refunded", "cancelled", "expected"),
    [
        (0, 0, 0, "UNPAID"),
        (1, 0, 0, "PARTIALLY_PAID"),
        (2_874, 0, 0, "PAID"),
        (1_674, 0, 1_200, "PAID"),
        (2_874, 1, 0, "PARTIALLY_REFUNDED"),
        (2_874, 2_874, 0, "REFUNDED"),
    ],
)
def test_how_far_an_order_is_paid_is_derived_from_money(captured, refunded, cancelled, expected) -> None:  # type: ignore[no-untyped-def]
    lines = (make.line(quantity=2),)
    order = make.order(
        lines=lines, money=make.totals(lines, cancelled=cancelled, captured=captured, refunded=refunded)
    )
    assert order.totals.total == 2_874
    assert payment_status(order).value == expected


def test_the_total_and_the_balance_are_sums_of_their_parts() -> None:
    money = replace(make.totals((make.line(discount=100),)), cancelled=120, captured=1_500, refunded=20)
    assert money.total == 2_000 - 100 + 395 + (380 + 79)
    assert money.balance == money.total - 120 - 1_500 + 20


def test_open_units_are_neither_cancelled_nor_shipped_nor_packed() -> None:
    order = make.order(
        counters={"1": Counters(cancelled=1), "2": Counters(shipped=1)},
        fulfillments=(make.parcel({"2": 1}), make.parcel({"2": 1}, "ful_0002", FulfillmentStatus.SHIPPED)),
    )
    assert order.open_units() == {"1": 1, "2": 1}
    assert order.in_parcels() == {"2": 1}


def test_a_line_with_nothing_left_is_not_open() -> None:
    assert make.order(counters={"1": Counters(cancelled=2)}).open_units() == {"2": 3}


def test_units_are_counted_over_all_lines() -> None:
    order = make.order(counters={"1": Counters(1, 1, 0), "2": Counters(0, 2, 1)})
    assert units_of(order) == (5, 1, 3, 1)
