"""Add a product to the catalogue."""

import hashlib
from dataclasses import replace
from typing import Annotated

from domain.actors import ShopAction, groups_for
from domain.catalogue import MAX_VARIANTS, Product, ProductStatus, Variant, slug_of, with_variant
from domain.ids import product_id
from domain.refusals import Refused, UserError, invalid
from domain.values import value
from resolvers.cataloguing import checked, refusals
from resolvers.commanding import conflict, payload_hash
from resolvers.context import Context
from resolvers.shapes.catalog import ProductPayload
from resolvers.shapes.inputs import IdempotencyKey, MoneyInput, Sku
from resolvers.views import product_view
from storage.catalog_reads import load_product
from storage.catalog_writes import CatalogMiss, write_product
from wiring.access import staff
from wiring.bounds import Between, Length, Matching
from wiring.declarations import field

Title = Annotated[str, Length(1, 200)]
Category = Annotated[str, Length(1, 60)]
Slug = Annotated[
    str, Matching(r"[a-z0-9]+(-[a-z0-9]+){0,30}", "small letters and digits, joined by single hyphens")
]

Grams = Annotated[int, Between(0, 10_000_000)]
LowStockAt = Annotated[int, Between(0, 1_000_000)]


@value
class VariantInput:
    """One thing that can be bought. The title may stay empty where the product has one variant."""

    sku: Sku
    """The shop's own code for it; no two are alike."""
    price: MoneyInput
    """Unit price, excluding tax."""
    title: Annotated[str, Length(0, 200)] = ""
    """What tells it from the product's other variants."""
    tax_class: str = "standard"
    """Which of the shop's tax rates it bears."""
    weight_grams: Grams = 0
    """What one unit weighs, in grams: what shipping costs may go by it. 0 where it is not known."""
    low_stock_at: LowStockAt = 0
    """Stock keepers are told once when no more units than these can be sold. At 0 they are not told."""


@value
class CreateProductInput:
    """A product with its first variants; `published` puts it up for sale at once. The slug is made from the title."""

    title: Title
    """Its name."""
    category: Category
    """The category that it is listed under."""
    slug: Slug | None = None
    """Its name in addresses of pages; made from the title where left out."""
    description: Annotated[str, Length(0, 2000)] = ""
    """More about it."""
    variants: Annotated[tuple[VariantInput, ...], Length(0, MAX_VARIANTS)] = ()
    """What can be bought of it."""
    published: bool = False
    """Whether customers can see and buy it at once."""
    idempotency_key: IdempotencyKey | None = None
    """The caller's own key of this command: sent again with the same body, it is done once."""


@field("Mutation.createProduct", access=staff(*groups_for(ShopAction.EDIT_CATALOG)), runs_in="write")
def create_product(input: CreateProductInput, context: Context) -> ProductPayload:
    """Add a product. A product without variants cannot be published."""
    context.require(ShopAction.EDIT_CATALOG)
    if input.published and not input.variants:
        raise Refused(invalid("A product without variants cannot be published.", "input", "published"))
    product = _product(input, context)
    digest = payload_hash(input)
    misses = write_product(context.store, None, product, digest)
    if CatalogMiss.PRODUCT in misses:
        return _replay(context, product.id, digest)
    if misses:
        raise Refused(*refusals(misses))
    return ProductPayload(product_view(product, context))


def _product(input: CreateProductInput, context: Context) -> Product:
    key = input.idempotency_key or context.store.token()
    identifier = product_id(context.secret, context.actor.id, key)
    slug = input.slug or f"{slug_of(input.title)}-{hashlib.sha256(identifier.encode()).hexdigest()[:6]}"
    product: Product | UserError = Product(identifier, slug, input.title, input.category, input.description)
    for position, variant in enumerate(input.variants):
        path = ("input", "variants", str(position))
        if isinstance(product, Product) and product.variant(variant.sku):
            raise Refused(invalid("This SKU stands here twice.", *path, "sku"))
        if isinstance(product, Product):
            product = with_variant(product, new_variant(variant, context, *path))
    if isinstance(product, UserError):
        raise Refused(product)
    status = ProductStatus.PUBLISHED if input.published else ProductStatus.DRAFT
    return replace(product, status=status, version=1)


def new_variant(input: VariantInput, context: Context, *path: str) -> Variant:
    """The variant of an input. Raises Refused(InvalidInput)."""
    price = input.price.minor(context.shop.currency, *path, "price")
    variant = Variant(
        input.sku,
        input.title,
        price,
        input.tax_class,
        weight_grams=input.weight_grams,
        low_stock_at=input.low_stock_at,
    )
    return checked(variant, context, *path)


def _replay(context: Context, identifier: str, digest: str) -> ProductPayload:
    stored = load_product(context.store, identifier, strong=True)
    if stored is None or stored.payload_hash != digest:
        raise Refused(conflict())
    return ProductPayload(product_view(stored.product, context), replayed=True)
