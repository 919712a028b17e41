"""Values for tests, made with defaults: name what a test is about and leave out the rest."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.actors import Actor, ActorKind, Owner, OwnerKind
from domain.catalogue import Product, ProductStatus, Sellable, Variant
from domain.events import Event
from domain.lifecycle import EventType, FulfillmentStatus, OrderStatus, PaymentStatus
from domain.money import tax_on
from domain.order import (
    Address,
    Counters,
    Fulfillment,
    Line,
    Order,
    OrderFulfillmentStatus,
    OrderPaymentStatus,
    OrderReturnStatus,
    PaymentTerms,
    PriceSource,
    Totals,
)
from domain.payment import Payment, Refund
from domain.placing import Request, RequestedLine
from domain.shipping import ShippingMethod
from domain.shop import Shop

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
OWNER = Owner(OwnerKind.CUSTOMER, "customer-1")
CUSTOMER = Actor(ActorKind.CUSTOMER, OWNER.id)
STRANGER = Actor(ActorKind.CUSTOMER, "customer-2")
GUEST = Actor(ActorKind.GUEST, "guest")
SYSTEM = Actor(ActorKind.SYSTEM, "arn:aws:sts::111122223333:assumed-role/publisher/1")
ADDRESS = Address(
    name="Ada Example", line1="1 High Street", city="Leeds", country="GB", postal_code="LS1 1AA"
)


def staff(*groups: str) -> Actor:
    """A member of staff in these groups; of `admin` if none is named."""
    return Actor(ActorKind.STAFF, "staff-1", frozenset(groups or ("admin",)))


def line(
    id: str = "1",
    *,
    sku: str | None = None,
    quantity: int = 2,
    unit_price: int = 1_000,
    tax_rate: int = 2_000,
    discount: int = 0,
    price_source: PriceSource = PriceSource.LIST,
) -> Line:
    """A line; tax is what its rate makes of it."""
    tax = tax_on(unit_price * quantity - discount, tax_rate)
    return Line(
        id, sku or f"SKU-{id}", f"Thing {id}", quantity, unit_price, price_source, tax_rate, tax, discount
    )


def totals(lines: tuple[Line, ...], *, shipping: int = 395, cancelled: int = 0, **paid: int) -> Totals:
    """The totals of lines, with shipping at 20 % tax."""
    shipping_tax = tax_on(shipping, 2_000)
    return Totals(
        subtotal=sum(each.unit_price * each.quantity for each in lines),
        discount=sum(each.discount for each in lines),
        shipping=shipping,
        shipping_tax=shipping_tax,
        tax=sum(each.tax for each in lines) + shipping_tax,
        cancelled=cancelled,
        **paid,
    )


def order(
    *,
    lines: tuple[Line, ...] | None = None,
    status: OrderStatus = OrderStatus.PLACED,
    version: int = 1,
    counters: Mapping[str, Counters] | None = None,
    fulfillments: tuple[Fulfillment, ...] = (),
    money: Totals | None = None,
    owner: Owner = OWNER,
    terms: PaymentTerms = PaymentTerms.ON_ACCOUNT,
    payments: tuple[Payment, ...] = (),
    refunds: tuple[Refund, ...] = (),
) -> Order:
    """A placed order of two lines, on account: it ships without being paid."""
    lines = lines or (line("1"), line("2", quantity=3, unit_price=333))
    return Order(
        id="ord_a",
        number="B-00000001",
        owner=owner,
        currency="GBP",
        terms=terms,
        placed_at=NOW,
        lines=lines,
        totals=money or totals(lines),
        shipping_method="standard",
        payload_hash="hash",
        owner_key="owner-key",
        status=status,
        version=version,
        last_public=version,
        counters=counters or {},
        fulfillments=fulfillments,
        shipping_address=ADDRESS,
        payments=payments,
        refunds=refunds,
    )


def payment(
    number: int = 1,
    status: PaymentStatus = PaymentStatus.AUTHORIZED,
    *,
    amount: int = 3_000,
    authorized: int | None = None,
    captured: int = 0,
    **given: Any,
) -> Payment:
    """A payment at the test provider; what it holds, and that it is known there, as its status says."""
    held = status not in {
        PaymentStatus.CREATED,
        PaymentStatus.PENDING,
        PaymentStatus.ACTION_REQUIRED,
        PaymentStatus.FAILED,
    }
    known = {} if status is PaymentStatus.CREATED else {"reference": f"ref-{number}"}
    return Payment(
        f"pay_{number:04d}",
        "test",
        amount,
        "GBP",
        NOW,
        status,
        authorized=(amount if held else 0) if authorized is None else authorized,
        captured=captured,
        **known | {"asked": captured, "released": status is PaymentStatus.VOIDED} | given,
    )


def parcel(
    units: Mapping[str, int], id: str = "ful_0001", status: FulfillmentStatus = FulfillmentStatus.PENDING
) -> Fulfillment:
    """A parcel; times are set as its status says."""
    left = status in {FulfillmentStatus.SHIPPED, FulfillmentStatus.DELIVERED}
    return Fulfillment(
        id,
        status,
        units,
        created_at=NOW,
        shipped_at=NOW + timedelta(hours=1) if left else None,
        delivered_at=NOW + timedelta(days=1) if status is FulfillmentStatus.DELIVERED else None,
    )


def event(
    sequence: int = 2,
    type: EventType = EventType.ORDER_CONFIRMED,
    *,
    status: OrderStatus = OrderStatus.CONFIRMED,
    previous_public: int = 1,
    actor: Actor = CUSTOMER,
    owner: Owner = OWNER,
    data: Mapping[str, object] | None = None,
) -> Event:
    """An event of the factory's order."""
    return Event(
        order_id="ord_a",
        sequence=sequence,
        previous_public=previous_public,
        type=type,
        status=status,
        payment_status=OrderPaymentStatus.UNPAID,
        fulfillment_status=OrderFulfillmentStatus.UNFULFILLED,
        return_status=OrderReturnStatus.NONE,
        previous_status=OrderStatus.PLACED,
        occurred_at=NOW,
        actor_kind=actor.kind,
        actor_id=actor.id,
        owner_kind=owner.kind,
        owner_id=owner.id,
        owner_key="owner-key",
        data=data or {},
    )


