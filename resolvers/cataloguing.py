"""What the catalogue's mutations share: load, write, and the words for what did not hold."""

from domain.catalogue import Product, Variant
from domain.refusals import Busy, Refused, StaleVersion, UserError, invalid, not_found
from resolvers.context import Context
from resolvers.shapes.catalog import ProductPayload
from resolvers.views import product_view
from storage.catalog_reads import StoredProduct, load_product
from storage.catalog_writes import CatalogMiss, write_product
from storage.transact import BUSY_PAUSE_MS


def current(context: Context, product_id: str, expected_version: int | None) -> StoredProduct:
    """The product as it is now. Raises Refused(NotFound, StaleVersion)."""
    stored = load_product(context.store, product_id, strong=True)
    if stored is None:
        raise Refused(not_found("product", "input", "productId"))
    version = stored.product.version
    if expected_version is not None and expected_version != version:
        message = f"The product is at version {version}: load it again and decide again."
        raise Refused(StaleVersion("STALE_VERSION", message, ("input", "expectedVersion"), version))
    return stored


def save(context: Context, before: StoredProduct, after: Product) -> ProductPayload:
    """Write a changed product; what its creation was asked for stays beside it. Raises Refused."""
    misses = write_product(context.store, before.product, after, before.payload_hash)
    if misses:
        raise Refused(*refusals(misses))
    return ProductPayload(product_view(after, context))


def refusals(misses: tuple[CatalogMiss, ...]) -> list[UserError]:
    """What failed conditions mean to the caller."""
    return [_REFUSALS[miss] for miss in dict.fromkeys(misses)]


def checked(variant: Variant, context: Context, *path: str) -> Variant:
    """The variant, if the shop knows its tax class. Raises Refused(InvalidInput)."""
    if variant.tax_class not in context.shop.tax_rates:
        known = ", ".join(context.shop.tax_rates)
        raise Refused(invalid(f"Tax classes of this shop: {known}.", *path, "taxClass"))
    return variant


_REFUSALS: dict[CatalogMiss, UserError] = {
    CatalogMiss.PRODUCT: Busy("BUSY", "The product changed meanwhile. Try again.", (), BUSY_PAUSE_MS),
    CatalogMiss.SLUG: invalid("Another product has this slug.", "input", "slug"),
    CatalogMiss.SKU: invalid("Another product has this SKU.", "input", "sku"),
}
