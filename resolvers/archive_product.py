"""Take a product off the shelves."""

from dataclasses import replace

from domain.actors import ShopAction, groups_for
from domain.catalogue import ProductStatus
from domain.ids import Id
from domain.values import value
from resolvers.cataloguing import current, save
from resolvers.context import Context
from resolvers.shapes.catalog import ProductPayload
from resolvers.views import product_view
from wiring.access import staff
from wiring.declarations import field


@value
class ArchiveProductInput:
    """Which product."""

    product_id: Id
    """The product's id."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the product is still at this version."""


@field("Mutation.archiveProduct", access=staff(*groups_for(ShopAction.EDIT_CATALOG)), runs_in="write")
def archive_product(input: ArchiveProductInput, context: Context) -> ProductPayload:
    """Take a product off the shelves: nobody finds or buys it, orders of it go on. `publishProduct` puts it back."""
    context.require(ShopAction.EDIT_CATALOG)
    stored = current(context, input.product_id, input.expected_version)
    before = stored.product
    if before.status is ProductStatus.ARCHIVED:
        return ProductPayload(product_view(before, context))
    return save(context, stored, replace(before, status=ProductStatus.ARCHIVED, version=before.version + 1))
