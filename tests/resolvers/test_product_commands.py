"""Changing the catalogue: once for each key, never over another's slug or SKU, and prices that orders notice."""

from dataclasses import replace

import pytest

from domain.actors import Actor
from domain.catalogue import ProductStatus
from domain.ids import Id
from domain.refusals import (
    Busy,
    IdempotencyConflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    PriceChanged,
    StaleVersion,
)
from resolvers.create_product import CreateProductInput, VariantInput, create_product
from resolvers.place_order import OrderLineInput, place_order
from resolvers.products import products
from resolvers.publish_product import PublishProductInput, publish_product
from resolvers.save_variant import SaveVariantInput, save_variant
from resolvers.shapes.catalog import Product, ProductPayload
from resolvers.shapes.inputs import MoneyInput
from storage.stock_reads import load_stock
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
    in_between,
    key,
    refusal,
    reprice,
    staff,
    stocked,
)  # fmt: skip

LANTERN = CreateProductInput("Metal Lantern", "Home", variants=(VariantInput("LANTERN", gbp("3.39")),))


def create(store: Store, given: CreateProductInput = LANTERN, actor: Actor = ADMIN) -> ProductPayload:
    payload: ProductPayload = call(create_product, given, context(actor, store))
    return payload


def created(store: Store, given: CreateProductInput = LANTERN) -> Product:
    product = create(store, given).product
    assert product is not None
    return product


def save(store: Store, product: Product, sku: str, price: str, version: int | None = None) -> ProductPayload:
    given = SaveVariantInput(product.id, sku, gbp(price), expected_version=version)
    payload: ProductPayload = call(save_variant, given, context(ADMIN, store))
    return payload


def publish(store: Store, product_id: Id, version: int | None = None) -> ProductPayload:
    payload: ProductPayload = call(
        publish_product, PublishProductInput(product_id, version), context(ADMIN, store)
    )
    return payload


def test_a_product_begins_as_a_draft_with_its_stock_at_nothing() -> None:
    store = empty_store()
    product, stock = created(store), load_stock(store, "LANTERN")
    assert stock is not None
    assert (product.status, product.version, stock.on_hand) == (ProductStatus.DRAFT, 1, 0)


def test_a_keyed_creation_is_done_once() -> None:
    store, given = empty_store(), replace(LANTERN, idempotency_key=key())
    first, before = created(store, given), contents(store)
    again = create(store, given)
    assert (again.replayed, again.product, contents(store)) == (True, first, before)


def test_a_keyed_creation_answers_the_product_after_it_moved_on() -> None:
    store, given = empty_store(), replace(LANTERN, idempotency_key=key())
    product = created(store, given)
    save(store, product, "LANTERN", "9.99")
    publish(store, product.id)
    again = create(store, given)
    assert again.product is not None
    assert (again.replayed, again.product.version) == (True, 3)


def test_a_keyed_creation_with_another_body_is_a_conflict() -> None:
    store, given = empty_store(), replace(LANTERN, idempotency_key=key())
    created(store, given)
    before = contents(store)
    error = refusal(create(store, replace(given, title="Other")))
    assert (type(error), contents(store)) == (IdempotencyConflict, before)


def test_without_a_key_each_creation_is_a_product() -> None:
    store, bare = empty_store(), replace(LANTERN, variants=())
    assert created(store, bare).id != created(store, bare).id


def test_a_slug_that_another_product_has() -> None:
    store = empty_store()
    created(store, replace(LANTERN, slug="lantern"))
    before = contents(store)
    error = refusal(create(store, replace(LANTERN, slug="lantern", variants=())))
    assert (error.path, contents(store)) == (("input", "slug"), before)


def test_a_sku_that_another_product_has() -> None:
    store = empty_store()
    created(store)
    before = contents(store)
    error = refusal(create(store, replace(LANTERN, title="Other")))
    assert (error.path, contents(store)) == (("input", "sku"), before)


def test_a_sku_twice_in_one_product() -> None:
    error = refusal(create(empty_store(), replace(LANTERN, variants=LANTERN.variants * 2)))
    assert error.path == ("input", "variants", "1", "sku")


