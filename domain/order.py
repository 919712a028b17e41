"""An order as a frozen value, and the facts that are read off it: open units, axes, money."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import Enum

from domain.actors import Grant, Owner
from domain.lifecycle import WAITING, CarrierStatus, FulfillmentStatus, OrderStatus
from domain.payment import Kept, Payment, Refund
from domain.sharding import Allocation
from domain.values import value


class PriceSource(Enum):
    """Where a line's unit price comes from: the catalogue, or what staff agreed with the owner."""

    LIST = "LIST"
    AGREED = "AGREED"


class PaymentTerms(Enum):
    """When the order is paid: before it ships, or later on account."""

    PREPAID = "PREPAID"
    ON_ACCOUNT = "ON_ACCOUNT"


class OrderPaymentStatus(Enum):
    """How far the order is paid; derived from its payments, never set."""

    UNPAID = "UNPAID"
    PENDING = "PENDING"
    ACTION_REQUIRED = "ACTION_REQUIRED"
    AUTHORIZED = "AUTHORIZED"
    PARTIALLY_PAID = "PARTIALLY_PAID"
    PAID = "PAID"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"
    REFUNDED = "REFUNDED"
    VOIDED = "VOIDED"
    FAILED = "FAILED"


class OrderFulfillmentStatus(Enum):
    """How far the order is shipped and delivered; derived from its lines, never set."""

    UNFULFILLED = "UNFULFILLED"
    IN_PROGRESS = "IN_PROGRESS"
    PARTIALLY_SHIPPED = "PARTIALLY_SHIPPED"
    SHIPPED = "SHIPPED"
    PARTIALLY_DELIVERED = "PARTIALLY_DELIVERED"
    DELIVERED = "DELIVERED"
    ON_HOLD = "ON_HOLD"


class OrderReturnStatus(Enum):
    """How far the order came back; derived, never set."""

    NONE = "NONE"
    REQUESTED = "REQUESTED"
    IN_PROGRESS = "IN_PROGRESS"
    PARTIALLY_RETURNED = "PARTIALLY_RETURNED"
    RETURNED = "RETURNED"


@value
class Line:
    """One line as placed; it never changes. Amounts in minor units; `tax` is on quantity x unit price less discount.

    `allocation` is where the stock of a SKU with several shards was taken.
    """

    id: str
    sku: str
    title: str
    quantity: int
    unit_price: int
    price_source: PriceSource
    tax_rate: int
    tax: int
    discount: int = 0
    allocation: Allocation = ()


@value
class Counters:
    """How many of a line's units are cancelled, shipped and delivered."""

    cancelled: int = 0
    shipped: int = 0
    delivered: int = 0


@value
class Fulfillment:
    """A parcel: units by line id.

    `tracked` are the carrier's events that were recorded. `taken_from` says for lines whose stock was taken of several
    shards how many of the line's units were used up before this parcel's.
    """

    id: str
    status: FulfillmentStatus
    units: Mapping[str, int]
    created_at: datetime
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    carrier: str | None = None
    tracking: str | None = None
    packed_at: datetime | None = None
    failed_at: datetime | None = None
    returned_at: datetime | None = None
    carrier_status: CarrierStatus | None = None
    carrier_status_at: datetime | None = None
    tracked: tuple[str, ...] = ()
    taken_from: Mapping[str, int] = field(default_factory=dict)

    def is_news(self, status: CarrierStatus, at: datetime) -> bool:
        """Whether the carrier's last word is now this: it is further, or as far and later."""
        if self.carrier_status is None or self.carrier_status_at is None:
            return True
        return (status.rank, at) > (self.carrier_status.rank, self.carrier_status_at)


@value
class Totals:
    """The order's money in minor units: as placed, then what was cancelled, captured and refunded beside it."""

    subtotal: int
    discount: int
    shipping: int
    shipping_tax: int
    tax: int
    cancelled: int = 0
    captured: int = 0
    refunded: int = 0

    @property
    def total(self) -> int:
        """subtotal - discount + shipping + tax, as placed."""
        return self.subtotal - self.discount + self.shipping + self.tax

    @property
    def balance(self) -> int:
        """What is still owed."""
        return self.total - self.cancelled - self.captured + self.refunded


