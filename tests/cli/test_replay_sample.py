"""The sample day against its published figures."""

from decimal import Decimal

import pytest

from cli.replay.catalogue import catalogue
from cli.replay.expect import Refusals, expect, file_differences
from cli.replay.invoices import read_invoices
from cli.replay.plan import make_plan
from cli.replay.rule import Tally, classify, tally, total
from cli.sample import SAMPLE_DAY


@pytest.fixture(scope="module")
def file():
    return read_invoices(SAMPLE_DAY)


@pytest.fixture(scope="module")
def judged(file):
    return classify(file.rows)


@pytest.fixture(scope="module")
def plan(judged):
    return make_plan(judged, {product.sku: product.pence for product in catalogue(judged)})


@pytest.fixture(scope="module")
def large(plan):
    return [place.invoice for place in plan.places if len({line.sku for line in place.lines}) > 90]


def test_text_is_unchanged(file):
    assert file.digest == "45ca8842daf556b96947109ad92d666391410a2a3e894bab7644773d1ff539b3"


def test_notice_stays_beside_it():
    notice = SAMPLE_DAY.with_name("NOTICE.md").read_text(encoding="utf-8")
    assert all(part in notice for part in ("D. Chen", "doi:10.24432/C5BW33", "CC BY 4.0"))


def test_sum_of_the_day(file):
    assert total(file.rows) == Tally(3108, 26814, Decimal("58635.56"))


def test_outcomes_of_the_day(judged):
    assert tally(judged) == {
        "LINE": Tally(3064, 26909, Decimal("57626.33")),
        "NOT_A_PRODUCT": Tally(8, 10, Decimal("1334.46")),
        "STOCK_ADJUSTMENT": Tally(1, -10, Decimal("0.00")),
        "ZERO_VALUE": Tally(9, 88, Decimal("0.00")),
        "C_CANCELLED": Tally(1, -6, Decimal("-25.50")),
        "C_NOT_A_PRODUCT": Tally(1, -1, Decimal("-27.50")),
        "C_NO_MATCHING_LINE": Tally(24, -176, Decimal("-272.23")),
    }


def test_outcomes_are_the_whole_file(file, judged):
    assert file_differences(total(file.rows), tally(judged).values()) == []


def test_orders_of_the_day(plan):
    guests = sum(not place.owner.identified for place in plan.places)
    assert (len(plan.places), guests, len(plan.cancels)) == (127, 6, 1)


def test_orders_beyond_one_transaction(large):
    assert large == ["536544", "536592"]


def test_own_customers_place_what_is_at_list_price(plan):
    assert sum(place.by_owner for place in plan.places) == 23


def test_catalogue_of_the_day(judged):
    products = catalogue(judged)
    assert (len(products), sum(product.received for product in products)) == (1336, 26909)


def test_expected_store(plan):
    totals = expect(plan, Refusals()).totals()
    assert (totals.lines, totals.units, totals.pence) == (3064, 26909, 5762633)


def test_expected_store_at_the_end(plan):
    totals = expect(plan, Refusals()).totals()
    assert (totals.cancelled_pence, totals.on_hand, totals.delivered_units, totals.delivered) == (
        2550,
        6,
        26903,
        127,
    )


def test_refused_orders_leave_the_rest(plan, large):
    totals = expect(plan, Refusals(orders=dict.fromkeys(large, "too large"))).totals()
    assert (totals.placed, totals.received - totals.delivered_units) == (125, totals.on_hand)
