"""What the API shows of an order."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.actors import OrderAction
from domain.events import OrderEvent, Visibility
from domain.ids import Id, Json
from domain.lifecycle import FulfillmentStatus, OrderStatus
from domain.money import Money
from domain.order import (
    Address,
    OrderFulfillmentStatus,
    OrderPaymentStatus,
    OrderReturnStatus,
    PaymentTerms,
    PriceSource,
)
from domain.refusals import UserError
from wiring.access import staff

STAFF_ONLY = {"access": staff()}


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line as placed, and what happened to its units since. Prices exclude tax."""

    id: Id
    sku: str
    title: str
    quantity: int
    unit_price: Money
    price_source: PriceSource
    subtotal: Money
    discount: Money
    tax: Money
    cancelled_quantity: int
    shipped_quantity: int
    delivered_quantity: int
    open_quantity: int


@dataclass(frozen=True, slots=True)
class OrderTotals:
    """The order's money. `total` = subtotal - discount + shipping + tax, as placed: these never change.

    `cancelled` (with its tax and discount) stands beside them; `balance` = total - cancelled - captured + refunded.
    """

    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
    cancelled: Money
    captured: Money
    refunded: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class FulfillmentLine:
    """Units of a line in a parcel."""

    line_id: Id
    quantity: int


@dataclass(frozen=True, slots=True)
class Fulfillment:
    """A parcel of an order."""

    id: Id
    status: FulfillmentStatus
    lines: tuple[FulfillmentLine, ...]
    created_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    carrier: str | None
    tracking_number: str | None


@dataclass(frozen=True, slots=True)
class AvailableAction:
    """Something that the caller may do to this order: now, or the stable reason why not now."""

    action: OrderAction
    allowed: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class OrderEventEntry:
    """An event of the timeline with the details that the push leaves out (an allow-list of them for customers)."""

    event: OrderEvent
    data: Json
    actor_id: str | None = field(default=None, metadata=STAFF_ONLY)
    visibility: Visibility | None = field(default=None, metadata=STAFF_ONLY)


@dataclass(frozen=True, slots=True)
class OrderEventPage:
    """Events after a sequence. The answer is complete for this caller up to `throughSequence`: go on from there."""

    entries: tuple[OrderEventEntry, ...]
    through_sequence: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class Order:
    """An order. `version` is the sequence of its last event, `lastPublicSequence` of the last that its owner sees."""

    id: Id
    number: str
    external_reference: str | None
    customer_id: Id | None
    status: OrderStatus
    payment_status: OrderPaymentStatus
    fulfillment_status: OrderFulfillmentStatus
    return_status: OrderReturnStatus
    payment_terms: PaymentTerms
    version: int
    last_public_sequence: int
    placed_at: datetime
    lines: tuple[OrderLine, ...]
    totals: OrderTotals
    shipping_method: str
    shipping_address: Address | None
    note: str | None
    fulfillments: tuple[Fulfillment, ...]
    available_actions: tuple[AvailableAction, ...]
    history: tuple[OrderEventEntry, ...]
    placed_by: str | None = field(default=None, metadata=STAFF_ONLY)


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """What a list shows of an order. Lists are eventually consistent: ask `order` for the truth of one."""

    id: Id
    number: str
    external_reference: str | None
    customer_id: Id | None
    status: OrderStatus
    payment_status: OrderPaymentStatus
    fulfillment_status: OrderFulfillmentStatus
    return_status: OrderReturnStatus
    total: Money
    cancelled: Money
    units: int
    placed_at: datetime
    last_public_sequence: int
    version: int


@dataclass(frozen=True, slots=True)
class OrderPayload:
    """The order after a mutation, or why it was refused. `replayed`: this very command had been done before."""

    order: Order | None = None
    replayed: bool = False
    user_errors: tuple[UserError, ...] = ()
