"""Holes are planted in the product, and the matrix sees each: a matrix that sees none proves nothing."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from domain import actors
from domain.actors import ActorKind, Grant, OrderAction, ShopAction
from domain.refusals import Refused, not_allowed
from resolvers import on_order_event, order_access
from resolvers.context import Context
from tests.authorisation.rules import RULES
from tests.authorisation.test_authorisation_matrix import wrong

Patch = pytest.MonkeyPatch


def everybody_may(action: Any) -> Callable[[Patch], None]:
    """One action is no longer asked about."""

    def planted(patch: Patch) -> None:
        before = actors.authorise

        def lax(actor: Any, wanted: Any, *of: Any) -> bool:
            return wanted is action or before(actor, wanted, *of)

        for module in _users("authorise"):
            patch.setattr(module, "authorise", lax)

    return planted


def a_group_too_many(patch: Patch) -> None:
    patch.setitem(actors._STAFF_MAY, OrderAction.REFUND, frozenset({"finance", "admin", "warehouse"}))


def carts_are_everybodys(patch: Patch) -> None:
    for module in _users("may_use"):
        patch.setattr(module, "may_use", lambda *_: True)


def tokens_are_not_compared_with_the_order(patch: Patch) -> None:
    real = order_access.verify

    def lax(keyring: Any, token: str, now: Any) -> Any:
        found = real(keyring, token, now)
        return Grant(found.order_id, 1) if found else None

    patch.setattr(order_access, "verify", lax)


def drafts_are_shown_to_customers(patch: Patch) -> None:
    patch.setattr(Context, "is_staff", property(lambda self: self.actor.kind is not ActorKind.GUEST))


def a_refusal_tells_that_the_order_is_there(patch: Patch) -> None:
    real = on_order_event.load_head

    def tells(store: Any, order_id: str) -> Any:
        found = real(store, order_id)
        if found is not None:
            raise Refused(not_allowed("NOT_PERMITTED", "This order is not yours."))
        return found

    patch.setattr(on_order_event, "load_head", tells)


def _users(name: str) -> list[Any]:
    """The modules that have imported this by name."""
    found = [module for each, module in sys.modules.items() if each.split(".")[0] in {"domain", "resolvers"}]
    return [module for module in found if hasattr(module, name)]


PLANTED = [
    (everybody_may(ShopAction.VIEW_ORDER), "Query.order"),
    (everybody_may(ShopAction.LIST_ORDERS), "Query.orders"),
    (everybody_may(OrderAction.CANCEL), "Mutation.cancelOrder"),
    (everybody_may(ShopAction.VIEW_STOCK), "Query.stockLevel"),
    (a_group_too_many, "Mutation.refundOrder"),
    (carts_are_everybodys, "Query.cart"),
    (carts_are_everybodys, "Mutation.setCartContact"),
    (tokens_are_not_compared_with_the_order, "Query.orderEvents"),
    (drafts_are_shown_to_customers, "Query.product"),
    (a_refusal_tells_that_the_order_is_there, "Subscription.onOrderEvent"),
]


@pytest.mark.parametrize(("hole", "key"), PLANTED)
def test_a_planted_hole_is_seen(hole: Callable[[Patch], None], key: str, monkeypatch: Patch) -> None:
    hole(monkeypatch)
    assert list(wrong(key, RULES[key]))
