"""What placeOrder refuses: each refusal says why, and changes nothing in either table."""

from dataclasses import replace
from typing import Any

import pytest

from domain.actors import Actor
from domain.order import PaymentTerms
from domain.refusals import (
    InsufficientStock,
    InvalidInput,
    LimitExceeded,
    NotAllowed,
    PriceChanged,
    ShortLine,
    UserError,
)
from resolvers.create_product import CreateProductInput, VariantInput, create_product
from resolvers.place_order import OnBehalfOfInput, OrderLineInput, PlaceOrderInput, place_order
from resolvers.shapes.inputs import MoneyInput
from storage.store import Store
from tests.shopkeeping import (
    ADA,
    ADDRESS,
    ADMIN,
    BEN,
    GUEST,
    SHOP,
    agreed,
    basket,
    call,
    contents,
    context,
    do,
    for_ada,
    gbp,
    key,
    placed,
    put_on_shelf,
    refusal,
    staff,
    stock,
    stocked,
)  # fmt: skip
from wiring.dispatch import typed_call
from wiring.encoding import encode


def refused(wanted: PlaceOrderInput, store: Store, actor: Actor = ADA) -> UserError:
    """The one refusal, after which both tables are as they were."""
    before = contents(store)
    error = refusal(do(place_order, wanted, actor, store))
    assert contents(store) == before
    return error


def sent(store: Store, actor: Actor = ADA, **changes: Any) -> tuple[UserError, ...]:
    """The refusals of an input as AppSync hands it over, after which both tables are as they were."""
    body = encode(basket(("LANTERN", 1)))
    assert isinstance(body, dict)
    before = contents(store)
    arguments = {"input": {name: value for name, value in {**body, **changes}.items() if value is not None}}
    payload: Any = typed_call(place_order)(arguments, context(actor, store))
    assert contents(store) == before
    errors: tuple[UserError, ...] = payload.user_errors
    return errors


def one_line(**line: Any) -> list[dict[str, Any]]:
    return [{"sku": "LANTERN", "quantity": 1, **line}]


def test_an_expected_price_that_is_not_the_price_any_more() -> None:
    line = OrderLineInput("LANTERN", 1, expected_unit_price=gbp("2.00"))
    error = refused(replace(basket(("LANTERN", 1)), lines=(line,)), stocked("LANTERN", price="2.50"))
    assert isinstance(error, PriceChanged)
    assert (error.sku, encode(error.expected), encode(error.actual)) == (
        "LANTERN",
        {"amount": "2.00", "currency": "GBP"},
        {"amount": "2.50", "currency": "GBP"},
    )


def test_too_little_stock_is_told_by_line_without_how_much_there_is() -> None:
    store = stocked("LANTERN", "SOAP", "BELL", units=5)
    error = refused(basket(("LANTERN", 9), ("SOAP", 1), ("BELL", 7)), store)
    assert isinstance(error, InsufficientStock)
    assert error.lines == (ShortLine("BELL", 7, None), ShortLine("LANTERN", 9, None))


def test_staff_are_told_how_much_stock_there_is() -> None:
    error = refused(for_ada(basket(("LANTERN", 9))), stocked("LANTERN", units=5), ADMIN)
    assert isinstance(error, InsufficientStock)
    assert error.lines == (ShortLine("LANTERN", 9, 5),)


def test_lines_of_one_sku_are_short_together() -> None:
    error = refused(basket(("LANTERN", 3), ("LANTERN", 3)), stocked("LANTERN", units=5))
    assert isinstance(error, InsufficientStock)
    assert error.lines == (ShortLine("LANTERN", 6, None),)


def test_an_unknown_sku_is_named_by_its_line() -> None:
    error = refused(basket(("LANTERN", 1), ("NOTHING", 1)), stocked("LANTERN"))
    assert (type(error), error.path) == (InvalidInput, ("input", "lines", "1", "sku"))


def test_a_draft_is_not_for_sale() -> None:
    store = stocked("LANTERN")
    draft = CreateProductInput("Soap", "Gifts", variants=(VariantInput("SOAP", gbp("1.00")),))
    create_product(draft, context(ADMIN, store))
    assert refused(basket(("SOAP", 1)), store).message == "SOAP is not for sale."


@pytest.mark.parametrize("quantity", [0, -1, 100_001])
def test_a_quantity_out_of_bounds(quantity: int) -> None:
    (error,) = sent(stocked("LANTERN"), lines=one_line(quantity=quantity))
    assert error.path == ("input", "lines", "0", "quantity")


@pytest.mark.parametrize(
    ("amount", "currency", "field"),
    [
        ("2.5", "GBP", "amount"),
        ("2.50", "EUR", "currency"),
        ("1e3", "GBP", "amount"),
        ("-1.00", "GBP", "amount"),
    ],
)
def test_malformed_money(amount: str, currency: str, field: str) -> None:
    (error,) = sent(
        stocked("LANTERN"), lines=one_line(expectedUnitPrice={"amount": amount, "currency": currency})
    )
    assert error.path == ("input", "lines", "0", "expectedUnitPrice", field)


@pytest.mark.parametrize("count", [90, 91])
def test_as_many_skus_as_one_transaction_holds_and_one_more_are_placed(count: int) -> None:
    skus = [f"S{number}" for number in range(count)]
    store = stocked(*skus)
    assert len(placed(store, ADA, *((sku, 1) for sku in skus)).lines) == count
    assert {stock(store, sku) for sku in skus} == {(99, 1)}


