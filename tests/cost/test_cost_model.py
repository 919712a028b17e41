"""The arithmetic of a bill: by hand for small cases, and by what must always hold."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.cost.assumed import Inputs
from infra.cost.deployed import DeployedFunction, deployed
from infra.cost.fixed import fixed
from infra.cost.lines import SECONDS_A_MONTH
from infra.cost.metered import requests, traces, updates
from infra.cost.model import Bill
from infra.cost.prices import read_prices
from infra.cost.traffic import FIELDS, connection_minutes, numbers
from infra.cost.work import Work
from infra.declared import load
from tests.cost.tables import EVERYTHING, bare, model

PRICES = read_prices()
ASSUMED = model().assumed
inputs = st.builds(
    Inputs,
    million=st.floats(0.01, 100),
    conversion=st.floats(0.001, 1),
    lines=st.integers(1, 90),
    staff_screens=st.integers(0, 500),
)


def test_a_million_orders_of_five_lines_write_144_units_each() -> None:
    """By hand, at 0.705 a million units.

    Place 20+2, settle 6+2, the workflow's steps 16+3 and waits 2, capture 14+4, pack 6+2, ship 20+2, deliver 8+3, ten
    movements of stock 10, two webhooks 4 taken in and 4 recorded, and four letters 16 (claimed and marked).
    """
    bill = model().bill(Inputs(million=1, lines=5))
    (written,) = (line for line in bill.lines if line.price == "dynamodb_write")

    assert written.quantity == 144_000_000
    assert bill.usd(written) == pytest.approx(101.52)


def test_visits_are_orders_by_conversion() -> None:
    assert Inputs(million=1, conversion=0.02).visits == 50_000_000


def test_requests_of_a_month_by_hand() -> None:
    asked = numbers(Inputs(million=1, conversion=0.02, staff_screens=10), ASSUMED)

    assert (asked["product"], asked["placeOrder"], asked["staffPage"]) == (150_000_000, 1_000_000, 12_000)


def test_connections_of_a_month_by_hand() -> None:
    """A million orders of ten minutes, and ten screens of 200 hours."""
    assert connection_minutes(Inputs(million=1, staff_screens=10), ASSUMED) == 10_000_000 + 120_000


def test_every_screen_of_staff_gets_every_event_and_a_customer_some() -> None:
    pushes = [Work("push_status", 5, {"publishes": 1.2}, asked=False)]

    assert updates(pushes, Inputs(million=0.000001, staff_screens=3), ASSUMED) == pytest.approx(6 * 3 + 2)


def test_publications_are_requests_too() -> None:
    work = [Work("browse", 7, {}, asked=True), Work("push_status", 5, {"publishes": 2}, asked=False)]

    assert requests(work) == 17


def test_a_trace_is_kept_each_second_and_then_a_share() -> None:
    stage = deployed([EVERYTHING])  # one a second, then half

    assert traces(stage, 1_000) == 1_000
    assert traces(stage, SECONDS_A_MONTH + 1_000) == SECONDS_A_MONTH + 500


def test_two_snapshots_of_half_a_gigabyte_by_hand() -> None:
    """0.5 GB x 2,628,000 s x 2 versions x 0.0000015046 = 3.95."""
    stage = bare(DeployedFunction("browse", 0.5, 0, snapshots=True, platform_logs=False))
    bill = Bill(tuple(fixed(stage, ASSUMED)), PRICES)

    assert bill.total == pytest.approx(3.954, abs=0.001)


def test_warm_copies_are_paid_all_month_and_restore_nothing() -> None:
    stage = bare(DeployedFunction("browse", 1.0, 2, snapshots=False, platform_logs=False))
    (kept,) = (line for line in fixed(stage, ASSUMED) if line.quantity)

    assert (kept.price, kept.quantity) == ("lambda_provisioned", 2 * SECONDS_A_MONTH)


def test_parts_add_up_to_the_total() -> None:
    bill = model().bill(Inputs())

    assert sum(bill.parts().values()) == pytest.approx(bill.total)


def test_every_price_is_used_and_no_other() -> None:
    """By a stage that has everything; one price is of warm functions, which the stages do not have today."""
    assert {line.price for line in model().bill(Inputs()).lines} == set(PRICES.by_name)


def test_every_price_has_a_source_of_amazons() -> None:
    hosts = {price.source.split("/")[2] for price in PRICES.by_name.values()}

    assert hosts == {"aws.amazon.com", "pricing.us-east-1.amazonaws.com"}


def test_only_what_was_read_in_the_list_of_the_region_is_confirmed() -> None:
    for name, price in PRICES.by_name.items():
        assert price.confirmed == ("/eu-west-1/" in price.source), name


def test_every_priced_request_is_a_declared_field() -> None:
    assert set(FIELDS.values()) <= {field.key for field in load().fields}


@given(inputs)
def test_more_orders_never_cost_less(given_inputs: Inputs) -> None:
    assert (
        model().bill(replace(given_inputs, million=given_inputs.million * 2)).total
        > model().bill(given_inputs).total
    )


@given(inputs)
def test_more_orders_never_cost_more_each(given_inputs: Inputs) -> None:
    twice = replace(given_inputs, million=given_inputs.million * 2)

    assert model().bill(twice).total / 2 <= model().bill(given_inputs).total * (1 + 1e-9)


@given(inputs)
def test_a_better_conversion_never_costs_more(given_inputs: Inputs) -> None:
    worse = replace(given_inputs, conversion=given_inputs.conversion / 2)

    assert model().bill(worse).total > model().bill(given_inputs).total


@given(inputs)
def test_another_screen_never_costs_less(given_inputs: Inputs) -> None:
    more = replace(given_inputs, staff_screens=given_inputs.staff_screens + 1)

    assert model().bill(more).total > model().bill(given_inputs).total


@given(inputs)
def test_log_levels_cost_in_their_order(given_inputs: Inputs) -> None:
    quiet, ours, all_lines = (
        model().bill(replace(given_inputs, log_level=level)).total for level in ("error", "info", "platform")
    )

    assert quiet < ours < all_lines


@given(inputs.filter(lambda each: each.lines < 90))
def test_another_line_never_costs_less(given_inputs: Inputs) -> None:
    longer = replace(given_inputs, lines=given_inputs.lines + 1)

    assert model().bill(longer).total >= model().bill(given_inputs).total


@given(inputs)
def test_nothing_is_negative(given_inputs: Inputs) -> None:
    assert min(line.quantity for line in model().bill(given_inputs).lines) > 0
