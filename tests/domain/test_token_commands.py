"""Commands on an order's tokens: possible wherever an order stands, and changing nothing but the generation."""

from dataclasses import replace

import pytest

from domain.actors import Grant
from domain.commands import Command, decide, offers
from domain.history import apply
from domain.lifecycle import OrderStatus
from domain.order import Order
from domain.token_commands import IssueToken, RevokeTokens
from tests import factories as make
from tests.domain.situations import in_status


def decided(order: Order, command: Command) -> tuple[Order, list[str]]:
    facts = decide(order, command, make.staff("support"))
    assert isinstance(facts, tuple)
    after, events = apply(order, facts, make.staff("support"), make.NOW)
    return after, [event.type.value for event in events]


@pytest.mark.parametrize("status", OrderStatus)
def test_issuing_is_on_record_and_changes_nothing(status: OrderStatus) -> None:
    for order in in_status(status):
        after, events = decided(order, IssueToken())
        assert events == ["ORDER_TOKEN_ISSUED"]
        assert after == replace(order, version=order.version + 1)


@pytest.mark.parametrize("status", OrderStatus)
def test_revoking_raises_the_generation_and_changes_nothing_else(status: OrderStatus) -> None:
    for order in in_status(status):
        after, events = decided(order, RevokeTokens())
        assert events == ["ORDER_TOKEN_REVOKED"]
        assert after == replace(order, version=order.version + 1, token_generation=order.token_generation + 1)


def test_what_a_token_must_say_changes_with_each_revocation_alone() -> None:
    order = make.order()
    issued, _ = decided(order, IssueToken())
    revoked, _ = decided(issued, RevokeTokens())
    assert (issued.grant, revoked.grant) == (Grant("ord_a", 0), Grant("ord_a", 1))


def test_neither_is_among_what_an_order_offers() -> None:
    assert not [action for action, _ in offers(make.order(), make.staff()) if "TOKEN" in action.value]
