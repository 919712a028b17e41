"""What an order token lets a caller do: checked before anything is read, and again against the order as it is now.

Give tokens as variables only: AppSync logs a document, not its variables, and a function cannot tell them apart.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from domain.actors import ActorKind, Grant, ShopAction, holder
from domain.order import Order
from domain.order_token import LONGEST, Keyring, sign, verify
from domain.refusals import Refused, not_found
from resolvers.context import Context
from wiring.bounds import Length

OrderToken = Annotated[str, Length(1, LONGEST)]


def admitted(context: Context, token: str | None, order_id: str | None) -> Context | None:
    """The request with what its token grants; None for a guest without a valid token of this order.

    `order_id` None: whichever order the token is for. Staff act by their groups, whatever token they bring.
    """
    if context.actor.kind not in {ActorKind.GUEST, ActorKind.CUSTOMER}:
        return context
    grant = verify(keyring(context), token, context.now) if token else None
    if grant is not None and order_id not in {None, grant.order_id}:
        grant = None
    if context.actor.kind is ActorKind.CUSTOMER:
        return replace(context, actor=replace(context.actor, grant=grant))
    return replace(context, actor=holder(grant)) if grant else None


def let_in(context: Context, token: str | None, order_id: str, *path: str) -> Context:
    """The same. Raises Refused(NotFound), before anything is read."""
    found = admitted(context, token, order_id)
    if found is None:
        raise Refused(not_found("order", *path))
    return found


def as_holder(context: Context, order: Order) -> Context:
    """The request of whoever just proved to hold this order's cart: as its token would let them in."""
    if context.may(ShopAction.VIEW_ORDER, order.owner, order.grant):
        return context
    return replace(context, actor=holder(order.grant))


def new_token(context: Context, grant: Grant) -> str:
    """A token for what it grants, good for as long as the shop file says."""
    return sign(keyring(context), grant, context.now + timedelta(days=context.shop.order_token_days))


def keyring(context: Context) -> Keyring:
    """The keys of this stage."""
    return Keyring(context.secret, context.stage, context.shop.order_token_keys)