def sellable(
    sku: str = "SKU-1", *, price: int = 1_000, tax_class: str = "standard", published: bool = True
) -> Sellable:
    """A SKU for sale."""
    return Sellable(sku, "prd_a", f"Thing {sku}", price, 1, tax_class, published)


def product(*variants: Variant, title: str = "Lantern", published: bool = False) -> Product:
    """A product of these variants."""
    status = ProductStatus.PUBLISHED if published else ProductStatus.DRAFT
    return Product("prd_a", "lantern", title, "lights", status=status, variants=variants)


def variant(sku: str = "SKU-1", *, title: str = "", price: int = 1_000, price_version: int = 1) -> Variant:
    """A variant."""
    return Variant(sku, title, price, "standard", price_version)


def shop(*, customers_on_account: bool = True, shipping: tuple[ShippingMethod, ...] | None = None) -> Shop:
    """A shop in pounds: standard 3.95, free from 50.00; abroad 12.50."""
    methods = (
        ShippingMethod("standard", "Standard", ("GB",), 395, 5_000),
        ShippingMethod("world", "Abroad", ("*",), 1_250, None),
    )
    return Shop(
        name="Test shop",
        currency="GBP",
        warehouse="MAIN",
        number_prefix="B-",
        order_expiry_minutes=120,
        customers_on_account=customers_on_account,
        tax_rates={"standard": 2_000, "reduced": 500, "zero": 0},
        shipping_tax_class="standard",
        shipping=methods if shipping is None else shipping,
    )


def request(
    *lines: RequestedLine,
    owner: Owner = OWNER,
    terms: PaymentTerms = PaymentTerms.PREPAID,
    country: str = "GB",
    shipping_method: str | None = None,
) -> Request:
    """A request for one unit of SKU-1, or for these lines."""
    address = Address(name="Ada Example", line1="1 High Street", city="Leeds", country=country)
    return Request(owner, lines or (RequestedLine("SKU-1", 1),), terms, address, shipping_method)
