"""I1, I2, I5, I6, I7 on values: silent on orders that hold to them, a finding for each that is broken."""

from dataclasses import replace

import pytest

from domain.audit import Finding, Rule, check_order
from domain.lifecycle import FulfillmentStatus, OrderStatus
from domain.order import Counters, Order
from tests.factories import event, line, order, parcel, totals

LINES = (line("1"), line("2", quantity=3, unit_price=333))
ALL_CANCELLED = {"1": Counters(cancelled=2), "2": Counters(cancelled=3)}
ALL_DELIVERED = {"1": Counters(0, 2, 2), "2": Counters(0, 3, 3)}
PARCEL = parcel({"1": 2, "2": 3}, status=FulfillmentStatus.DELIVERED)

CANCELLED = order(
    status=OrderStatus.CANCELLED, counters=ALL_CANCELLED, money=totals(LINES, cancelled=totals(LINES).total)
)
COMPLETED = order(status=OrderStatus.COMPLETED, counters=ALL_DELIVERED, fulfillments=(PARCEL,))


def broken(given: Order, *, commands: dict[str, int] | None = None) -> list[Rule]:
    """The rules that an order of one event breaks."""
    return [finding.rule for finding in check_order(given, (event(1),), commands or {})]


@pytest.mark.parametrize("given", [order(), CANCELLED, COMPLETED], ids=["placed", "cancelled", "completed"])
def test_an_order_that_holds_to_the_rules_has_no_finding(given) -> None:
    assert broken(given) == []


@pytest.mark.parametrize(
    "counters",
    [
        Counters(cancelled=-1),
        Counters(shipped=-1),
        Counters(1, 2, 0),
        Counters(0, 1, 2),
        Counters(cancelled=3),
    ],
)
def test_quantities_out_of_their_chain_are_found(counters) -> None:
    assert Rule.LINES in broken(order(counters={"1": counters}))


def test_lines_that_share_an_id_are_found() -> None:
    assert Rule.LINES in broken(order(lines=(line("1"), line("1"))))


def test_a_parcel_that_left_without_the_counters_is_found() -> None:
    left = parcel({"1": 1}, status=FulfillmentStatus.SHIPPED)
    assert broken(order(fulfillments=(left,))) == [Rule.LINES]


def test_a_cancelled_parcel_holds_nothing() -> None:
    assert broken(order(fulfillments=(parcel({"1": 2}, status=FulfillmentStatus.CANCELLED),))) == []


def test_partly_cancelled_units_are_worth_their_share() -> None:
    one_unit = order(counters={"1": Counters(cancelled=1)}, money=totals(LINES, cancelled=1_200))
    assert broken(one_unit) == []
    assert broken(replace(one_unit, totals=totals(LINES, cancelled=1_199))) == [Rule.MONEY]


def test_cancelling_everything_takes_the_shipping_with_it() -> None:
    without = replace(CANCELLED, totals=totals(LINES, cancelled=totals(LINES).total - 395 - 79))
    assert broken(without) == [Rule.MONEY]


@pytest.mark.parametrize("paid", [{"captured": 5, "refunded": 6}, {"refunded": -1}])
def test_refunds_lie_between_nothing_and_what_was_captured(paid) -> None:
    assert broken(order(money=totals(LINES, **paid))) == [Rule.MONEY]


@pytest.mark.parametrize("status", [OrderStatus.REJECTED, OrderStatus.EXPIRED, OrderStatus.CANCELLED])
def test_an_end_state_with_open_units_is_found(status) -> None:
    assert Rule.END in broken(order(status=status))


def test_a_completed_order_of_which_nothing_arrived_is_found() -> None:
    assert Rule.END in broken(replace(CANCELLED, status=OrderStatus.COMPLETED))


@pytest.mark.parametrize(("version", "rules"), [(1, []), (0, [Rule.COMMANDS]), (2, [Rule.COMMANDS])])
def test_a_command_record_names_a_version_of_the_log(version, rules) -> None:
    assert broken(order(), commands={"K#a": version}) == rules


def test_parts_equal_the_whole() -> None:
    assert broken(order(money=replace(totals(LINES), tax=1))) == [Rule.PARTS]
    assert broken(order(lines=(line("1", discount=100),))) == []
    assert broken(order(lines=(replace(line("1"), tax=1),))) == [Rule.PARTS]


def test_a_finding_is_one_line() -> None:
    finding = Finding(Rule.MONEY, "order ord_a", "total", 2, 1)
    assert str(finding) == "I2 money: order ord_a: total: expected 2, found 1"
