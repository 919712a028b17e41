"""A hot SKU for tests: flagged, sold, looked at shard by shard, and audited."""

from domain.actors import Actor, ActorKind
from domain.sharding import ORDERS_A_SHARD
from resolvers.set_stock_shards import SetStockShardsInput, set_stock_shards
from resolvers.shapes.catalog import StockLevel, StockPayload
from storage.stock_reads import SkuStock, load_sku_stock
from storage.store import Store
from tests.shopkeeping import ADMIN, call, context, put_on_shelf, stocked


def buyer(number: int) -> Actor:
    """A customer of their own."""
    return Actor(ActorKind.CUSTOMER, f"buyer-{number}")


def spread(store: Store, shards: int, sku: str = "LANTERN") -> StockLevel:
    """Spread a SKU over so many shards."""
    given = SetStockShardsInput(sku, shards * ORDERS_A_SHARD)
    payload: StockPayload = call(set_stock_shards, given, context(ADMIN, store))
    assert payload.stock_level is not None, payload.user_errors
    return payload.stock_level


def hot(shards: int, units: int = 100, *others: str) -> Store:
    """A shop that sells LANTERN over so many shards, and 100 each of other SKUs."""
    store = stocked("LANTERN", units=units)
    for sku in others:
        put_on_shelf(store, sku)
    spread(store, shards)
    return store


def parts(store: Store, sku: str = "LANTERN") -> SkuStock:
    """A SKU's stock by shard."""
    found = load_sku_stock(store, sku)
    assert found is not None
    return found


def available(store: Store, sku: str = "LANTERN") -> list[int]:
    """Units that can be sold, by part."""
    return [units for _, units in sorted(parts(store, sku).available.items())]


def reserved(store: Store, sku: str = "LANTERN") -> list[int]:
    """Units that orders wait for, by part."""
    return [stock.reserved for _, stock in sorted(parts(store, sku).parts.items())]
