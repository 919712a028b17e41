"""Renaming, shelving and archiving products, and the list of categories that follows."""

from dataclasses import replace

import pytest

from domain.catalogue import ProductStatus
from domain.refusals import InvalidInput, NotAllowed, StaleVersion
from domain.stock import StockReason
from resolvers.adjust_stock import AdjustStockInput, adjust_stock
from resolvers.archive_product import ArchiveProductInput, archive_product
from resolvers.categories import categories
from resolvers.create_product import CreateProductInput, VariantInput, create_product
from resolvers.place_order import place_order
from resolvers.products import ProductsFilter, products
from resolvers.publish_product import PublishProductInput, publish_product
from resolvers.shapes.catalog import Product, ProductPayload
from resolvers.update_product import UpdateProductInput, update_product
from storage.store import Store
from tests.shopkeeping import (
    ADA,
    ADMIN,
    GUEST,
    basket,
    call,
    contents,
    context,
    do,
    empty_store,
    gbp,
    key,
    refusal,
    staff,
)  # fmt: skip

LANTERN = CreateProductInput(
    "Metal Lantern", "Home", variants=(VariantInput("LANTERN", gbp("3.39")),), published=True
)


@pytest.fixture
def store() -> Store:
    return empty_store()


@pytest.fixture
def lantern(store: Store) -> Product:
    return made(store, LANTERN)


def made(store: Store, given: CreateProductInput) -> Product:
    product: Product | None = call(create_product, given, context(ADMIN, store)).product
    assert product is not None
    return product


def update(store: Store, product: Product, actor: object = ADMIN, **changes: object) -> ProductPayload:
    payload: ProductPayload = call(
        update_product, UpdateProductInput(product.id, **changes), context(actor, store)
    )
    return payload


def archive(store: Store, product: Product) -> ProductPayload:
    payload: ProductPayload = call(archive_product, ArchiveProductInput(product.id), context(ADMIN, store))
    return payload


def found(store: Store, **filter: str) -> list[str]:
    return [node.title for node in products(context(GUEST, store), ProductsFilter(**filter)).nodes]


def shelves(store: Store) -> list[tuple[str, int]]:
    return [(each.name, each.products) for each in categories(context(GUEST, store))]


def test_a_renamed_product_is_found_by_its_new_words_alone(store: Store, lantern: Product) -> None:
    update(store, lantern, title="Brass Lamp")

    assert (found(store, search="brass"), found(store, search="metal")) == (["Brass Lamp"], [])
    assert found(store, search="lantern") == ["Brass Lamp"]  # its SKU


def test_orders_are_placed_with_the_new_title(store: Store, lantern: Product) -> None:
    update(store, lantern, title="Brass Lamp")
    received = AdjustStockInput("LANTERN", 5, StockReason.RECEIVED, key())
    assert not call(adjust_stock, received, context(ADMIN, store)).user_errors
    from_now = do(place_order, basket(("LANTERN", 1)), ADA, store)

    assert from_now.order is not None, from_now.user_errors
    assert from_now.order.lines[0].title == "Brass Lamp"


def test_a_product_moves_to_another_category(store: Store, lantern: Product) -> None:
    update(store, lantern, category="Garden")

    assert (found(store, category="Garden"), found(store, category="Home")) == (["Metal Lantern"], [])
    assert shelves(store) == [("Garden", 1)]


def test_what_is_left_out_stays_and_empty_takes_away(store: Store, lantern: Product) -> None:
    update(store, lantern, description="Made by hand.")
    after = update(store, lantern, description="").product

    assert after is not None
    assert (after.title, after.category, after.description, after.version) == (
        "Metal Lantern",
        "Home",
        None,
        3,
    )


def test_no_change_writes_nothing(store: Store, lantern: Product) -> None:
    before = contents(store)
    payload = update(store, lantern, title="Metal Lantern")

    assert payload.product is not None
    assert contents(store) == before


def test_a_stale_version_is_refused(store: Store, lantern: Product) -> None:
    update(store, lantern, title="Brass Lamp")

    assert type(refusal(update(store, lantern, title="Tin Lamp", expected_version=1))) is StaleVersion


def test_an_archived_product_is_neither_found_nor_sold_and_comes_back(store: Store, lantern: Product) -> None:
    payload = archive(store, lantern)
    assert payload.product is not None
    assert payload.product.status is ProductStatus.ARCHIVED
    assert (found(store), found(store, search="lantern"), shelves(store)) == ([], [], [])
    assert type(refusal(do(place_order, basket(("LANTERN", 1)), ADA, store))) is InvalidInput

    call(publish_product, PublishProductInput(lantern.id), context(ADMIN, store))
    assert (found(store), found(store, search="lantern"), shelves(store)) == (
        ["Metal Lantern"], ["Metal Lantern"], [("Home", 1)],
    )  # fmt: skip


def test_archiving_twice_changes_nothing(store: Store, lantern: Product) -> None:
    archive(store, lantern)
    before = contents(store)

    assert archive(store, lantern).product is not None
    assert contents(store) == before


def test_categories_count_what_is_published(store: Store, lantern: Product) -> None:
    made(store, replace(LANTERN, title="Tin", variants=(VariantInput("TIN", gbp("1.00")),)))
    made(
        store, replace(LANTERN, title="Pot", category="Garden", variants=(VariantInput("POT", gbp("1.00")),))
    )
    made(store, CreateProductInput("Draft", "Secret"))

    assert shelves(store) == [("Garden", 1), ("Home", 2)]


@pytest.mark.parametrize("groups", [("support",), ("warehouse",), ("finance",)])
def test_others_may_not_change_the_catalogue(store: Store, lantern: Product, groups: tuple[str, ...]) -> None:
    before = contents(store)
    assert type(refusal(update(store, lantern, staff(*groups), title="Mine"))) is NotAllowed
    assert contents(store) == before
