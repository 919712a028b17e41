"""The two tables, defined once: the laptop creates them and CDK deploys them from these values.

Every table has the string keys `PK` and `SK`; an index has string keys of its own and projects only what a list shows.
"""

from domain.values import value


@value
class Index:
    """A global secondary index: its two key attributes and the attributes it projects beside them."""

    name: str
    partition: str
    sort: str
    projects: tuple[str, ...]


@value
class Table:
    """A table on demand, with its stream (new and old images) and TTL attribute."""

    name: str
    indexes: tuple[Index, ...]
    ttl: str = "ttl"


LIST_CARD = (
    "id", "number", "ref", "ownerKind", "ownerId", "status", "pay", "ful", "ret",
    "cur", "total", "cancelled", "units", "at", "pub", "version",
)  # fmt: skip
"""What a card in a list of orders shows, and nothing more: a projection pays its size again at each write."""

PRODUCT_CARD = ("id", "slug", "title", "category", "status", "variants", "pictures")

ORDERS = Table(
    name="orders",
    indexes=(
        Index("by-owner", partition="owner", sort="ownerAt", projects=LIST_CARD),
        Index("by-work", partition="work", sort="workAt", projects=(*LIST_CARD, "terms")),
    ),
)
CATALOG = Table(
    name="catalog",
    indexes=(
        Index("by-category", partition="shelf", sort="shelfAt", projects=PRODUCT_CARD),
        Index("by-title", partition="window", sort="windowAt", projects=PRODUCT_CARD),
    ),
)
TABLES = (ORDERS, CATALOG)
