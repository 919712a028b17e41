"""Put a product up for sale."""

from dataclasses import replace

from domain.actors import ShopAction, groups_for
from domain.catalogue import ProductStatus
from domain.ids import Id
from domain.refusals import Refused, invalid
from domain.values import value
from resolvers.cataloguing import current, save
from resolvers.context import Context
from resolvers.shapes.catalog import ProductPayload
from resolvers.views import product_view
from wiring.access import staff
from wiring.declarations import field


@value
class PublishProductInput:
    """Which product."""

    product_id: Id
    """The product's id."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the product is still at this version."""


@field("Mutation.publishProduct", access=staff(*groups_for(ShopAction.EDIT_CATALOG)), runs_in="write")
def publish_product(input: PublishProductInput, context: Context) -> ProductPayload:
    """Put a product with at least one variant up for sale. Publishing a published one changes nothing."""
    context.require(ShopAction.EDIT_CATALOG)
    stored = current(context, input.product_id, input.expected_version)
    before = stored.product
    if before.status is ProductStatus.PUBLISHED:
        return ProductPayload(product_view(before, context))
    if not before.variants:
        raise Refused(invalid("A product without variants cannot be published.", "input", "productId"))
    return save(context, stored, replace(before, status=ProductStatus.PUBLISHED, version=before.version + 1))
