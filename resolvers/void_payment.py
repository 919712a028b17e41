"""Give back money that is held for an order."""

from domain.actors import OrderAction, groups_for
from domain.ids import Id
from domain.paying import Void
from domain.recording import Operation
from domain.values import value
from resolvers.context import Context
from resolvers.paymaster import move_money
from resolvers.shapes.inputs import IdempotencyKey
from resolvers.shapes.orders import OrderPayload
from wiring.access import staff
from wiring.declarations import field


@value
class VoidPaymentInput:
    """Which payment of which order."""

    order_id: Id
    """The order's id."""
    payment_id: Id
    """The payment's id, unique within its order."""
    idempotency_key: IdempotencyKey
    """The caller's own key of this command: sent again with the same body, money moves once."""
    expected_version: int | None = None
    """Refuse with StaleVersion unless the order is still at this version."""


@field("Mutation.voidPayment", access=staff(*groups_for(OrderAction.VOID_PAYMENT)), runs_in="write")
def void_payment(input: VoidPaymentInput, context: Context) -> OrderPayload:
    """Give back what a payment holds and what was not captured of it. Voiding a voided one changes nothing."""
    return move_money(
        context,
        input.order_id,
        Void(input.payment_id),
        Operation.VOID,
        input=input,
        key=input.idempotency_key,
        expected_version=input.expected_version,
    )
