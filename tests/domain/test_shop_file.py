"""The shop file: what reads, and that each mistake is named."""

from pathlib import Path

import pytest

from domain.shipping import Goods
from domain.shop import ShopFileError, read_shop

GOOD = """
name = "Test"
currency = "GBP"
warehouse = "MAIN"
number_prefix = "T-"
order_expiry_minutes = 60
customers_on_account = false
shipping_tax_class = "standard"
[tax]
standard = "17.5"
[[shipping]]
id = "post"
title = "Post"
countries = ["GB", "IE"]
price = "3.95"
free_from = "50.00"
[[shipping]]
id = "world"
title = "World"
countries = ["*"]
price = "9.00"
"""


def test_the_committed_file_reads() -> None:
    shop = read_shop((Path(__file__).parents[2] / "shop.toml").read_text())
    assert shop.currency == "GBP"
    assert {method.id for method in shop.shipping_to("GB")} == {"standard", "express", "world"}


def test_percentages_and_prices_become_whole_numbers() -> None:
    shop = read_shop(GOOD)
    assert shop.tax_rates == {"standard": 1_750}
    assert [(method.price, method.free_from) for method in shop.shipping] == [(395, 5_000), (900, None)]


def test_a_country_is_served_by_its_own_methods_and_by_those_for_all() -> None:
    shop = read_shop(GOOD)
    assert [method.id for method in shop.shipping_to("IE")] == ["post", "world"]
    assert [method.id for method in shop.shipping_to("US")] == ["world"]


def test_payments_are_tried_out_until_the_shop_chooses_a_provider() -> None:
    chosen = GOOD.replace("[tax]", 'payment_provider = "stripe"\n[tax]')
    assert [read_shop(text).payment_provider for text in (GOOD, chosen)] == ["test", "stripe"]


RATED = GOOD.replace(
    'price = "9.00"',
    'by = "weight"\nrates = [{ upto = 2000, price = "4.00" }, { upto = 10000, price = "9.00" }]',
).replace(
    'price = "3.95"\nfree_from = "50.00"',
    'by = "total"\nfree_from = "90.00"\nrates = [{ upto = "20.00", price = "5.00" }, { price = "2.50" }]',
)


@pytest.mark.parametrize(("grams", "cost"), [(0, 400), (2_000, 400), (2_001, 900), (10_000, 900)])
def test_a_weight_is_priced_up_to_and_with_its_bound(grams: int, cost: int) -> None:
    assert read_shop(RATED).shipping[1].cost(Goods(99_999, grams)) == cost


def test_what_is_heavier_than_the_last_bound_is_not_taken() -> None:
    shop = read_shop(RATED)
    assert shop.shipping[1].cost(Goods(0, 10_001)) is None
    assert [method.id for method in shop.shipping_for("GB", Goods(0, 10_001))] == ["post"]
    assert shop.shipping_for("US", Goods(0, 10_001)) == ()


@pytest.mark.parametrize(("total", "cost"), [(0, 500), (2_000, 500), (2_001, 250), (8_999, 250), (9_000, 0)])
def test_a_subtotal_is_priced_up_to_and_with_its_bound_and_may_be_free(total: int, cost: int) -> None:
    assert read_shop(RATED).shipping[0].cost(Goods(total, 10**6)) == cost


RATE_MISTAKES = [
    ('by = "weight"', "", "by"),
    ('by = "weight"', 'by = "size"', "by"),
    ('by = "weight"', 'by = "weight"\nprice = "1.00"', "price"),
    ("upto = 2000", "upto = 20000", "rates"),
    ("upto = 2000, ", "", "rates"),
    ("upto = 2000", 'upto = "2000"', "upto"),
    ("upto = 2000", "up_to = 2000", "rates"),
    ('price = "4.00"', 'price = "4"', "rates.price"),
]


@pytest.mark.parametrize(("right", "wrong", "named"), RATE_MISTAKES)
def test_a_mistake_in_rates_is_named_by_its_method_and_key(right: str, wrong: str, named: str) -> None:
    assert right in RATED
    with pytest.raises(ShopFileError, match=f"shipping 2: {named}"):
        read_shop(RATED.replace(right, wrong, 1))


@pytest.mark.parametrize(
    "wrong",
    [
        "order_token_keys = []",
        'order_token_keys = ["K.1"]',
        'order_token_keys = ["a", "a"]',
        "order_token_days = true",
        "cart_days = 0",
    ],
)
def test_a_mistake_in_what_may_be_left_out_is_named(wrong: str) -> None:
    with pytest.raises(ShopFileError, match=wrong.split(" ", 1)[0]):
        read_shop(wrong + GOOD)


