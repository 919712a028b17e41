"""Placing: prices, tax, shipping, and what is refused before anything is written."""

import pytest

from domain.actors import Actor, Owner, OwnerKind
from domain.events import Event
from domain.lifecycle import EventType, OrderStatus
from domain.order import Order, PaymentTerms, PriceSource
from domain.placing import (
    MAX_LINES,
    MAX_SKUS,
    Quote,
    Request,
    RequestedLine,
    forbidden,
    in_chunks,
    place,
    price_conditions,
    quote,
    too_large,
)
from domain.refusals import InvalidInput, LimitExceeded, NotAllowed, PriceChanged, UserError
from tests import factories as make

CATALOGUE = {
    "SKU-1": make.sellable("SKU-1", price=1_000),
    "SKU-2": make.sellable("SKU-2", price=333, tax_class="reduced"),
    "DRAFT": make.sellable("DRAFT", published=False),
}


def quoted(request: Request) -> Quote:
    answer = quote(request, CATALOGUE, make.shop())
    assert isinstance(answer, Quote), answer
    return answer


def refused(request: Request) -> tuple[UserError, ...]:
    answer = quote(request, CATALOGUE, make.shop())
    assert isinstance(answer, tuple), answer
    return answer


def test_lines_are_priced_from_the_catalogue_each_with_its_tax() -> None:
    lines = quoted(make.request(RequestedLine("SKU-1", 3), RequestedLine("SKU-2", 2))).lines
    assert [(line.id, line.unit_price, line.tax_rate, line.tax) for line in lines] == [
        ("1", 1_000, 2_000, 600),
        ("2", 333, 500, 33),
    ]


def test_totals_are_the_lines_with_shipping_and_its_tax() -> None:
    totals = quoted(make.request(RequestedLine("SKU-1", 3), RequestedLine("SKU-2", 2))).totals
    assert (totals.subtotal, totals.shipping, totals.shipping_tax, totals.tax) == (3_666, 395, 79, 712)
    assert totals.total == 3_666 + 395 + 712


@pytest.mark.parametrize(("units", "shipping"), [(4, 395), (5, 0), (6, 0)])
def test_shipping_is_free_from_its_subtotal_on(units: int, shipping: int) -> None:
    totals = quoted(make.request(RequestedLine("SKU-1", units))).totals
    assert (totals.shipping, totals.shipping_tax > 0) == (shipping, shipping > 0)


def test_a_method_without_a_free_subtotal_always_costs() -> None:
    assert quoted(make.request(RequestedLine("SKU-1", 100), country="US")).totals.shipping == 1_250


def test_the_first_method_that_serves_the_country_is_taken_if_none_is_chosen() -> None:
    assert quoted(make.request(country="GB")).shipping.id == "standard"
    assert quoted(make.request(country="US")).shipping.id == "world"


def test_a_method_may_be_chosen_among_those_that_serve_the_country() -> None:
    assert quoted(make.request(country="GB", shipping_method="world")).shipping.id == "world"
    (problem,) = refused(make.request(country="US", shipping_method="standard"))
    assert (type(problem), problem.path) == (InvalidInput, ("input", "shippingMethod"))


def test_a_country_that_nothing_serves_is_refused() -> None:
    local = make.shop(shipping=make.shop().shipping[:1])
    answer = quote(make.request(country="US"), CATALOGUE, local)
    assert isinstance(answer, tuple)
    assert answer[0].path == ("input", "shippingAddress", "country")


@pytest.mark.parametrize("sku", ["DRAFT", "UNKNOWN"])
def test_what_is_not_for_sale_is_refused_by_its_line(sku: str) -> None:
    (problem,) = refused(make.request(RequestedLine("SKU-1", 1), RequestedLine(sku, 1)))
    assert (type(problem), problem.path) == (InvalidInput, ("input", "lines", "1", "sku"))


def test_every_line_that_cannot_be_sold_is_told_at_once() -> None:
    problems = refused(make.request(RequestedLine("DRAFT", 1), RequestedLine("SKU-1", 1, expected=999)))
    assert [type(problem) for problem in problems] == [InvalidInput, PriceChanged]


def test_a_price_that_changed_is_told_with_the_new_one() -> None:
    (problem,) = refused(make.request(RequestedLine("SKU-1", 1, expected=999)))
    assert isinstance(problem, PriceChanged)
    assert problem.expected is not None
    assert problem.actual is not None
    assert (problem.sku, problem.expected.amount, problem.actual.amount) == ("SKU-1", "9.99", "10.00")


def test_a_price_that_is_as_expected_is_accepted() -> None:
    assert quoted(make.request(RequestedLine("SKU-1", 1, expected=1_000))).lines[0].unit_price == 1_000


