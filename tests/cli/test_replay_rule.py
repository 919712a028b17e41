"""The replay rule: one outcome a line, first match wins."""

from decimal import Decimal

import pytest
from replay_rows import outcomes, row

from cli.replay.openlines import LineKey
from cli.replay.rule import Outcome, Tally, classify, pence, tally

CREDIT = "C536379"


def test_priced_product_is_a_line():
    assert outcomes(row()) == ["LINE"]


@pytest.mark.parametrize("invoice", ["A563185", "c536379", "536365X", "C", "", " 536365", "٥٣٦"])
def test_odd_document_is_unknown(invoice):
    assert outcomes(row(invoice=invoice, price="-1")) == ["UNKNOWN_DOCUMENT"]


@pytest.mark.parametrize("price", ["-0.01", "0.001", "2.555"])
def test_price_below_zero_or_finer_than_a_penny_is_invalid(price):
    assert outcomes(row(price=price, sku="POST")) == ["INVALID_PRICE"]


def test_trailing_zero_is_no_third_decimal():
    assert outcomes(row(price="2.550")) == ["LINE"]


@pytest.mark.parametrize(
    "sku", ["POST", "DOT", "C2", "M", "D", "S", "B", "AMAZONFEE", "BANK CHARGES", "CRUK"]
)
def test_code_that_is_no_product(sku):
    assert outcomes(row(sku=sku, quantity=-1), row(CREDIT, sku=sku)) == ["NOT_A_PRODUCT", "C_NOT_A_PRODUCT"]


@pytest.mark.parametrize("quantity", [0, -10])
def test_invoice_line_without_units_adjusts_stock(quantity):
    assert outcomes(row(quantity=quantity, price="0")) == ["STOCK_ADJUSTMENT"]


def test_invoice_without_any_price_has_no_value():
    assert outcomes(row(price="0"), row(price="0", sku="21730")) == ["ZERO_VALUE", "ZERO_VALUE"]


@pytest.mark.parametrize("other", [row(sku="POST"), row(quantity=-1), row(price="0.001")])
def test_price_of_a_line_that_is_not_sold_gives_no_value(other):
    assert outcomes(row(price="0"), other)[0] == "ZERO_VALUE"


def test_zero_price_beside_a_priced_line_is_a_line():
    assert outcomes(row(price="0"), row()) == ["LINE", "LINE"]


def test_thousand_lines_are_within_the_limit():
    assert set(outcomes(*[row()] * 1000, row(sku="POST"))) == {"LINE", "NOT_A_PRODUCT"}


def test_line_more_refuses_the_whole_invoice():
    assert set(outcomes(*[row()] * 1001)) == {"LIMIT_EXCEEDED"}


def test_positions_count_the_orders_own_lines():
    judged = classify([row(), row(sku="POST"), row("536366"), row()])
    assert [one.position for one in judged] == [1, None, 1, 2]


def test_credit_takes_an_earlier_line():
    judged = classify([row(), row(CREDIT, quantity=-6)])
    assert judged[1].takes == LineKey("536365", 1)


def test_credit_takes_the_latest_line_with_that_much_open():
    rows = [row("1"), row("2"), row("3", quantity=2), row(CREDIT, quantity=-4), row(CREDIT, quantity=-4)]
    assert [one.takes for one in classify(rows)][3:] == [LineKey("2", 1), LineKey("1", 1)]


def test_credit_never_takes_a_later_line():
    assert outcomes(row(CREDIT, quantity=-6), row())[0] == "C_NO_MATCHING_LINE"


def test_credit_of_what_another_customer_bought_matches_nothing():
    assert outcomes(row(), row(CREDIT, quantity=-6, customer="1"))[1] == "C_NO_MATCHING_LINE"


def test_credit_without_customer_takes_no_guests_line():
    assert outcomes(row(customer=None), row(CREDIT, quantity=-6, customer=None))[1] == "C_NO_CUSTOMER"


@pytest.mark.parametrize("change", [{"price": "2.54"}, {"quantity": -7}, {"quantity": 6}, {"quantity": 0}])
def test_credit_that_fits_no_line_differs(change):
    credit = row(CREDIT, **{"quantity": -6, **change})
    assert outcomes(row(), credit)[1] == "C_PRICE_OR_QUANTITY_DIFFERS"


def test_credit_of_units_already_credited_differs():
    assert outcomes(row(), *[row(CREDIT, quantity=-4)] * 2)[2] == "C_PRICE_OR_QUANTITY_DIFFERS"


def test_tally_keeps_the_files_signs():
    assert tally(classify([row(), row(CREDIT, quantity=-2)]))[Outcome.C_CANCELLED] == Tally(
        1, -2, Decimal("-5.10")
    )


def test_pence_are_exact():
    assert pence(Decimal("2.1")) == 210


def test_part_of_a_penny_is_no_pence():
    with pytest.raises(ValueError, match="more than 2 decimals"):
        pence(Decimal("0.001"))
