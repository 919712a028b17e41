"""A shop for resolver tests: a context for any caller over an in-memory table, and products on its shelves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any, cast

from domain.actors import Actor, ActorKind
from domain.ids import Id
from domain.order import PaymentTerms
from domain.refusals import UserError
from domain.shop import Shop, read_shop
from domain.stock import StockReason
from resolvers.adjust_stock import AdjustStockInput, adjust_stock
from resolvers.app import SHOP_FILE
from resolvers.confirm_order import ConfirmOrderInput, confirm_order
from resolvers.context import Context
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.create_product import CreateProductInput, VariantInput, create_product
from resolvers.deliver_fulfillment import DeliverFulfillmentInput, deliver_fulfillment
from resolvers.place_order import OnBehalfOfInput, OrderLineInput, PlaceOrderInput, place_order
from resolvers.products import ProductsFilter, products
from resolvers.save_variant import SaveVariantInput, save_variant
from resolvers.shapes.catalog import ProductPayload, StockPayload
from resolvers.shapes.inputs import AddressInput, LineQuantityInput, MoneyInput
from resolvers.shapes.orders import Order, OrderPayload
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from storage.stock_reads import load_stock
from storage.store import Store
from tests.fakes.dynamodb import FakeDynamoDB
from wiring.dispatch import guarded

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SHOP: Shop = read_shop(SHOP_FILE.read_text())
GUEST = Actor(ActorKind.GUEST, "guest")
ADA = Actor(ActorKind.CUSTOMER, "ada")
BEN = Actor(ActorKind.CUSTOMER, "ben")
ADDRESS = AddressInput("Ada", "1 Bell Lane", "London", "GB")

FIRST_PARCEL = Id("ful_0001")

_keys = count(1)


def staff(*groups: str) -> Actor:
    """A member of staff of these groups."""
    return Actor(ActorKind.STAFF, f"staff-{'-'.join(groups)}", frozenset(groups))


ADMIN = staff("admin")


def empty_store(*, shards: int = 1) -> Store:
    """A store over fresh in-memory tables; its retries do not wait."""
    tokens = count(1)
    return Store(
        FakeDynamoDB(validate=False).client,
        "orders",
        "catalog",
        SHOP.warehouse,
        shards=shards,
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


def stocked(*skus: str, price: str = "2.50", units: int = 100, shards: int = 1) -> Store:
    """A store that sells these SKUs at one price, with this many units of each."""
    store = empty_store(shards=shards)
    for sku in skus:
        put_on_shelf(store, sku, price, units)
    return store


def fake(store: Store) -> FakeDynamoDB:
    """The in-memory tables behind a store."""
    return cast(FakeDynamoDB, store.client)


def contents(store: Store) -> object:
    """Everything that both tables hold: equal before and after what must change nothing."""
    return fake(store).items("orders"), fake(store).items("catalog")


def round_trips(store: Store, work: Callable[[], object]) -> list[str]:
    """The calls that this work sends to DynamoDB, by name."""
    before = len(fake(store).calls)
    work()
    return [name for name, _ in fake(store).calls[before:]]


def stock(store: Store, sku: str = "LANTERN") -> tuple[int, int]:
    """A SKU's units: available, reserved."""
    level = load_stock(store, sku)
    assert level is not None
    return level.available, level.reserved


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
    wanted = PlaceOrderInput(
        idempotency_key=idempotency_key or key(),
        lines=tuple(OrderLineInput(sku, quantity) for sku, quantity in lines),
        shipping_address=ADDRESS,
        payment_terms=PaymentTerms.ON_ACCOUNT,
    )
    return replace(wanted, **given)  # type: ignore[arg-type]


def refusal(payload: OrderPayload | ProductPayload | StockPayload) -> UserError:
    """The one refusal of a mutation that was refused."""
    assert len(payload.user_errors) == 1, payload
    return payload.user_errors[0]


def call(field_function: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Call a resolver as the dispatcher does: a refusal becomes the payload's `user_errors`."""
    return guarded(field_function)(*given, **named)


def do(
    command: Callable[..., OrderPayload], input: object, actor: Actor, store: Store, *selection: str
) -> OrderPayload:
    """Run a command on an order as this actor; a refusal becomes the payload's `user_errors`."""
    payload: OrderPayload = call(command, input, context(actor, store, NOW, *selection))
    return payload


def confirmed(store: Store, actor: Actor = ADA, *lines: tuple[str, int]) -> Order:
    """An order that staff have accepted."""
    return done(do(confirm_order, ConfirmOrderInput(placed(store, actor, *lines).id), ADMIN, store))


def packed(store: Store, actor: Actor = ADA, *lines: tuple[str, int]) -> Order:
    """A confirmed order whose open units are all in one parcel, ful_0001."""
    order = confirmed(store, actor, *lines)
    return done(do(create_fulfillment, CreateFulfillmentInput(order.id), ADMIN, store))


def shipped(store: Store, actor: Actor = ADA, *lines: tuple[str, int]) -> Order:
    """An order whose one parcel has left."""
    given = ShipFulfillmentInput(packed(store, actor, *lines).id, FIRST_PARCEL, "Bell Post", "T1")
    return done(do(ship_fulfillment, given, ADMIN, store))


def delivered(store: Store, actor: Actor = ADA, *lines: tuple[str, int]) -> Order:
    """An order that is completed: packed, shipped and delivered in one parcel."""
    given = DeliverFulfillmentInput(shipped(store, actor, *lines).id, FIRST_PARCEL)
    return done(do(deliver_fulfillment, given, ADMIN, store))


def units(order: Order, *quantities: int) -> tuple[LineQuantityInput, ...]:
    """Units of the order's lines, in their order; 0 leaves a line out."""
    pairs = zip(order.lines, quantities, strict=False)
    return tuple(LineQuantityInput(line.id, quantity) for line, quantity in pairs if quantity)


def done(payload: OrderPayload) -> Order:
    """The order of a mutation that was accepted."""
    assert payload.order is not None, payload.user_errors
    return payload.order


def placed(store: Store, actor: Actor = ADA, *lines: tuple[str, int]) -> Order:
    """An order that has just been placed."""
    return done(place_order(basket(*lines or (("LANTERN", 2),)), context(actor, store)))


def for_ada(wanted: PlaceOrderInput) -> PlaceOrderInput:
    """The same, placed by staff for Ada."""
    return replace(wanted, on_behalf_of=OnBehalfOfInput(customer_id=Id(ADA.id)))


def agreed(price: str, sku: str = "LANTERN") -> PlaceOrderInput:
    """One unit for Ada at a price that staff agreed."""
    line = OrderLineInput(sku, 1, agreed_unit_price=gbp(price))
    return replace(for_ada(basket((sku, 1))), lines=(line,))


def reprice(store: Store, sku: str, price: str) -> None:
    """Give a SKU another price."""
    found = products(context(GUEST, store), ProductsFilter(search=sku.lower())).nodes[0]
    assert not save_variant(SaveVariantInput(found.id, sku, gbp(price)), context(ADMIN, store)).user_errors


def in_between(store: Store, work: Callable[[], object], *, times: int = 1) -> None:
    """Do this between the next read and the write that follows it, as somebody else would; `times` writes long."""
    busy: list[bool] = []

    def hook(name: str, _request: object) -> None:
        if name == "transact_write_items" and not any(busy) and len(busy) < times:
            busy.append(True)
            work()
            busy[-1] = False

    fake(store).before(hook)
