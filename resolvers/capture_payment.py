"""Take money that is held for an order."""

from domain.actors import OrderAction, groups_for
from domain.ids import Id
from domain.paying import Capture
from domain.recording import Operation
from domain.values import value
from resolvers.context import Context
from resolvers.paymaster import move_money
from resolvers.shapes.inputs import IdempotencyKey, MoneyInput
from resolvers.shapes.orders import OrderPayload
from wiring.access import staff
from wiring.declarations import field


@value
class CapturePaymentInput:
    """Which order, and how much of what is held for it."""

    order_id: Id
    """The order's id."""
    idempotency_key: IdempotencyKey
    """The caller's own key of this command: sent again with the same body, money moves once."""
    amount: MoneyInput | None = None
    """How much; all that is owed and held where left out."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the order is still at this version."""


@field("Mutation.capturePayment", access=staff(*groups_for(OrderAction.CAPTURE_PAYMENT)), runs_in="write")
def capture_payment(input: CapturePaymentInput, context: Context) -> OrderPayload:
    """Take money that a payment holds, oldest payment first; never more than is owed. A hold blocks it."""
    amount = input.amount.minor(context.shop.currency, "input", "amount") if input.amount else None
    return move_money(
        context,
        input.order_id,
        Capture(amount),
        Operation.CAPTURE,
        input=input,
        key=input.idempotency_key,
        expected_version=input.expected_version,
    )
