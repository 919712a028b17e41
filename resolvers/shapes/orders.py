"""What the API shows of an order."""

from dataclasses import field
from datetime import datetime

from domain.actors import OrderAction
from domain.events import OrderEvent, Visibility
from domain.ids import Id, Json
from domain.lifecycle import CarrierStatus, FulfillmentStatus, OrderStatus
from domain.money import Money
from domain.order import (
    Address,
    Contact,
    OrderFulfillmentStatus,
    OrderPaymentStatus,
    OrderReturnStatus,
    PaymentTerms,
    PriceSource,
)
from domain.refusals import UserError
from domain.values import value
from resolvers.shapes.payments import Payment, Refund
from resolvers.shapes.totals import OrderTotals
from wiring.access import staff

STAFF_ONLY = {"access": staff()}


@value
class OrderLine:
    """One line as placed, and what happened to its units since. Prices exclude tax."""

    id: Id
    """The line's id, unique within its order."""
    sku: str
    """What was ordered."""
    title: str
    """Its title when the order was placed."""
    quantity: int
    """Units ordered."""
    unit_price: Money
    """Price of one unit, excluding tax."""
    price_source: PriceSource
    """Whether the price is the catalogue's or an agreed one."""
    subtotal: Money
    """Unit price times quantity, excluding tax."""
    discount: Money
    """Taken off the subtotal, before tax."""
    tax: Money
    """Tax on the subtotal less discount, rounded half up."""
    cancelled_quantity: int
    """Units cancelled since."""
    shipped_quantity: int
    """Units that left, delivered ones included."""
    delivered_quantity: int
    """Units that arrived."""
    open_quantity: int
    """Units neither cancelled, nor shipped, nor in a parcel."""


@value
class FulfillmentLine:
    """Units of a line in a parcel."""

    line_id: Id
    """The line's id."""
    quantity: int
    """Units of it in this parcel."""


@value
class Fulfillment:
    """A parcel of an order."""

    id: Id
    """The parcel's id, unique within its order."""
    status: FulfillmentStatus
    """Where the parcel stands."""
    lines: tuple[FulfillmentLine, ...]
    """What is in it."""
    created_at: datetime
    """When it was started: UTC, milliseconds."""
    shipped_at: datetime | None
    """When it left: UTC, milliseconds; null before."""
    delivered_at: datetime | None
    """When it arrived: UTC, milliseconds; null before."""
    carrier: str | None
    """Who carries it; null if not told."""
    tracking_number: str | None
    """The carrier's number for it; null if not told."""
    packed_at: datetime | None
    """When it was packed: UTC, milliseconds; null before, and where nobody noted it."""
    failed_at: datetime | None
    """When its delivery failed: UTC, milliseconds; null where it did not, or was delivered or brought back since."""
    returned_at: datetime | None
    """When its carrier had brought it back: UTC, milliseconds; null where it did not."""
    carrier_status: CarrierStatus | None
    """The furthest that its carrier said of it; null before."""
    carrier_status_at: datetime | None
    """When that happened, by the carrier: UTC, milliseconds; null before."""


@value
class AvailableAction:
    """Something that the caller may do to this order: now, or the stable reason why not now."""

    action: OrderAction
    """What may be done."""
    allowed: bool
    """Whether the caller may do it now."""
    reason: str | None
    """A stable code that says why not now; null where it is allowed."""


@value
class OrderEventEntry:
    """An event of the timeline with the details that the push leaves out (an allow-list of them for customers)."""

    event: OrderEvent
    """The event, as it is pushed."""
    data: Json
    """Its details, as a JSON object; which ones depends on its type."""
    actor_id: str | None = field(default=None, metadata=STAFF_ONLY)
    """The id of who caused it; null for anybody but staff."""
    visibility: Visibility | None = field(default=None, metadata=STAFF_ONLY)
    """Who may see it; null for anybody but staff."""


@value
class OrderEventPage:
    """Events after a sequence. The answer is complete for this caller up to `throughSequence`: go on from there."""

    entries: tuple[OrderEventEntry, ...]
    """The events, oldest first."""
    through_sequence: int
    """The answer is complete for this caller up to here: ask on after it."""
    has_more: bool
    """Whether more follow."""


