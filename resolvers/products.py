"""Browse what is for sale."""

import re
from typing import Annotated, cast

from domain.refusals import Refused, UnsupportedFilter, invalid
from domain.values import value
from resolvers.context import Context
from resolvers.cursors import connection, seal, unseal
from resolvers.shapes.catalog import Product
from resolvers.shapes.lists import DEFAULT_PAGE, Connection, PageSize
from resolvers.views import product_view
from storage.attributes import Item
from storage.catalog_reads import ProductPage, list_category, list_window, search
from wiring.access import EVERYONE
from wiring.bounds import Length
from wiring.declarations import field
from wiring.encoding import encode


@value
class ProductsFilter:
    """Which products: of one category, or with a word of the title or SKU that begins like `search`. Not both."""

    category: Annotated[str, Length(1, 60)] | None = None
    """Only those of this category, spelt as the product has it."""
    search: Annotated[str, Length(2, 60)] | None = None
    """One word, or how it begins, of letters and digits."""


@field("Query.products", access=EVERYONE, runs_in="browse")
def products(
    context: Context,
    filter: ProductsFilter | None = None,
    first: PageSize = DEFAULT_PAGE,
    after: str | None = None,
) -> Connection[Product]:
    """Published products by title, or by the word found. Eventually consistent; cards leave the description out."""
    wanted = filter or ProductsFilter()
    listing = ["products", encode(wanted)]
    page = _page(context, wanted, first, cast(Item | None, unseal(context, listing, after)))
    nodes = tuple(
        (product_view(product, context), position)
        for product, position in zip(page.products, page.positions, strict=True)
    )
    resume = page.positions[-1] if page.more else None
    return connection(nodes, resume, lambda position: seal(context, listing, position))


def _page(context: Context, wanted: ProductsFilter, first: int, after: Item | None) -> ProductPage:
    if wanted.category is not None and wanted.search is not None:
        message = "Filter by category or by search, not by both."
        raise Refused(UnsupportedFilter("UNSUPPORTED_FILTER", message, ("filter",)))
    if wanted.category is not None:
        return list_category(context.store, wanted.category, first, after)
    if wanted.search is None:
        return list_window(context.store, first, after)
    words = re.findall(r"[a-z0-9]{2,}", wanted.search.lower())
    if len(words) != 1:
        raise Refused(invalid("Search for one word of at least two letters or digits.", "filter", "search"))
    return search(context.store, words[0], first, after)
