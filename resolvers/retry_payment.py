"""Try again to pay an order."""

from typing import Annotated

from domain.ids import Id
from domain.paying import MAX_METHOD, StartPayment
from domain.values import value
from resolvers.commanding import run
from resolvers.context import Context
from resolvers.order_access import OrderToken, let_in
from resolvers.paymaster import the_provider
from resolvers.shapes.inputs import IdempotencyKey
from resolvers.shapes.orders import OrderPayload
from wiring.access import Access
from wiring.bounds import Length
from wiring.declarations import field


@value
class RetryPaymentInput:
    """Which order, and by what means."""

    order_id: Id
    """The order's id."""
    idempotency_key: IdempotencyKey
    """The caller's own key of this command: sent again with the same body, money moves once."""
    method: Annotated[str, Length(1, MAX_METHOD)]
    """The provider's token for a means of payment, as the front end got it from the provider; it is never logged."""
    token: OrderToken | None = None
    """What lets a guest at the order."""


@field("Mutation.retryPayment", access=Access(guests=True, customers=True), runs_in="write")
def retry_payment(input: RetryPaymentInput, context: Context) -> OrderPayload:
    """Begin another payment of what is owed, after one came to nothing or waits for a confirmation. Its owner may, and a guest with its `token`.

    The provider is asked right after: follow the order, `PAYMENT_AUTHORIZED` or another event says what came of it.
    """
    command = StartPayment(input.method, the_provider(context).name)
    context = let_in(context, input.token, input.order_id, "input", "orderId")
    return run(context, input.order_id, command, input=input, key=input.idempotency_key)