@value
class Order:
    """An order. `version` is the sequence of its last event, `lastPublicSequence` of the last that its owner sees."""

    id: Id
    """The order's id: opaque, for ever the same."""
    number: str
    """The short number that people read out."""
    external_reference: str | None
    """The owner's own reference, given when placing; null if none was."""
    customer_id: Id | None
    """The customer that it belongs to; null where it is a guest's."""
    status: OrderStatus
    """Where the order stands as a whole."""
    payment_status: OrderPaymentStatus
    """How far it is paid."""
    fulfillment_status: OrderFulfillmentStatus
    """How far it is shipped and delivered."""
    return_status: OrderReturnStatus
    """How far it came back."""
    payment_terms: PaymentTerms
    """When it is to be paid."""
    version: int
    """The sequence of its last event, whoever may see it."""
    last_public_sequence: int
    """The sequence of its last event that its owner may see."""
    placed_at: datetime
    """When it was placed: UTC, milliseconds."""
    lines: tuple[OrderLine, ...]
    """What was ordered, in the order that it was asked for; at most 1,000."""
    totals: OrderTotals
    """Its money."""
    shipping_method: str
    """The id of the way to ship it."""
    shipping_address: Address | None
    """Where it ships to."""
    billing_address: Address | None
    """Where the bill goes; null where it is the shipping address, or was not told."""
    contact: Contact | None
    """Whom to write to about it; null if not told."""
    note: str | None
    """What was noted when it was placed; null if nothing was."""
    fulfillments: tuple[Fulfillment, ...]
    """Its parcels, oldest first."""
    payments: tuple[Payment, ...]
    """Every try to pay it, oldest first."""
    refunds: tuple[Refund, ...]
    """What was asked to be paid back, oldest first."""
    available_actions: tuple[AvailableAction, ...]
    """All that the caller may ever do to it, and why not now."""
    history: tuple[OrderEventEntry, ...]
    """Its events that the caller may see, oldest first."""
    placed_by: str | None = field(default=None, metadata=STAFF_ONLY)
    """The id of the member of staff who placed it for its owner; null otherwise, and for anybody but staff."""


@value
class SkuQuantity:
    """Units of one SKU."""

    sku: str
    """The SKU."""
    quantity: int
    """Units of it."""


@value
class CancelPreview:
    """What `cancelOrder` with this input would come to now. Nothing was written."""

    version: int
    """The order's version that this is true of: give it as `expectedVersion` to get exactly this, or StaleVersion."""
    status: OrderStatus
    """The order's status after it."""
    fulfillment_status: OrderFulfillmentStatus
    """How far what is left of the order would be shipped and delivered."""
    cancelled_value: Money
    """What this takes off, tax included; shipping only with the last unit of the whole order."""
    totals: OrderTotals
    """The order's money after it: `cancelled` and `balance` are the ones that change."""
    refund_due: Money
    """What would then be owed back and is paid back by itself: what was captured and is owed no more."""
    hold_released: Money
    """What payments hold for nothing then, and is given back by itself."""
    stock_released: tuple[SkuQuantity, ...]
    """Units that can be sold again, by SKU."""


@value
class OrderSummary:
    """What a list shows of an order. Lists are eventually consistent: ask `order` for the truth of one."""

    id: Id
    """The order's id: opaque, for ever the same."""
    number: str
    """The short number that people read out."""
    external_reference: str | None
    """The owner's own reference, given when placing; null if none was."""
    customer_id: Id | None
    """The customer that it belongs to; null where it is a guest's."""
    status: OrderStatus
    """Where the order stands as a whole."""
    payment_status: OrderPaymentStatus
    """How far it is paid."""
    fulfillment_status: OrderFulfillmentStatus
    """How far it is shipped and delivered."""
    return_status: OrderReturnStatus
    """How far it came back."""
    total: Money
    """What it came to when it was placed, tax included."""
    cancelled: Money
    """What cancelled units take off the total, tax included."""
    units: int
    """Units ordered, over all lines."""
    placed_at: datetime
    """When it was placed: UTC, milliseconds."""
    last_public_sequence: int
    """The sequence of its last event that its owner may see."""
    version: int
    """The sequence of its last event, whoever may see it."""


@value
class OrderPayload:
    """The order after a mutation, or why it was refused. `replayed`: this very command had been done before."""

    order: Order | None = None
    """The order after the mutation; null where it was refused."""
    replayed: bool = False
    """Whether this very command had been done before."""
    order_token: str | None = None
    """What lets a guest at this order: answered by `placeOrder` of a guest's cart and by `issueOrderToken`, else null.

    Whoever holds it may see, follow and cancel the order, until it expires or is revoked. Give it as a variable, in
    links only behind the `#`.
    """
    user_errors: tuple[UserError, ...] = ()
    """Why it was refused; empty where it was not."""


@value
class CancelPreviewPayload:
    """What cancelling would do, or why it would be refused. `replayed`: this very command was done, nothing is left to do."""

    preview: CancelPreview | None = None
    """What it would do; null where it would be refused."""
    replayed: bool = False
    """Whether this very command had been done before, so that sending it again changes nothing."""
    user_errors: tuple[UserError, ...] = ()
    """Why it would be refused; empty where it would not be."""
