"""Products, their variants and prices, and what placing needs to know of a SKU."""

import re
from dataclasses import replace
from enum import Enum

from domain.pictures import ProductPicture
from domain.refusals import UserError, invalid
from domain.sharding import Spread
from domain.values import value

SKU = re.compile(r"[A-Z0-9][A-Z0-9 ._-]{0,39}")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+){0,30}")
MAX_VARIANTS = 40
"""So that creating a product with all of them is one transaction of at most 100 items."""
MAX_TOKENS = 12
"""How many words of a product can be searched for: each is an item of the table."""


class ProductStatus(Enum):
    """Whether customers can see and buy a product."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    ARCHIVED = "ARCHIVED"


@value
class Variant:
    """One thing that can be bought. `price` in minor units, excluding tax; `price_version` rises with each new price.

    `weight_grams` is what shipping goes by where its price goes by weight; 0 where it is not known.
    `low_stock_at`: keepers are told when no more units than these can be sold; at 0 they are not told.
    """

    sku: str
    title: str
    price: int
    tax_class: str
    price_version: int = 1
    weight_grams: int = 0
    low_stock_at: int = 0


@value
class Product:
    """A product with its variants; `version` rises with each change. `pictures` are the sizes of its one picture.

    `picture_mark` says which upload they are of, and when it came: later ones have greater marks.
    """

    id: str
    slug: str
    title: str
    category: str
    description: str = ""
    status: ProductStatus = ProductStatus.DRAFT
    variants: tuple[Variant, ...] = ()
    version: int = 1
    pictures: tuple[ProductPicture, ...] = ()
    picture_mark: str = ""

    def variant(self, sku: str) -> Variant | None:
        """The variant with this SKU."""
        return next((variant for variant in self.variants if variant.sku == sku), None)


@value
class Sellable:
    """What placing an order needs to know of a SKU, in one item."""

    sku: str
    product_id: str
    title: str
    price: int
    price_version: int
    tax_class: str
    published: bool
    spread: Spread = Spread()
    weight_grams: int = 0
    low_stock_at: int = 0


def sellable(product: Product, variant: Variant) -> Sellable:
    """The SKU's own entry, kept beside the product."""
    title = product.title if variant.title in {"", product.title} else f"{product.title}, {variant.title}"
    return Sellable(
        sku=variant.sku,
        product_id=product.id,
        title=title,
        price=variant.price,
        price_version=variant.price_version,
        tax_class=variant.tax_class,
        published=product.status is ProductStatus.PUBLISHED,
        weight_grams=variant.weight_grams,
        low_stock_at=variant.low_stock_at,
    )


def with_variant(product: Product, variant: Variant) -> Product | UserError:
    """The product with this variant added or replaced; a new price gets the next price version."""
    before = product.variant(variant.sku)
    if before is None and len(product.variants) >= MAX_VARIANTS:
        return invalid(f"A product has at most {MAX_VARIANTS} variants.", "input", "sku")
    version = 1 if before is None else before.price_version + (before.price != variant.price)
    saved = replace(variant, price_version=version)
    others = tuple(each for each in product.variants if each.sku != variant.sku)
    ordered = tuple(sorted((*others, saved), key=lambda each: each.sku))
    return replace(product, variants=ordered, version=product.version + 1)


def search_tokens(product: Product) -> tuple[str, ...]:
    """The words by which a product is found: of its title and SKUs, lower case, each once, at most 12."""
    words = re.findall(r"[a-z0-9]{2,}", " ".join((product.title, *(v.sku for v in product.variants))).lower())
    return tuple(dict.fromkeys(words))[:MAX_TOKENS]


def slug_of(title: str) -> str:
    """A slug made from a title: `WHITE METAL LANTERN` is white-metal-lantern."""
    return "-".join(re.findall(r"[a-z0-9]+", title.lower())[:30]) or "product"
