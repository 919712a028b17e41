"""From the domain's values to what the API shows of them to this caller."""

from collections.abc import Iterable, Mapping

from domain.actors import OwnerKind
from domain.catalogue import Product as DomainProduct
from domain.commands import offers
from domain.events import Event, Visibility, public_view
from domain.ids import Id, Json
from domain.money import money
from domain.order import Fulfillment as Parcel
from domain.order import Line, OrderReturnStatus, fulfillment_status
from domain.order import Order as DomainOrder
from domain.paid import owes_refund, owes_void, payment_status
from domain.stock import Move, Stock, by_sku
from resolvers.context import Context
from resolvers.payment_views import payments_view, refunds_view, totals_view
from resolvers.shapes.catalog import Product, ProductPicture, StockLevel, Variant
from resolvers.shapes.orders import (
    AvailableAction,
    CancelPreview,
    Fulfillment,
    FulfillmentLine,
    Order,
    OrderEventEntry,
    OrderLine,
    OrderSummary,
    SkuQuantity,
)
from storage.order_lists import OrderCard

_CUSTOMERS_SEE = frozenset(
    {
        "fulfillmentId", "carrier", "tracking", "units", "reason", "lines", "total",
        "paymentId", "refundId", "amount", "authorized", "captured", "refunded", "declineCode", "retryable",
        "carrierStatus", "carrierAt",
    }
)  # fmt: skip
"""The details of an event that its owner may see."""


def order_view(order: DomainOrder, context: Context, events: Iterable[Event] = ()) -> Order:
    """The order as this caller may see it."""
    open_units = order.open_units()
    return Order(
        id=Id(order.id),
        number=order.number,
        external_reference=order.external_reference,
        customer_id=Id(order.owner.id) if order.owner.kind is OwnerKind.CUSTOMER else None,
        status=order.status,
        payment_status=payment_status(order),
        fulfillment_status=fulfillment_status(order),
        return_status=OrderReturnStatus.NONE,
        payment_terms=order.terms,
        version=order.version,
        last_public_sequence=order.last_public,
        placed_at=order.placed_at,
        lines=tuple(_line(order, line, open_units.get(line.id, 0)) for line in order.lines),
        totals=totals_view(order.totals, order.currency),
        shipping_method=order.shipping_method,
        shipping_address=order.shipping_address,
        billing_address=order.billing_address,
        contact=order.contact,
        note=order.note,
        fulfillments=tuple(_parcel(parcel) for parcel in order.fulfillments),
        payments=payments_view(order, context),
        refunds=refunds_view(order, order.refunds),
        available_actions=tuple(
            AvailableAction(action, reason is None, reason) for action, reason in offers(order, context.actor)
        ),
        history=entries_view(events, context),
        placed_by=order.placed_by if context.is_staff else None,
    )


def cancel_view(before: DomainOrder, after: DomainOrder, moves: Mapping[str, Move]) -> CancelPreview:
    """What a cancellation changes between the order before and after it."""
    return CancelPreview(
        version=before.version,
        status=after.status,
        fulfillment_status=fulfillment_status(after),
        cancelled_value=money(after.totals.cancelled - before.totals.cancelled, before.currency),
        totals=totals_view(after.totals, after.currency),
        refund_due=money(owes_refund(after), before.currency),
        hold_released=money(sum(payment.open for payment in owes_void(after)), before.currency),
        stock_released=tuple(SkuQuantity(sku, move.available) for sku, move in sorted(by_sku(moves).items())),
    )


def entries_view(
    events: Iterable[Event], context: Context, *, as_owner: bool = False
) -> tuple[OrderEventEntry, ...]:
    """The events that this caller may see, in order; `as_owner`: those that the owner sees."""
    all_of_them = context.is_staff and not as_owner
    return tuple(
        _staff_entry(event) if all_of_them else _owner_entry(event)
        for event in events
        if all_of_them or event.visibility is Visibility.PUBLIC
    )


def summary_view(card: OrderCard) -> OrderSummary:
    """An order as a list shows it."""
    return OrderSummary(
        id=Id(card.id),
        number=card.number,
        external_reference=card.external_reference,
        customer_id=Id(card.customer_id) if card.customer_id else None,
        status=card.status,
        payment_status=card.payment_status,
        fulfillment_status=card.fulfillment_status,
        return_status=card.return_status,
        total=money(card.total, card.currency),
        cancelled=money(card.cancelled, card.currency),
        units=card.units,
        placed_at=card.placed_at,
        last_public_sequence=card.last_public,
        version=card.version,
    )


def product_view(product: DomainProduct, context: Context) -> Product:
    """A product as this caller may see it."""
    return Product(
        id=Id(product.id),
        slug=product.slug,
        title=product.title,
        category=product.category,
        variants=tuple(
            Variant(
                variant.sku,
                variant.title,
                money(variant.price, context.shop.currency),
                variant.tax_class,
                variant.weight_grams,
                variant.low_stock_at if context.is_staff else None,
            )
            for variant in product.variants
        ),
        pictures=tuple(
            ProductPicture(each.size, f"{context.pictures_url}/{each.key}", each.width, each.height)
            for each in product.pictures
        ),
        description=product.description or None,
        status=product.status if context.is_staff else None,
        version=product.version if context.is_staff else None,
    )


def stock_view(stock: Stock, context: Context) -> StockLevel:
    """A SKU's units."""
    return StockLevel(
        sku=stock.sku,
        warehouse=context.shop.warehouse,
        on_hand=stock.on_hand,
        available=stock.available,
        reserved=stock.reserved,
        received=stock.received,
        version=stock.version,
        shards=stock.shards,
    )


def _staff_entry(event: Event) -> OrderEventEntry:
    """An event with all its details, numbered by what staff see: everything."""
    view = public_view(event, previous=event.sequence - 1)
    return OrderEventEntry(view, Json(dict(event.data)), event.actor_id, event.visibility)


def _owner_entry(event: Event) -> OrderEventEntry:
    """An event with the details that its owner may see."""
    shown = {key: value for key, value in event.data.items() if key in _CUSTOMERS_SEE}
    return OrderEventEntry(public_view(event), Json(shown))


def _line(order: DomainOrder, line: Line, open_units: int) -> OrderLine:
    counted, currency = order.counted(line.id), order.currency
    return OrderLine(
        id=Id(line.id),
        sku=line.sku,
        title=line.title,
        quantity=line.quantity,
        unit_price=money(line.unit_price, currency),
        price_source=line.price_source,
        subtotal=money(line.unit_price * line.quantity, currency),
        discount=money(line.discount, currency),
        tax=money(line.tax, currency),
        cancelled_quantity=counted.cancelled,
        shipped_quantity=counted.shipped,
        delivered_quantity=counted.delivered,
        open_quantity=open_units,
    )


def _parcel(parcel: Parcel) -> Fulfillment:
    return Fulfillment(
        id=Id(parcel.id),
        status=parcel.status,
        lines=tuple(FulfillmentLine(Id(line_id), units) for line_id, units in parcel.units.items()),
        created_at=parcel.created_at,
        shipped_at=parcel.shipped_at,
        delivered_at=parcel.delivered_at,
        carrier=parcel.carrier,
        tracking_number=parcel.tracking,
        packed_at=parcel.packed_at,
        failed_at=parcel.failed_at,
        returned_at=parcel.returned_at,
        carrier_status=parcel.carrier_status,
        carrier_status_at=parcel.carrier_status_at,
    )