@value
class Address:
    """Where an order ships to; `country` is an ISO 3166 code."""

    name: str
    """Who receives it: a person or a company."""
    line1: str
    """Street and number, or the like."""
    city: str
    """Town or city."""
    country: str
    """ISO 3166 code of two capital letters."""
    line2: str | None = None
    """A second line, such as a flat; null if there is none."""
    region: str | None = None
    """County, state or province; null if there is none."""
    postal_code: str | None = None
    """Postal code; null where there is none."""


@value
class Contact:
    """Whom to write to about an order."""

    email: str
    """The e-mail address."""
    name: str | None = None
    """The name; null if not told."""
    phone: str | None = None
    """The telephone number, with its country code; null if not told."""


@value
class Order:
    """Everything a decision needs. `version` is the sequence of its last event; `last_public` of the last a customer sees.

    `held_from` is the status that a release leads back to: set while the order is on hold, and only then.
    `token_generation` rises when the order's tokens are revoked.
    `kept` is what is known of payments beside the log, by payment.
    """

    id: str
    number: str
    owner: Owner
    currency: str
    terms: PaymentTerms
    placed_at: datetime
    lines: tuple[Line, ...]
    totals: Totals
    shipping_method: str
    payload_hash: str
    owner_key: str
    status: OrderStatus = OrderStatus.PLACED
    held_from: OrderStatus | None = None
    version: int = 0
    last_public: int = 0
    counters: Mapping[str, Counters] = field(default_factory=dict)
    fulfillments: tuple[Fulfillment, ...] = ()
    external_reference: str | None = None
    placed_by: str | None = None
    note: str | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    contact: Contact | None = None
    token_generation: int = 0

    @property
    def grant(self) -> Grant:
        """What an order token must say to let its holder at this order."""
        return Grant(self.id, self.token_generation)

    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    kept: Mapping[str, Kept] = field(default_factory=dict)

    def counted(self, line_id: str) -> Counters:
        """The line's counters; a line that nothing happened to has none stored."""
        return self.counters.get(line_id, _UNTOUCHED)

    def in_parcels(self) -> dict[str, int]:
        """Units by line that a parcel holds which has not left."""
        held: dict[str, int] = {}
        for parcel in self.fulfillments:
            if parcel.status in WAITING:
                for line_id, units in parcel.units.items():
                    held[line_id] = held.get(line_id, 0) + units
        return held

    def open_units(self) -> dict[str, int]:
        """Units by line that are neither cancelled, nor shipped, nor in a parcel; lines with none left out."""
        held = self.in_parcels()
        left = {
            line.id: line.quantity - counted.cancelled - counted.shipped - held.get(line.id, 0)
            for line in self.lines
            for counted in (self.counted(line.id),)
        }
        return {line_id: units for line_id, units in left.items() if units}

    def fulfillment(self, fulfillment_id: str) -> Fulfillment | None:
        """The parcel of this id."""
        return next((parcel for parcel in self.fulfillments if parcel.id == fulfillment_id), None)

    def payment(self, payment_id: str) -> Payment | None:
        """The payment of this id."""
        return next((payment for payment in self.payments if payment.id == payment_id), None)

    def refund(self, refund_id: str) -> Refund | None:
        """The refund of this id."""
        return next((refund for refund in self.refunds if refund.id == refund_id), None)


_UNTOUCHED = Counters()


def units_of(order: Order) -> tuple[int, int, int, int]:
    """Units ordered, cancelled, shipped and delivered over all lines."""
    ordered = sum(line.quantity for line in order.lines)
    counted = order.counters.values()
    return (
        ordered,
        sum(each.cancelled for each in counted),
        sum(each.shipped for each in counted),
        sum(each.delivered for each in counted),
    )


def fulfillment_status(order: Order) -> OrderFulfillmentStatus:
    """Derive how far the order is on its way."""
    ordered, cancelled, shipped, delivered = units_of(order)
    due = ordered - cancelled
    if delivered:
        return (
            OrderFulfillmentStatus.DELIVERED
            if delivered == due
            else OrderFulfillmentStatus.PARTIALLY_DELIVERED
        )
    if shipped:
        return OrderFulfillmentStatus.SHIPPED if shipped == due else OrderFulfillmentStatus.PARTIALLY_SHIPPED
    if order.status is OrderStatus.ON_HOLD:
        return OrderFulfillmentStatus.ON_HOLD
    return OrderFulfillmentStatus.IN_PROGRESS if order.in_parcels() else OrderFulfillmentStatus.UNFULFILLED
