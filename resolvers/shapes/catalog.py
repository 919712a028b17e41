"""What the API shows of products and stock."""

from dataclasses import field

from domain.catalogue import ProductStatus
from domain.ids import Id
from domain.money import Money
from domain.pictures import PictureSize
from domain.refusals import UserError
from domain.values import value
from resolvers.shapes.orders import STAFF_ONLY


@value
class Variant:
    """One thing that can be bought, with its price excluding tax."""

    sku: str
    """The shop's own code for it; no two are alike."""
    title: str
    """What tells it from the product's other variants; may be empty."""
    price: Money
    """Unit price, excluding tax."""
    tax_class: str
    """Which of the shop's tax rates it bears."""
    weight_grams: int
    """What one unit weighs, in grams; 0 where it is not known."""
    low_stock_at: int | None = field(default=None, metadata=STAFF_ONLY)
    """Stock keepers are told when no more units than these can be sold; 0: they are not. Staff alone see it."""


@value
class ProductPicture:
    """One size of a product's picture (WebP)."""

    size: PictureSize
    """Which size."""
    url: str
    """Where it can be loaded."""
    width: int
    """In pixels."""
    height: int
    """In pixels."""


@value
class ProductCategory:
    """A category that products are listed under."""

    name: str
    """Its name: what `products(filter: {category})` takes."""
    products: int
    """How many published products it has."""


@value
class Product:
    """A product with its variants."""

    id: Id
    """The product's id: opaque, for ever the same."""
    slug: str
    """Its name in addresses of pages; no two are alike."""
    title: str
    """Its name."""
    category: str
    """The category that it is listed under."""
    variants: tuple[Variant, ...]
    """What can be bought of it, by SKU; at most 40."""
    pictures: tuple[ProductPicture, ...] = ()
    """Its picture in three sizes, smallest first; empty while it has none."""
    description: str | None = None
    """More about it; null if there is none, and on the cards of lists."""
    status: ProductStatus | None = field(default=None, metadata=STAFF_ONLY)
    """Whether customers can see and buy it; null for anybody but staff."""
    version: int | None = field(default=None, metadata=STAFF_ONLY)
    """Rises with each change; null for anybody but staff."""


@value
class ProductPayload:
    """The product after a mutation, or why it was refused."""

    product: Product | None = None
    """The product after the mutation; null where it was refused."""
    replayed: bool = False
    """Whether this very command had been done before."""
    user_errors: tuple[UserError, ...] = ()
    """Why it was refused; empty where it was not."""


@value
class StockLevel:
    """A SKU's units in a warehouse: `onHand` = available + reserved; `received` is cumulative."""

    sku: str
    """The SKU."""
    warehouse: str
    """The warehouse's code."""
    on_hand: int
    """Units in the warehouse: available and reserved."""
    available: int
    """Units that can be sold."""
    reserved: int
    """Units that placed orders wait for."""
    received: int
    """Units ever received; it only rises."""
    version: int
    """Rises with each change made by hand."""
    shards: int
    """Over how many counters the units are spread, so that many can buy at once; 1 unless it is hot."""


@value
class StockPayload:
    """The stock after a mutation, or why it was refused."""

    stock_level: StockLevel | None = None
    """The stock after the mutation; null where it was refused."""
    replayed: bool = False
    """Whether this very command had been done before."""
    user_errors: tuple[UserError, ...] = ()
    """Why it was refused; empty where it was not."""
