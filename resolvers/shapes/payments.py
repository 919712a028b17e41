"""What the API shows of payments and refunds."""

from dataclasses import field
from datetime import datetime
from typing import Annotated

from domain.ids import Id
from domain.lifecycle import PaymentStatus, RefundStatus
from domain.money import Money
from domain.paying import MAX_METHOD
from domain.refunding import RefundOrder
from domain.refusals import UserError
from domain.values import value
from resolvers.shapes.inputs import IdempotencyKey, LineQuantityInput, MoneyInput, ReasonCode, units_by_line
from resolvers.shapes.totals import OrderTotals
from wiring.access import staff
from wiring.bounds import Length

STAFF_ONLY = {"access": staff()}


@value
class PaymentInput:
    """How an order is to be paid."""

    method: Annotated[str, Length(1, MAX_METHOD)]
    """The provider's token for a means of payment, as the front end got it from the provider; it is never logged."""


@value
class RefundOrderInput:
    """What to pay back: lines, shipping or both; or an amount; or, with none of them, what is owed back."""

    order_id: Id
    """The order's id."""
    idempotency_key: IdempotencyKey
    """The caller's own key of this command: sent again with the same body, money moves once."""
    lines: Annotated[tuple[LineQuantityInput, ...], Length(1, 1000)] | None = None
    """Units that were shipped or delivered, each with its price, tax and discount."""
    shipping: bool = False
    """Whether shipping is paid back, with its tax."""
    amount: MoneyInput | None = None
    """An amount, for neither lines nor shipping."""
    reason: ReasonCode | None = None
    """Why: a code of the shop's own, 2 to 32 characters, which the owner can see."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the order is still at this version."""

    def command(self, currency: str) -> RefundOrder:
        """The command in minor units of the shop's currency. Raises Refused(InvalidInput)."""
        amount = self.amount.minor(currency, "input", "amount") if self.amount else None
        return RefundOrder(units_by_line(self.lines), self.shipping, amount, self.reason)


@value
class Payment:
    """One try to pay an order."""

    id: Id
    """The payment's id, unique within its order."""
    status: PaymentStatus
    """Where it stands, by the last word of its provider."""
    amount: Money
    """What it is to pay."""
    authorized: Money
    """What the provider held or took."""
    captured: Money
    """What was taken of it."""
    refunded: Money
    """What was paid back of it."""
    created_at: datetime
    """When it was begun: UTC, milliseconds."""
    next_action_url: str | None
    """Where the payer confirms it, for its owner alone; null where nothing is to be confirmed."""
    decline_code: str | None
    """The provider's code for why it failed; null otherwise."""
    retryable: bool
    """Whether trying the same means again may succeed, where it failed."""
    provider: str | None = field(default=None, metadata=STAFF_ONLY)
    """Who takes it; null for anybody but staff."""
    reference: str | None = field(default=None, metadata=STAFF_ONLY)
    """The provider's own id of it; null before it answered, and for anybody but staff."""


@value
class RefundLine:
    """Units of a line that a refund pays back."""

    line_id: Id
    """The line's id."""
    quantity: int
    """Units; 0 where they stand in the refund of another payment, which paid the first part of them."""
    amount: Money
    """What they come to in this refund: price less discount, with tax."""


@value
class Refund:
    """Money that goes back of one payment."""

    id: Id
    """The refund's id, unique within its order."""
    payment_id: Id
    """The payment that it is paid back of."""
    status: RefundStatus
    """Where it stands, by the last word of the provider."""
    amount: Money
    """What is paid back."""
    lines: tuple[RefundLine, ...]
    """For which units; empty where it is for none."""
    shipping: Money
    """What of it is for shipping, with tax."""
    reason: str | None
    """Why: a code of the shop's own; null if none was given."""
    created_at: datetime
    """When it was asked for: UTC, milliseconds."""


@value
class RefundPreview:
    """What `refundOrder` with this input would come to now. Nothing was written."""

    version: int
    """The order's version that this is true of: give it as `expectedVersion` to get exactly this, or StaleVersion."""
    amount: Money
    """What would be paid back."""
    refunds: tuple[Refund, ...]
    """One refund for each payment that it takes, oldest payment first, as they would be asked for."""
    totals: OrderTotals
    """The order's money once all of them have succeeded."""


@value
class RefundPreviewPayload:
    """What paying back would do, or why it would be refused. `replayed`: this very command was done, nothing is left to do."""

    preview: RefundPreview | None = None
    """What it would do; null where it would be refused."""
    replayed: bool = False
    """Whether this very command had been done before, so that sending it again changes nothing."""
    user_errors: tuple[UserError, ...] = ()
    """Why it would be refused; empty where it would not be."""
