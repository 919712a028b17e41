"""What the API shows of products and stock."""

from dataclasses import dataclass, field

from domain.catalogue import ProductStatus
from domain.ids import Id
from domain.money import Money
from domain.refusals import UserError
from resolvers.shapes.orders import STAFF_ONLY


@dataclass(frozen=True, slots=True)
class Variant:
    """One thing that can be bought, with its price excluding tax."""

    sku: str
    title: str
    price: Money
    tax_class: str


@dataclass(frozen=True, slots=True)
class Product:
    """A product with its variants."""

    id: Id
    slug: str
    title: str
    category: str
    variants: tuple[Variant, ...]
    description: str | None = None
    status: ProductStatus | None = field(default=None, metadata=STAFF_ONLY)
    version: int | None = field(default=None, metadata=STAFF_ONLY)


@dataclass(frozen=True, slots=True)
class ProductPayload:
    """The product after a mutation, or why it was refused."""

    product: Product | None = None
    replayed: bool = False
    user_errors: tuple[UserError, ...] = ()


@dataclass(frozen=True, slots=True)
class StockLevel:
    """A SKU's units in a warehouse: `onHand` = available + reserved; `received` is cumulative."""

    sku: str
    warehouse: str
    on_hand: int
    available: int
    reserved: int
    received: int
    version: int


@dataclass(frozen=True, slots=True)
class StockPayload:
    """The stock after a mutation, or why it was refused."""

    stock_level: StockLevel | None = None
    replayed: bool = False
    user_errors: tuple[UserError, ...] = ()
