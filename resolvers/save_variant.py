"""Add or change a variant of a product."""

from typing import Annotated

from domain.actors import ShopAction, groups_for
from domain.catalogue import with_variant
from domain.ids import Id
from domain.refusals import Refused, UserError
from domain.values import value
from resolvers.cataloguing import current, save
from resolvers.context import Context
from resolvers.create_product import Grams, LowStockAt, VariantInput, new_variant
from resolvers.shapes.catalog import ProductPayload
from resolvers.shapes.inputs import MoneyInput, Sku
from wiring.access import staff
from wiring.bounds import Length
from wiring.declarations import field


@value
class SaveVariantInput:
    """The variant as it shall be; its SKU says whether it is new."""

    product_id: Id
    """The product's id."""
    sku: Sku
    """Which variant: one of the product's, or a new one."""
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
    expected_version: int | None = None
    """Refuse with StaleVersion unless the product is still at this version."""


@field("Mutation.saveVariant", access=staff(*groups_for(ShopAction.EDIT_CATALOG)), runs_in="write")
def save_variant(input: SaveVariantInput, context: Context) -> ProductPayload:
    """Add a variant, or change its title, price or tax class. Orders being placed at the old price are refused."""
    context.require(ShopAction.EDIT_CATALOG)
    before = current(context, input.product_id, input.expected_version)
    wanted = VariantInput(
        input.sku, input.price, input.title, input.tax_class, input.weight_grams, input.low_stock_at
    )
    after = with_variant(before.product, new_variant(wanted, context, "input"))
    if isinstance(after, UserError):
        raise Refused(after)
    return save(context, before, after)
