"""The report as JSON and as tables, and the CSV of refusals."""

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from replay_rows import numbered, plan_of, row
from rich.console import Console

from cli.replay.expect import Refusals, expect
from cli.replay.refusals import refused_lines, write_refusals
from cli.replay.report import EventCounts, Report, as_json, as_tables, pounds, pounds_of_pence
from cli.replay.rule import classify, tally

ROWS = numbered(row("1"), row("2", quantity=4), row("C3", quantity=-4), row("1", sku="POST", price="18"))


def report(**changes):
    totals = expect(plan_of(*ROWS), Refusals()).totals()
    whole = Report(tally(classify(ROWS)), totals, totals, 0, EventCounts(9, 9), 1.23456, ())
    return replace(whole, **changes)


def printed(report):
    console = Console(file=io.StringIO(), width=120)
    console.print(as_tables(report))
    return console.file.getvalue()


def refusals(refused):
    out = io.StringIO()
    write_refusals(refused_lines(classify(ROWS), plan_of(*ROWS), refused), out)
    return out.getvalue().splitlines()


def test_json_is_whole():
    assert as_json(report()) == {
        "outcomes": {
            "LINE": {"lines": 2, "units": 10, "amount": "25.50"},
            "NOT_A_PRODUCT": {"lines": 1, "units": 6, "amount": "108.00"},
            "C_CANCELLED": {"lines": 1, "units": -4, "amount": "-10.20"},
        },
        "orders": {"placed": 2, "cancelled": 1, "delivered": 1, "refused": 0},
        "store": {
            "lines": 2,
            "units": 10,
            "subtotal": "25.50",
            "cancelledUnits": 4,
            "cancelledAmount": "10.20",
            "reservedUnits": 0,
            "onHandUnits": 4,
            "receivedUnits": 10,
        },
        "events": {"expected": 9, "received": 9, "missing": 0},
        "seconds": 1.235,
        "equal": True,
    }


def test_difference_is_not_equal():
    assert as_json(report(differences=("Order 1 is missing in the store.",)))["equal"] is False


def test_missing_event_is_not_equal():
    assert as_json(report(events=EventCounts(9, 8)))["equal"] is False


@pytest.mark.parametrize(
    ("amount", "text"), [("0", "0.00"), ("2.1", "2.10"), ("0.001", "0.001"), ("-7", "-7.00")]
)
def test_pounds_have_two_decimals_or_all(amount, text):
    assert pounds(Decimal(amount)) == text


@pytest.mark.parametrize(("pence", "text"), [(0, "0.00"), (5, "0.05"), (77800836, "778008.36")])
def test_pence_as_pounds(pence, text):
    assert pounds_of_pence(pence) == text


def test_tables_show_each_outcome_and_the_verdict():
    text = printed(report())
    assert "C_CANCELLED" in text
    assert "Equal, after 1.2 s." in text


def test_tables_show_differences_as_written():
    assert "Order [red] is missing" in printed(report(differences=("Order [red] is missing",)))


def test_tables_cut_long_lists_of_differences():
    text = printed(report(differences=tuple(f"Order {number} is missing." for number in range(25))))
    assert text.count("is missing.") == 20
    assert "... and 5 more differences." in text


@pytest.mark.parametrize(("caught_up", "said"), [(0, False), (4, True)])
def test_tables_say_what_came_by_catch_up(caught_up, said):
    assert ("by catch-up" in printed(report(events=EventCounts(9, 9, caught_up)))) is said


@pytest.mark.parametrize("shared", [False, True])
def test_tables_explain_the_stock_of_a_shop_that_others_use(shared):
    assert ("reading taken before the run" in " ".join(printed(report(shared=shared)).split())) is shared


def test_tables_of_an_empty_file():
    assert "sum" in printed(report(outcomes={}))


def test_refusals_name_the_line_and_the_rules_reason():
    assert refusals(Refusals()) == [
        "invoice,line,sku,quantity,price,outcome,reason",
        "1,5,POST,6,18,NOT_A_PRODUCT,The code names no product.",
    ]


def test_refusals_hold_a_refused_orders_lines_and_their_cancels():
    assert refusals(Refusals(orders={"2": "too large"}))[1:3] == [
        "2,3,22423,4,2.55,LINE,too large",
        "C3,4,22423,-4,2.55,C_CANCELLED,Order 2 was refused: too large",
    ]


def test_refusals_hold_a_refused_cancel():
    assert refusals(Refusals(cancels={4: "not yet"}))[1] == "C3,4,22423,-4,2.55,C_CANCELLED,not yet"
