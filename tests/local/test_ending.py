"""Ending subscriptions: what the laptop tells them, and which of them hear it."""

from typing import Any

import pytest

from domain.lifecycle import OrderStatus
from local.appsync import filters
from local.declared_api import ending
from resolvers.fields import load
from resolvers.on_my_order_events import on_my_order_events
from resolvers.on_order_event import on_order_event
from resolvers.on_staff_order_events import on_staff_order_events
from tests.shopkeeping import ADA, ADMIN, context, placed, stocked
from wiring.declarations import fields
from wiring.dispatch import RefusedQuery
from wiring.encoding import encode

load()
(FIELD,) = (field for field in fields() if field.name == "endOrderSubscriptions")


def end(**told: str) -> dict[str, Any]:
    answer: dict[str, Any] = ending(FIELD)({"arguments": {"input": told}})
    return answer


def hears(found: object, **told: str) -> bool:
    given: Any = encode(found)
    return filters.matches(given["invalidation"]["filterGroup"], told)


def test_every_subscription_is_told_the_input() -> None:
    told = end(orderId="ord_1")["invalidate"]

    assert [each["subscriptionField"] for each in told] == [
        each.name for each in fields() if each.type_name == "Subscription"
    ]
    assert {each["payload"]["orderId"] for each in told} == {"ord_1"}


def test_the_answer_is_the_input() -> None:
    assert end(actorId="ada")["result"] == {"orderId": None, "actorId": "ada"}


@pytest.mark.parametrize("told", [{}, {"orderId": "ord_1", "actorId": "ada"}])
def test_neither_and_both_are_refused(told: dict[str, str]) -> None:
    with pytest.raises(RefusedQuery, match="Name an order or a caller"):
        end(**told)


def test_who_follows_an_order_hears_of_that_order_and_of_themselves() -> None:
    store = stocked("LANTERN")
    order = placed(store)
    found = on_order_event(order.id, context(ADA, store))

    assert hears(found, orderId=order.id)
    assert hears(found, actorId=ADA.id)
    assert not hears(found, orderId="ord_other")
    assert not hears(found, actorId="ben")
    assert not hears(found)


def test_who_follows_many_hears_of_themselves_alone() -> None:
    for found in (
        on_my_order_events(context(ADA)),
        on_staff_order_events(context(ADMIN), (OrderStatus.PLACED,)),
    ):
        caller = ADA if "ownerKey" in str(encode(found)) else ADMIN
        assert hears(found, actorId=caller.id)
        assert not hears(found, orderId="ord_1")