def test_an_agreed_price_wins_over_list_and_expectation_and_is_marked() -> None:
    (line,) = quoted(make.request(RequestedLine("SKU-1", 2, expected=5, agreed=800))).lines
    assert (line.unit_price, line.price_source, line.tax) == (800, PriceSource.AGREED, 320)


def test_an_agreed_price_of_nothing_is_an_agreed_price() -> None:
    (line,) = quoted(make.request(RequestedLine("SKU-1", 2, agreed=0))).lines
    assert (line.unit_price, line.price_source) == (0, PriceSource.AGREED)


def test_stock_is_taken_at_the_price_version_quoted_but_for_agreed_prices() -> None:
    listed, agreed = RequestedLine("SKU-2", 1), RequestedLine("SKU-2", 1, agreed=1)
    for lines in ((listed, agreed), (agreed, listed)):
        request = make.request(RequestedLine("SKU-1", 1), *lines)
        assert price_conditions(request, CATALOGUE) == {"SKU-1": 1, "SKU-2": None}


def test_an_agreed_price_is_for_staff_alone() -> None:
    request = make.request(RequestedLine("SKU-1", 1, agreed=0))
    refusal = forbidden(request, make.CUSTOMER, make.shop())
    assert isinstance(refusal, NotAllowed)
    assert refusal.reason == "AGREED_PRICE"
    assert forbidden(request, make.staff("support"), make.shop()) is None


@pytest.mark.parametrize(("customers_may", "reason"), [(True, None), (False, "ON_ACCOUNT")])
def test_customers_choose_to_pay_on_account_where_the_shop_lets_them(
    customers_may: bool, reason: str | None
) -> None:
    shop = make.shop(customers_on_account=customers_may)
    request = make.request(terms=PaymentTerms.ON_ACCOUNT)
    assert getattr(forbidden(request, make.CUSTOMER, shop), "reason", None) == reason
    assert forbidden(request, make.staff(), shop) is None


@pytest.mark.parametrize(
    ("lines", "limit"),
    [
        ([RequestedLine("SKU-1", 1)] * MAX_LINES, None),
        ([RequestedLine("SKU-1", 1)] * (MAX_LINES + 1), MAX_LINES),
        ([RequestedLine(f"S{n}", 1) for n in range(MAX_LINES)], None),
    ],
)
def test_more_lines_than_an_order_has_are_refused(lines: list[RequestedLine], limit: int | None) -> None:
    refusal = too_large(make.request(*lines))
    assert (refusal.limit if isinstance(refusal, LimitExceeded) else refusal) == limit


@pytest.mark.parametrize(("skus", "chunked"), [(MAX_SKUS, False), (MAX_SKUS + 1, True)])
def test_more_skus_than_one_transaction_holds_are_taken_in_chunks(skus: int, chunked: bool) -> None:
    request = make.request(*(RequestedLine(f"S{n % skus}", 1) for n in range(2 * skus)))
    assert in_chunks(request) is chunked


@pytest.mark.parametrize(("skus", "chunks"), [(MAX_SKUS, False), (MAX_SKUS + 1, True)])
def test_more_skus_than_one_transaction_holds_go_in_chunks(skus: int, chunks: bool) -> None:
    assert in_chunks(make.request(*(RequestedLine(f"S{n}", 1) for n in range(skus)))) is chunks


def placed(request: Request, by: Actor = make.CUSTOMER) -> tuple[Order, tuple[Event, ...]]:
    return place(
        request,
        quoted(request),
        order_id="ord_a",
        number="B-1",
        payload_hash="h",
        owner_key="k",
        currency="GBP",
        actor=by,
        now=make.NOW,
    )


def test_a_placed_order_has_its_first_event_and_nothing_done_yet() -> None:
    order, (event,) = placed(make.request(RequestedLine("SKU-1", 3)))
    assert (order.status, order.version, order.last_public, order.counters) == (OrderStatus.PLACED, 1, 1, {})
    assert (event.type, event.sequence, event.previous_public, event.previous_status) == (
        EventType.ORDER_PLACED, 1, 0, None,
    )  # fmt: skip
    assert event.data == {"lines": 1, "units": 3, "total": 3_600 + 474, "onBehalf": False}


def test_an_order_placed_by_staff_belongs_to_whom_they_placed_it_for() -> None:
    guest = Owner(OwnerKind.GUEST, "phone-17")
    order, (event,) = placed(make.request(owner=guest), make.staff("support"))
    assert (order.owner, order.placed_by, event.owner_id, event.actor_id) == (
        guest,
        "staff-1",
        "phone-17",
        "staff-1",
    )
    assert placed(make.request())[0].placed_by is None
