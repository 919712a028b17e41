"""Products into the shop: what is sent, what is taken as done, what ends it."""

import pytest
from replay_fakes import CountedPhases, FakeApi, payload

from cli.replay.catalogue import Product
from cli.replay.categories import category_of
from cli.replay.countries import country_code
from cli.replay.importing import BATCH, ImportRefused, Stocked, import_products
from cli.seed import AT_LEAST, demo_product


def product(sku="22423", pence=1275, units=6):
    return Stocked(sku, "CAKESTAND", "Kitchen", pence, units, f"receipt-of-{sku:0>10}")


def shop(made=None, received=None):
    def answer(_, variables):
        stock = {"stockLevel": None if received else {"received": 7}}
        return {name: payload(made) if name[0] == "p" else payload(received, **stock) for name in variables}

    return FakeApi(answer)


async def imported(api, *products):
    phases = CountedPhases()
    return await import_products(api, "admin", products, phases)


async def test_product_is_sent_published_with_its_price_and_stock():
    api = shop()
    await imported(api, product())
    ((_, sent, _),) = api.asked
    assert (sent["p0"]["published"], sent["p0"]["variants"][0]["price"]["amount"]) == (True, "12.75")
    assert (sent["s0"]["delta"], sent["s0"]["reason"], sent["s0"]["idempotencyKey"]) == (
        6,
        "RECEIVED",
        "receipt-of-0000022423",
    )


async def test_several_products_travel_in_one_request():
    api = shop()
    await imported(api, *[product(str(sku)) for sku in range(BATCH + 1)])
    assert [len(sent) for _, sent, _ in api.asked] == [2 * BATCH, 2]


async def test_product_that_is_there_as_another_is_no_failure_and_noted():
    assert (await imported(shop(made="IdempotencyConflict"), product())).other == {"22423"}


async def test_units_received_in_all_are_kept():
    done = await imported(shop(), product())
    assert (done.received, done.other) == ({"22423": 7}, set())


async def test_refused_product_is_named():
    with pytest.raises(ImportRefused, match="Product 22423 could not be made"):
        await imported(shop(made="InvalidInput"), product())


async def test_refused_stock_is_named():
    with pytest.raises(ImportRefused, match="Stock of 22423 could not be received"):
        await imported(shop(received="IdempotencyConflict"), product())


def test_product_key_depends_on_the_sku_alone():
    assert product(pence=1).key == product(pence=2, units=9).key != product("85123A").key


def test_demo_stock_is_enough_to_buy():
    assert demo_product(Product("1", "LANTERN", 100, 3), "digest").units == AT_LEAST
    assert demo_product(Product("1", "LANTERN", 100, 300), "digest").units == 300


def test_demo_receipt_is_not_the_replays():
    assert (
        demo_product(Product("1", "LANTERN", 100, 3), "a").stock_key
        != demo_product(Product("1", "LANTERN", 100, 3), "b").stock_key
    )


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("WHITE HANGING HEART T-LIGHT HOLDER", "Lights & candles"),
        ("Lunch bag red retrospot", "Bags"),
        ("SWEETHEART", "Gifts"),
        ("£ ODDITY", "Gifts"),
    ],
)
def test_category_comes_from_whole_words(title, category):
    assert category_of(title) == category


@pytest.mark.parametrize(("name", "code"), [("United Kingdom", "GB"), ("EIRE", "IE"), ("Unspecified", "ZZ")])
def test_country_codes(name, code):
    assert country_code(name) == code
