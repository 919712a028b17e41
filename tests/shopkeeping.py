"""A shop for resolver tests: a context for any caller over an in-memory table, and products on its shelves."""

from datetime import UTC, datetime
from itertools import count

from domain.actors import Actor, ActorKind
from domain.order import PaymentTerms
from domain.shop import Shop, read_shop
from domain.stock import StockReason
from resolvers.adjust_stock import AdjustStockInput, adjust_stock
from resolvers.app import SHOP_FILE
from resolvers.context import Context
from resolvers.create_product import CreateProductInput, VariantInput, create_product
from resolvers.place_order import OrderLineInput, PlaceOrderInput, place_order
from resolvers.shapes.inputs import AddressInput, MoneyInput
from resolvers.shapes.orders import Order, OrderPayload
from storage.store import Store
from tests.fakes.dynamodb import FakeDynamoDB

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SHOP: Shop = read_shop(SHOP_FILE.read_text())
GUEST = Actor(ActorKind.GUEST, "guest")
ADA = Actor(ActorKind.CUSTOMER, "ada")
BEN = Actor(ActorKind.CUSTOMER, "ben")
ADDRESS = AddressInput("Ada", "1 Bell Lane", "London", "GB")

_keys = count(1)


def staff(*groups: str) -> Actor:
    """A member of staff of these groups."""
    return Actor(ActorKind.STAFF, f"staff-{'-'.join(groups)}", frozenset(groups))


ADMIN = staff("admin")


def empty_store() -> Store:
    """A store over fresh in-memory tables; its retries do not wait."""
    tokens = count(1)
    return Store(
        FakeDynamoDB().client,
        "orders",
        "catalog",
        SHOP.warehouse,
        sleep=lambda _seconds: None,
        dice=lambda: 0.5,
        token=lambda: f"token-{next(tokens)}",
    )


def context(actor: Actor = ADA, store: Store | None = None, now: datetime = NOW, *selection: str) -> Context:
    """A request of this actor."""
    return Context(
        actor, now, store or empty_store(), SHOP, b"a secret of the tests", "test", frozenset(selection)
    )


def key() -> str:
    """An idempotency key that no other test uses."""
    return f"test-key-{next(_keys):08d}"


def gbp(amount: str) -> MoneyInput:
    """An amount in pounds."""
    return MoneyInput(amount, "GBP")


def stocked(*skus: str, price: str = "2.50", units: int = 100) -> Store:
    """A store that sells these SKUs at one price, with this many units of each."""
    store = empty_store()
    for sku in skus:
        put_on_shelf(store, sku, price, units)
    return store


def put_on_shelf(store: Store, sku: str, price: str = "2.50", units: int = 100) -> None:
    """Sell one more SKU."""
    admin = context(ADMIN, store)
    variant = VariantInput(sku, gbp(price))
    created = create_product(
        CreateProductInput(f"Product {sku}", "Gifts", variants=(variant,), published=True), admin
    )
    assert not created.user_errors
    if units:
        assert not adjust_stock(AdjustStockInput(sku, units, StockReason.RECEIVED, key()), admin).user_errors


def basket(*lines: tuple[str, int], idempotency_key: str | None = None, **given: object) -> PlaceOrderInput:
    """What to order: pairs of SKU and quantity."""
    return PlaceOrderInput(
        idempotency_key=idempotency_key or key(),
        lines=tuple(OrderLineInput(sku, quantity) for sku, quantity in lines),
        shipping_address=ADDRESS,
        **{"payment_terms": PaymentTerms.ON_ACCOUNT} | given,  # type: ignore[arg-type]
    )


def placed(store: Store, actor: Actor = ADA, *lines: tuple[str, int]) -> Order:
    """An order that has just been placed."""
    payload: OrderPayload = place_order(basket(*lines or (("LANTERN", 2),)), context(actor, store))
    assert payload.order is not None, payload.user_errors
    return payload.order