@pytest.mark.parametrize(
    "variant",
    [
        VariantInput("LANTERN", MoneyInput("3.39", "EUR")),
        VariantInput("LANTERN", gbp("-1.00")),
        VariantInput("LANTERN", gbp("3.390")),
        VariantInput("LANTERN", gbp("3.39"), tax_class="none"),
    ],
)
def test_a_variant_that_the_shop_cannot_sell(variant: VariantInput) -> None:
    store = empty_store()
    before = contents(store)
    error = refusal(create(store, replace(LANTERN, variants=(variant,))))
    assert (type(error), contents(store)) == (InvalidInput, before)


def test_a_product_of_forty_variants_is_one_write() -> None:
    many = tuple(VariantInput(f"S{number}", gbp("1.00")) for number in range(40))
    words = " ".join(f"word{number}" for number in range(20))
    assert (
        len(created(empty_store(), CreateProductInput(words, "Home", variants=many, published=True)).variants)
        == 40
    )


def test_a_variant_beyond_the_fortieth_is_refused() -> None:
    store = empty_store()
    many = tuple(VariantInput(f"S{number}", gbp("1.00")) for number in range(40))
    product = created(store, replace(LANTERN, variants=many))
    assert isinstance(refusal(save(store, product, "ONE-MORE", "1.00")), InvalidInput)


def test_a_new_price_raises_the_price_version_for_orders_too() -> None:
    store = stocked("LANTERN", price="2.50")
    reprice(store, "LANTERN", "3.00")
    line = OrderLineInput("LANTERN", 1, expected_unit_price=gbp("2.50"))
    error = refusal(do(place_order, replace(basket(("LANTERN", 1)), lines=(line,)), ADA, store))
    assert isinstance(error, PriceChanged)


def test_a_new_title_leaves_the_price_version() -> None:
    store = stocked("LANTERN", price="2.50")
    in_between(store, lambda: reprice(store, "LANTERN", "2.50"))
    assert do(place_order, basket(("LANTERN", 1)), ADA, store).order is not None


def test_a_saved_variant_keeps_its_stock() -> None:
    store = stocked("LANTERN", units=7)
    reprice(store, "LANTERN", "9.99")
    stock = load_stock(store, "LANTERN")
    assert stock is not None
    assert stock.available == 7


def test_a_variant_is_added_to_a_published_product_and_is_for_sale() -> None:
    store = stocked("LANTERN")
    (product,) = products(context(GUEST, store)).nodes
    save(store, product, "LANTERN-XL", "5.00")
    assert [variant.sku for variant in products(context(GUEST, store)).nodes[0].variants] == [
        "LANTERN",
        "LANTERN-XL",
    ]


def test_saving_by_a_version_that_has_gone_is_stale() -> None:
    store = empty_store()
    product = created(store)
    save(store, product, "LANTERN", "4.00", version=1)
    error = refusal(save(store, product, "LANTERN", "5.00", version=1))
    assert isinstance(error, StaleVersion)
    assert error.current_version == 2


def test_a_product_that_changes_meanwhile_is_busy_and_keeps_the_other_change() -> None:
    store = empty_store()
    product = created(store)
    in_between(store, lambda: save(store, product, "LANTERN", "4.00"))
    assert isinstance(refusal(save(store, product, "LANTERN", "5.00")), Busy)
    assert created_price(store, product) == "4.00"


def created_price(store: Store, product: Product) -> str:
    found = publish(store, product.id).product
    assert found is not None
    return found.variants[0].price.amount


def test_publishing_puts_a_product_on_the_shelf() -> None:
    store = empty_store()
    product = created(store)
    publish(store, product.id)
    assert [each.id for each in products(context(GUEST, store)).nodes] == [product.id]


def test_publishing_a_published_one_changes_nothing() -> None:
    store = empty_store()
    product = created(store)
    publish(store, product.id)
    before = contents(store)
    assert (publish(store, product.id).user_errors, contents(store)) == ((), before)


def test_a_product_without_variants_is_not_published() -> None:
    store = empty_store()
    product = created(store, replace(LANTERN, variants=()))
    assert isinstance(refusal(publish(store, product.id)), InvalidInput)


def test_a_product_that_is_not_there() -> None:
    assert isinstance(refusal(publish(empty_store(), Id("prd_nothing"))), NotFound)


@pytest.mark.parametrize("actor", [ADA, GUEST, staff("support"), staff("warehouse")])
def test_who_may_not_change_the_catalogue(actor: Actor) -> None:
    store = empty_store()
    before = contents(store)
    assert isinstance(refusal(create(store, actor=actor)), NotAllowed)
    assert contents(store) == before
