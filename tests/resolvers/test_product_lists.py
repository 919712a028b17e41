"""Browsing: published products by title, by category and by word, over pages; drafts are for staff alone."""

from functools import partial
from typing import Any

import pytest

from domain.actors import Actor
from domain.refusals import InvalidCursor, InvalidInput, Refused, UnsupportedFilter
from resolvers.create_product import CreateProductInput, VariantInput, create_product
from resolvers.product import product
from resolvers.products import ProductsFilter, products
from resolvers.shapes.catalog import Product
from storage.store import Store
from tests.shopkeeping import ADA, ADMIN, GUEST, context, empty_store, gbp, staff

TITLES = ("Metal Lantern", "Bell Jar", "Garden Bell", "Soap", "Wooden Lantern", "Metal Bucket")


def created(store: Store, title: str, category: str = "Gifts", *, published: bool = True) -> Product:
    sku = title.upper().replace(" ", "-")
    variants = (VariantInput(sku, gbp("2.50")),)
    given = CreateProductInput(title, category, variants=variants, published=published)
    made = create_product(given, context(ADMIN, store)).product
    assert made is not None
    return made


@pytest.fixture
def shelf() -> Store:
    store = empty_store()
    for position, title in enumerate(TITLES):
        created(store, title, "Gifts" if position % 2 else "Home")
    created(store, "Secret Lantern", published=False)
    return store


def titles(store: Store, first: int = 20, **wanted: Any) -> list[str]:
    """The titles of a whole list, page by page."""
    page = partial(products, context(GUEST, store), ProductsFilter(**wanted))
    found = page(first=first)
    names = [node.title for node in found.nodes]
    while found.page_info.has_next_page:
        found = page(first=first, after=found.page_info.end_cursor)
        names += [node.title for node in found.nodes]
    return names


@pytest.mark.parametrize("first", [1, 2, 20])
def test_products_come_by_title(shelf: Store, first: int) -> None:
    assert titles(shelf, first) == sorted(TITLES)


@pytest.mark.parametrize("first", [1, 20])
def test_products_of_a_category(shelf: Store, first: int) -> None:
    assert titles(shelf, first, category="Home") == ["Garden Bell", "Metal Lantern", "Wooden Lantern"]


@pytest.mark.parametrize("first", [1, 20])
def test_products_with_a_word_that_begins_so(shelf: Store, first: int) -> None:
    assert set(titles(shelf, first, search="LANT")) == {"Metal Lantern", "Wooden Lantern"}


def test_products_are_found_by_the_words_of_their_sku(shelf: Store) -> None:
    assert titles(shelf, search="bucket") == ["Metal Bucket"]


def test_a_word_that_nothing_has(shelf: Store) -> None:
    assert titles(shelf, search="zzz") == []


def test_category_and_search_together_are_refused(shelf: Store) -> None:
    with pytest.raises(Refused) as refused:
        titles(shelf, category="Home", search="bell")
    assert isinstance(refused.value.refusals[0], UnsupportedFilter)


@pytest.mark.parametrize("words", ["two words", "--"])
def test_a_search_is_one_word(shelf: Store, words: str) -> None:
    with pytest.raises(Refused) as refused:
        titles(shelf, search=words)
    assert isinstance(refused.value.refusals[0], InvalidInput)


def test_a_cursor_of_another_list_is_refused(shelf: Store) -> None:
    cursor = products(context(GUEST, shelf), first=1).page_info.end_cursor
    with pytest.raises(Refused) as refused:
        products(context(GUEST, shelf), ProductsFilter(category="Home"), after=cursor)
    assert isinstance(refused.value.refusals[0], InvalidCursor)


def test_a_product_is_read_by_id_and_by_slug() -> None:
    store = empty_store()
    made = created(store, "Metal Lantern")
    guest = context(GUEST, store)
    by_id, by_slug = product(guest, id=made.id), product(guest, slug=made.slug)
    assert by_id is not None
    assert (by_id, by_id.title) == (by_slug, "Metal Lantern")


@pytest.mark.parametrize(("actor", "seen"), [(GUEST, False), (ADA, False), (staff("catalog"), True)])
def test_a_draft_is_shown_to_staff_alone(actor: Actor, seen: bool) -> None:
    store = empty_store()
    made = created(store, "Secret", published=False)
    assert (product(context(actor, store), id=made.id) is not None) == seen


def test_customers_are_not_told_status_and_version() -> None:
    store = empty_store()
    found = product(context(ADA, store), id=created(store, "Soap").id)
    assert found is not None
    assert (found.status, found.version) == (None, None)


@pytest.mark.parametrize("given", [{}, {"id": "prd_1", "slug": "soap"}])
def test_a_product_is_asked_for_by_one_of_them(given: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        product(context(GUEST), **given)


@pytest.mark.parametrize("given", [{"id": "prd_nothing"}, {"slug": "nothing"}])
def test_no_such_product_is_null(given: dict[str, Any]) -> None:
    assert product(context(GUEST), **given) is None