def test_what_may_be_left_out_has_defaults() -> None:
    shop = read_shop(GOOD)
    assert (shop.order_token_keys, shop.order_token_days, shop.cart_days) == (("k1",), 90, 30)


MISTAKES = [
    ("[tax]", 'payment_provider = "strpe"\n[tax]', "payment_provider"),
    ("[tax]", "payment_provider = 1\n[tax]", "payment_provider"),
    ('name = "Test"', 'name = ""', "name"),
    ('name = "Test"', "name = 7", "name"),
    ('name = "Test"\n', "", "name"),
    ('name = "Test"', 'name = "Test"\nnmae = "x"', "nmae"),
    ('currency = "GBP"', 'currency = "gbp"', "currency"),
    ('currency = "GBP"', "currency = true", "currency"),
    ('warehouse = "MAIN"', 'warehouse = "main"', "warehouse"),
    ('number_prefix = "T-"', 'number_prefix = "TOO-LONG"', "number_prefix"),
    ("order_expiry_minutes = 60", "order_expiry_minutes = 0", "order_expiry_minutes"),
    ("order_expiry_minutes = 60", "order_expiry_minutes = true", "order_expiry_minutes"),
    ("order_expiry_minutes = 60", 'order_expiry_minutes = "60"', "order_expiry_minutes"),
    ("customers_on_account = false", "customers_on_account = 0", "customers_on_account"),
    ('shipping_tax_class = "standard"', 'shipping_tax_class = "other"', "shipping_tax_class"),
    ('[tax]\nstandard = "17.5"', "[tax]", "tax"),
    ('[tax]\nstandard = "17.5"', 'tax = "17.5"', "tax"),
    ('standard = "17.5"', 'standard = "17.555"', "tax.standard"),
    ('standard = "17.5"', 'standard = "17.50000000000000000000000000000001"', "tax.standard"),
    ('standard = "17.5"', 'standard = "-1"', "tax.standard"),
    ('standard = "17.5"', 'standard = "100.01"', "tax.standard"),
    ('standard = "17.5"', 'standard = "lots"', "tax.standard"),
    ('standard = "17.5"', "standard = nan", "tax.standard"),
    ('standard = "17.5"', "standard = inf", "tax.standard"),
    ('standard = "17.5"', 'standard = "1e999999999"', "tax.standard"),
    ('standard = "17.5"', "standard = true", "tax.standard"),
    ('id = "post"', 'id = "Post!"', "shipping 1: id"),
    ('id = "world"', 'id = "post"', "shipping.id: 'post' stands here twice"),
    ('title = "World"\n', "", "shipping 2: title"),
    ('countries = ["*"]', "countries = []", "shipping 2: countries"),
    ('countries = ["*"]', 'countries = ["gb"]', "shipping 2: countries"),
    ('countries = ["*"]', "countries = [44]", "shipping 2: countries"),
    ('countries = ["*"]', 'countries = "*"', "shipping 2: countries"),
    ('price = "9.00"\n', "", "shipping 2: price"),
    ('price = "9.00"', 'price = "9"', "shipping 2: price"),
    ('price = "9.00"', 'price = "-9.00"', "shipping 2: price"),
    ('free_from = "50.00"', 'free_from = "50"', "shipping 1: free_from"),
    ('free_from = "50.00"', 'free_from = "-50.00"', "shipping 1: free_from"),
    ('free_from = "50.00"', 'free_form = "50.00"', "shipping 1: free_form"),
    (GOOD[GOOD.index("[[shipping]]") :], "", "shipping"),
    (GOOD[GOOD.index("[tax]") :], 'shipping = ["post"]\n[tax]\nstandard = "0"\n', "shipping 1"),
]


@pytest.mark.parametrize(("right", "wrong", "named"), MISTAKES)
def test_a_mistake_is_named_by_its_key(right: str, wrong: str, named: str) -> None:
    assert right in GOOD
    with pytest.raises(ShopFileError) as caught:
        read_shop(GOOD.replace(right, wrong, 1))
    assert str(caught.value).lstrip("[").startswith(named)


def test_what_is_no_toml_is_said_to_be_none() -> None:
    with pytest.raises(ShopFileError, match="not TOML"):
        read_shop("name = ")
