"""The shop file: what reads, and that each mistake is named."""

from pathlib import Path

import pytest

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


MISTAKES = [
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
