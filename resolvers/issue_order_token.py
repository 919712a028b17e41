"""Let somebody without an account at one order."""

from dataclasses import replace

from domain.actors import ShopAction, groups_for
from domain.ids import Id
from domain.token_commands import IssueToken
from domain.values import value
from resolvers.commanding import answer, done
from resolvers.context import Context
from resolvers.order_access import new_token
from resolvers.shapes.orders import OrderPayload
from wiring.access import Access
from wiring.declarations import field


@value
class IssueOrderTokenInput:
    """Which order."""

    order_id: Id
    """The order's id."""


@field(
    "Mutation.issueOrderToken",
    access=Access(customers=True, staff=groups_for(ShopAction.ISSUE_ORDER_TOKEN)),
    runs_in="write",
)
def issue_order_token(input: IssueOrderTokenInput, context: Context) -> OrderPayload:
    """A new token of an order: whoever holds it may see, follow and cancel that order, until it expires or is revoked.

    Its owner and support may issue it; each time is on record for staff, the token itself is not.
    """
    after = done(context, input.order_id, IssueToken(), input=input).order
    return replace(answer(context, after), order_token=new_token(context, after.grant))
