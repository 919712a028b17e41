"""The categories that products are listed under."""

from resolvers.context import Context
from resolvers.shapes.catalog import ProductCategory
from storage.catalog_reads import list_categories
from wiring.access import EVERYONE
from wiring.declarations import field


@field("Query.categories", access=EVERYONE, runs_in="browse")
def categories(context: Context) -> tuple[ProductCategory, ...]:
    """Every category with published products, by name. Eventually consistent."""
    return tuple(ProductCategory(name, count) for name, count in list_categories(context.store))
