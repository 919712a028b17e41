"""Products: variants and their price versions, the words they are found by, their slugs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue import (
    MAX_TOKENS,
    MAX_VARIANTS,
    SLUG,
    Product,
    search_tokens,
    sellable,
    slug_of,
    with_variant,
)
from domain.refusals import InvalidInput
from tests import factories as make


def saved(product: Product, **variant: object) -> Product:
    after = with_variant(product, make.variant(**variant))  # type: ignore[arg-type]
    assert isinstance(after, Product), after
    return after


def test_a_new_variant_begins_at_price_version_1_whatever_is_said() -> None:
    after = saved(make.product(), sku="A", price_version=9)
    assert [(each.sku, each.price_version) for each in after.variants] == [("A", 1)]


@pytest.mark.parametrize(("price", "version"), [(1_000, 4), (1_001, 5)])
def test_the_price_version_rises_with_a_new_price_alone(price: int, version: int) -> None:
    before = make.product(make.variant("A", price=1_000, price_version=4))
    assert saved(before, sku="A", price=price, title="New").variants[0].price_version == version


def test_saving_a_variant_replaces_it_keeps_the_others_and_raises_the_products_version() -> None:
    before = make.product(make.variant("A"), make.variant("C"))
    after = saved(before, sku="B")
    assert [each.sku for each in after.variants] == ["A", "B", "C"]
    assert [each.sku for each in saved(after, sku="B", title="x").variants] == ["A", "B", "C"]
    assert after.version == before.version + 1


def test_one_variant_too_many_is_refused_but_a_known_one_may_change() -> None:
    full = make.product(*(make.variant(f"S{n:02d}") for n in range(MAX_VARIANTS)))
    assert isinstance(with_variant(full, make.variant("NEW")), InvalidInput)
    assert len(saved(full, sku="S00", price=5).variants) == MAX_VARIANTS


@pytest.mark.parametrize(
    ("variant_title", "title"), [("", "Lantern"), ("Lantern", "Lantern"), ("Red", "Lantern, Red")]
)
def test_a_sku_is_sold_under_the_products_title_and_its_own(variant_title: str, title: str) -> None:
    variant = make.variant(title=variant_title, price_version=3)
    entry = sellable(make.product(variant), variant)
    assert (entry.title, entry.price_version, entry.product_id) == (title, 3, "prd_a")


@pytest.mark.parametrize("published", [True, False])
def test_a_sku_is_for_sale_when_its_product_is_published(published: bool) -> None:
    assert sellable(make.product(make.variant(), published=published), make.variant()).published is published


def test_a_product_is_found_by_the_words_of_its_title_and_skus_each_once() -> None:
    product = make.product(make.variant("85123A"), make.variant("LAMP-1"), title="White LAMP & white T-light")
    assert search_tokens(product) == ("white", "lamp", "light", "85123a")


def test_only_the_first_words_are_searchable() -> None:
    product = make.product(title=" ".join(f"word{n}" for n in range(40)))
    assert search_tokens(product) == tuple(f"word{n}" for n in range(MAX_TOKENS))


@pytest.mark.parametrize(
    ("title", "slug"),
    [("WHITE METAL LANTERN", "white-metal-lantern"), ("!!!", "product"), ("  a  b ", "a-b")],
)
def test_a_slug_is_made_from_the_title(title: str, slug: str) -> None:
    assert slug_of(title) == slug


@given(st.text(max_size=200))
def test_every_slug_is_one_that_is_accepted_also_with_an_ending(title: str) -> None:
    assert SLUG.fullmatch(slug_of(title))
    assert SLUG.fullmatch(f"{slug_of(title)}-0a1b2c")
