"""Commands on an order's tokens: possible in every status, so never among the actions that an order offers."""

from domain.actors import ShopAction
from domain.facts import Fact, Facts
from domain.lifecycle import EventType
from domain.order import Order
from domain.values import value


@value
class IssueToken:
    """Let whoever holds a new token at this order."""


@value
class RevokeTokens:
    """Let nobody at this order any more on a token issued before."""


TokenCommand = IssueToken | RevokeTokens

TOKEN_ACTIONS: dict[type, ShopAction] = {
    IssueToken: ShopAction.ISSUE_ORDER_TOKEN,
    RevokeTokens: ShopAction.REVOKE_ORDER_TOKEN,
}
TOKEN_EVENTS: dict[type, EventType] = {
    IssueToken: EventType.ORDER_TOKEN_ISSUED,
    RevokeTokens: EventType.ORDER_TOKEN_REVOKED,
}


def about_tokens(order: Order, command: TokenCommand) -> Facts:
    """What is recorded: that it was done, and of which generation the tokens are that it is about."""
    return (Fact(TOKEN_EVENTS[type(command)], {"generation": order.token_generation}),)
