"""One product."""

from typing import Annotated

from domain.catalogue import ProductStatus
from domain.ids import Id
from domain.refusals import Refused, invalid
from resolvers.context import Context
from resolvers.shapes.catalog import Product
from resolvers.views import product_view
from storage.catalog_reads import find_product_id, load_product
from wiring.access import EVERYONE
from wiring.bounds import Length
from wiring.declarations import field


@field("Query.product", access=EVERYONE, runs_in="browse")
def product(
    context: Context, id: Id | None = None, slug: Annotated[str, Length(1, 250)] | None = None
) -> Product | None:
    """One product by its id or its slug. Null where there is none; drafts are shown to staff alone."""
    if (id is None) == (slug is None):
        raise Refused(invalid("Ask by id or by slug, one of them.", "id"))
    product_id = id if id is not None else find_product_id(context.store, str(slug))
    stored = load_product(context.store, product_id) if product_id else None
    if stored is None or (stored.product.status is not ProductStatus.PUBLISHED and not context.is_staff):
        return None
    return product_view(stored.product, context)