def test_one_short_sku_of_91_refuses_and_reserves_nothing() -> None:
    skus = [f"S{number}" for number in range(90)]
    store = stocked(*skus)
    put_on_shelf(store, "LAST", units=0)
    error = refusal(do(place_order, basket(*((sku, 1) for sku in [*skus, "LAST"])), ADA, store))
    assert isinstance(error, InsufficientStock)
    assert {stock(store, sku) for sku in skus} == {(100, 0)}


def test_1001_lines_are_too_many() -> None:
    (error,) = sent(stocked("LANTERN"), lines=one_line() * 1_001)
    assert isinstance(error, LimitExceeded)
    assert (error.path, error.limit) == (("input", "lines"), 1_000)


def test_1000_lines_of_one_sku_are_placed() -> None:
    assert len(placed(stocked("LANTERN", units=1_000), ADA, *[("LANTERN", 1)] * 1_000).lines) == 1_000


def test_no_lines_at_all() -> None:
    (error,) = sent(stocked("LANTERN"), lines=[])
    assert error.path == ("input", "lines")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("idempotencyKey", "short"),
        ("idempotencyKey", "a" * 65),
        ("idempotencyKey", None),
        ("note", "n" * 501),
        ("externalReference", ""),
        ("shippingAddress", {"name": "", "line1": "1 Bell Lane", "city": "London", "country": "GB"}),
        ("shippingAddress", {"name": "Ada", "line1": "1 Bell Lane", "city": "London", "country": "gb"}),
    ],
)
def test_an_input_out_of_its_bounds_is_named(name: str, value: Any) -> None:
    (error,) = sent(stocked("LANTERN"), **{name: value})
    assert (type(error), error.path[:2]) == (InvalidInput, ("input", name))


def test_every_problem_of_an_input_is_told_at_once() -> None:
    errors = sent(stocked("LANTERN"), lines=one_line(quantity=0, sku="lower case"), note="n" * 501)
    assert len(errors) == 3


def test_a_customer_may_not_set_an_agreed_price() -> None:
    line = OrderLineInput("LANTERN", 1, agreed_unit_price=gbp("0.01"))
    error = refused(replace(basket(("LANTERN", 1)), lines=(line,)), stocked("LANTERN"))
    assert isinstance(error, NotAllowed)
    assert error.reason == "AGREED_PRICE"


def test_an_agreed_price_below_zero() -> None:
    assert isinstance(refused(agreed("-1.00"), stocked("LANTERN"), ADMIN), InvalidInput)


def test_a_customer_may_not_place_for_another() -> None:
    error = refused(for_ada(basket(("LANTERN", 1))), stocked("LANTERN"), BEN)
    assert isinstance(error, NotAllowed)
    assert error.reason == "ON_BEHALF"


@pytest.mark.parametrize("actor", [GUEST, staff("warehouse"), staff("catalog"), staff()])
def test_who_may_not_place(actor: Actor) -> None:
    assert isinstance(refused(for_ada(basket(("LANTERN", 1))), stocked("LANTERN"), actor), NotAllowed)


@pytest.mark.parametrize("named", [None, OnBehalfOfInput(), OnBehalfOfInput("ada", "till-7")])  # type: ignore[arg-type]
def test_staff_name_exactly_one_whom_they_place_for(named: OnBehalfOfInput | None) -> None:
    error = refused(basket(("LANTERN", 1), on_behalf_of=named), stocked("LANTERN"), ADMIN)
    assert error.path == ("input", "onBehalfOf")


def test_on_account_where_the_shop_leaves_it_to_staff() -> None:
    store = stocked("LANTERN")
    strict = replace(context(ADA, store), shop=replace(SHOP, customers_on_account=False))
    error = refusal(call(place_order, basket(("LANTERN", 1), payment_terms=PaymentTerms.ON_ACCOUNT), strict))
    assert isinstance(error, NotAllowed)
    assert error.reason == "ON_ACCOUNT"


def test_a_shipping_method_that_does_not_serve_the_country() -> None:
    wanted = basket(
        ("LANTERN", 1), shipping_method="express", shipping_address=replace(ADDRESS, country="FR")
    )
    assert refused(wanted, stocked("LANTERN")).path == ("input", "shippingMethod")


def test_an_external_reference_that_the_owner_has_used() -> None:
    store = stocked("LANTERN")
    do(place_order, basket(("LANTERN", 1), external_reference="PO-7"), ADA, store)
    error = refused(basket(("LANTERN", 1), external_reference="PO-7"), store)
    assert (type(error), error.path) == (InvalidInput, ("input", "externalReference"))


def test_two_owners_may_use_the_same_external_reference() -> None:
    store = stocked("LANTERN")
    do(place_order, basket(("LANTERN", 1), external_reference="PO-7"), ADA, store)
    payload = do(place_order, basket(("LANTERN", 1), external_reference="PO-7"), BEN, store)
    assert payload.order is not None


def test_money_of_another_currency_names_the_shops() -> None:
    line = OrderLineInput("LANTERN", 1, expected_unit_price=MoneyInput("2.50", "USD"))
    error = refused(PlaceOrderInput(key(), (line,), ADDRESS), stocked("LANTERN"))
    assert error.message == "This shop trades in GBP."
