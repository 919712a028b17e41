"""Change what a product is called and where it is listed."""

from dataclasses import replace
from typing import Annotated

from domain.actors import ShopAction, groups_for
from domain.catalogue import Product
from domain.ids import Id
from domain.values import value
from resolvers.cataloguing import current, save
from resolvers.context import Context
from resolvers.create_product import Category, Title
from resolvers.shapes.catalog import ProductPayload
from resolvers.views import product_view
from wiring.access import staff
from wiring.bounds import Length
from wiring.declarations import field


@value
class UpdateProductInput:
    """What shall be different; what is left out stays. The slug never changes: pages are linked by it."""

    product_id: Id
    """The product's id."""
    title: Title | None = None
    """Its name."""
    category: Category | None = None
    """The category that it is listed under."""
    description: Annotated[str, Length(0, 2000)] | None = None
    """More about it; empty takes it away."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the product is still at this version."""


@field("Mutation.updateProduct", access=staff(*groups_for(ShopAction.EDIT_CATALOG)), runs_in="write")
def update_product(input: UpdateProductInput, context: Context) -> ProductPayload:
    """Change a product's title, category or description. Orders keep the titles that they were placed with."""
    context.require(ShopAction.EDIT_CATALOG)
    stored = current(context, input.product_id, input.expected_version)
    after = _changed(stored.product, input)
    if after == stored.product:
        return ProductPayload(product_view(after, context))
    return save(context, stored, replace(after, version=after.version + 1))


def _changed(product: Product, input: UpdateProductInput) -> Product:
    return replace(
        product,
        title=product.title if input.title is None else input.title,
        category=product.category if input.category is None else input.category,
        description=product.description if input.description is None else input.description,
    )
