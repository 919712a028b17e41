"""Order tokens: what a guest gets at with one, and that nobody gets at anything with another, or with none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from domain.actors import Actor, ActorKind, OrderAction
from domain.ids import Id
from domain.refusals import NotAllowed, NotFound, Refused, UserError
from resolvers.cancel_order import cancel_order
from resolvers.cancel_preview import cancel_preview
from resolvers.context import Context
from resolvers.issue_order_token import IssueOrderTokenInput, issue_order_token
from resolvers.on_order_event import on_order_event
from resolvers.order import order as order_query
from resolvers.order_events import order_events
from resolvers.revoke_order_token import RevokeOrderTokenInput, revoke_order_token
from resolvers.shapes.inputs import CancelOrderInput
from resolvers.shapes.orders import Order
from resolvers.subscribing import FilterRule
from storage.store import Store
from tests.resolvers.filling import guest_order
from tests.shopkeeping import (
    ADA,
    ADMIN,
    BEN,
    GUEST,
    NOW,
    call,
    contents,
    context,
    do,
    done,
    fake,
    in_between,
    key,
    packed,
    placed,
    refusal,
    round_trips,
    staff,
    stocked,
)

HISTORY = ("history", "history/event")


def bought(store: Store) -> tuple[Order, str]:
    """A guest's order, and its token."""
    payload = guest_order(store)
    return done(payload), str(payload.order_token)


def issued(store: Store, order_id: Id, actor: Actor = ADA) -> str:
    token = do(issue_order_token, IssueOrderTokenInput(order_id), actor, store).order_token
    assert token is not None
    return token


def revoke(store: Store, order_id: Id, actor: Actor = ADMIN) -> Order:
    return done(do(revoke_order_token, RevokeOrderTokenInput(order_id), actor, store))


def reached(store: Store, order_id: Id, token: str | None, asked: Context | None = None) -> dict[str, bool]:
    """Which of the fields that take a token let the caller at the order; nothing is changed by asking."""
    asked = asked or context(GUEST, store)
    tries = {
        "order": lambda: order_query(asked, id=order_id, token=token),
        "orderEvents": lambda: order_events(asked, order_id, token=token),
        "onOrderEvent": lambda: on_order_event(order_id, asked, token),
        "cancelPreview": lambda: cancel_preview(CancelOrderInput(order_id, token=token), asked),
    }
    found = {}
    for name, attempt in tries.items():
        answer = attempted(attempt)
        assert not isinstance(answer, UserError) or isinstance(answer, NotFound), answer
        found[name] = answer is not None and not isinstance(answer, NotFound)
    return found


def attempted(attempt: Callable[[], object]) -> object:
    """The answer, or the refusal."""
    try:
        return attempt()
    except Refused as refused:
        return refused.refusals[0]


ALL = dict.fromkeys(("order", "orderEvents", "onOrderEvent", "cancelPreview"), True)
NONE = dict.fromkeys(ALL, False)


def test_a_guests_token_lets_at_their_order() -> None:
    store = stocked("LANTERN")
    order, token = bought(store)
    assert reached(store, order.id, token) == ALL


def test_the_order_is_found_by_its_number_too() -> None:
    store = stocked("LANTERN")
    order, token = bought(store)
    other, _ = bought(store)
    found = order_query(context(GUEST, store), number=order.number, token=token)
    assert found is not None
    assert found.id == order.id
    assert order_query(context(GUEST, store), number=other.number, token=token) is None


def test_without_a_valid_token_a_guest_is_refused_before_any_read() -> None:
    store = stocked("LANTERN")
    order, token = bought(store)
    other, _ = bought(store)
    for given in (None, "v1.k1", token[:-1] + ("a" if token[-1] != "a" else "b"), "x" * 140):
        assert round_trips(store, partial(reached, store, order.id, given)) == []
        assert reached(store, order.id, given) == NONE
    assert round_trips(store, partial(reached, store, other.id, token)) == []
    assert reached(store, other.id, token) == NONE
    cancel = CancelOrderInput(other.id, token=token)
    assert round_trips(store, lambda: do(cancel_order, cancel, GUEST, store)) == []
    assert isinstance(refusal(do(cancel_order, cancel, GUEST, store)), NotFound)


def test_a_token_expires() -> None:
    store = stocked("LANTERN")
    order, token = bought(store)
    at = NOW + timedelta(days=90)
    assert reached(store, order.id, token, context(GUEST, store, at - timedelta(seconds=1))) == ALL
    assert reached(store, order.id, token, context(GUEST, store, at)) == NONE


def test_a_revoked_token_opens_nothing_and_a_new_one_does() -> None:
    store = stocked("LANTERN")
    order, token = bought(store)
    revoke(store, order.id)
    assert reached(store, order.id, token) == NONE
    assert isinstance(
        refusal(do(cancel_order, CancelOrderInput(order.id, token=token), GUEST, store)), NotFound
    )
    assert reached(store, order.id, issued(store, order.id, ADMIN)) == ALL


def test_a_key_that_was_rotated_out_opens_nothing() -> None:
    store = stocked("LANTERN")
    order, token = bought(store)
    asked = context(GUEST, store)

    def keys(*ids: str) -> Context:
        return replace(asked, shop=replace(asked.shop, order_token_keys=ids))

    assert reached(store, order.id, token, keys("k2", "k1")) == ALL
    assert reached(store, order.id, token, keys("k2")) == NONE


def test_a_guest_cancels_by_token_once_and_it_is_told_as_a_guests_doing() -> None:
    store, used = stocked("LANTERN"), key()
    order, token = bought(store)
    cancel = CancelOrderInput(order.id, token=token, idempotency_key=used)
    cancelled = done(do(cancel_order, cancel, GUEST, store, "order", "order/history"))
    assert (cancelled.status.value, cancelled.history[-1].event.summary_code) == (
        "CANCELLED",
        "order_cancelled.by_guest",
    )
    renewed = replace(cancel, token=issued(store, order.id, ADMIN))
    assert do(cancel_order, renewed, GUEST, store).replayed


def test_a_guest_does_not_cancel_what_is_packed() -> None:
    store = stocked("LANTERN")
    order = packed(store)
    refused = refusal(
        do(cancel_order, CancelOrderInput(order.id, token=issued(store, order.id)), GUEST, store)
    )
    assert isinstance(refused, NotAllowed)
    assert refused.reason == "IN_FULFILLMENT"


def test_a_token_that_is_revoked_meanwhile_does_not_cancel() -> None:
    store = stocked("LANTERN")
    order, token = bought(store)
    in_between(store, lambda: revoke(store, order.id))
    refused = refusal(do(cancel_order, CancelOrderInput(order.id, token=token), GUEST, store))
    assert isinstance(refused, NotFound)


def test_a_guest_is_shown_what_an_owner_is_shown_and_offered_to_cancel_and_pay() -> None:
    store = stocked("LANTERN")
    payload = guest_order(store)
    order, token = done(payload), str(payload.order_token)
    do(issue_order_token, IssueOrderTokenInput(order.id), ADMIN, store)
    found = order_query(context(GUEST, store, NOW, *HISTORY), id=order.id, token=token)
    page = order_events(context(GUEST, store), order.id, token=token)
    assert found is not None
    assert page is not None
    assert [offer.action for offer in order.available_actions] == [
        OrderAction.CANCEL,
        OrderAction.RETRY_PAYMENT,
    ]
    assert found.available_actions == order.available_actions
    assert [entry.event.type.value for entry in found.history] == ["ORDER_PLACED"]
    assert [entry.event.type.value for entry in page.entries] == ["ORDER_PLACED"]
    assert page.through_sequence == 2
    assert [(entry.actor_id, entry.visibility) for entry in found.history] == [(None, None)]


def test_following_by_token_is_filtered_by_the_order_and_ends_with_it() -> None:
    store = stocked("LANTERN")
    order, token = bought(store)
    found = on_order_event(order.id, context(GUEST, store), token)
    wanted = FilterRule("orderId", "eq", order.id)
    assert [each.filters for each in found.filter_group] == [(wanted,)]
    assert wanted in [rule for each in found.invalidation.filter_group for rule in each.filters]


def test_a_customer_follows_a_link_to_somebodys_order_and_stays_themselves_with_their_own() -> None:
    store = stocked("LANTERN")
    order, token = bought(store)
    assert reached(store, order.id, None, context(BEN, store)) == NONE
    assert reached(store, order.id, token, context(BEN, store)) == ALL
    mine = placed(store, BEN)
    cancelled = do(cancel_order, CancelOrderInput(mine.id, token=token), BEN, store, "order", "order/history")
    assert done(cancelled).history[-1].event.actor_kind is ActorKind.CUSTOMER


def test_staff_act_by_their_groups_whatever_token_they_bring() -> None:
    store = stocked("LANTERN")
    order, token = bought(store)
    assert reached(store, order.id, token, context(staff("catalog"), store)) == NONE


WHO_ISSUES = [
    (ADA, True), (staff("support"), True), (ADMIN, True),
    (BEN, False), (GUEST, False), (staff("warehouse"), False), (staff("finance"), False), (staff("catalog"), False),
]  # fmt: skip


@pytest.mark.parametrize(("actor", "allowed"), WHO_ISSUES)
@pytest.mark.parametrize(
    ("field", "given"),
    [(issue_order_token, IssueOrderTokenInput), (revoke_order_token, RevokeOrderTokenInput)],
)
def test_the_owner_and_support_issue_and_revoke(actor: Actor, allowed: bool, field: Any, given: Any) -> None:
    store = stocked("LANTERN")
    order = placed(store)
    before = contents(store)
    payload = do(field, given(order.id), actor, store)
    assert (payload.order is not None) is allowed
    assert (contents(store) == before) is not allowed


def test_whoever_holds_a_token_can_neither_renew_nor_revoke_it() -> None:
    store = stocked("LANTERN")
    order, _ = bought(store)
    for field, given in (
        (issue_order_token, IssueOrderTokenInput(order.id)),
        (revoke_order_token, RevokeOrderTokenInput(order.id)),
    ):
        payload = call(field, given, replace(context(GUEST, store)))
        assert isinstance(refusal(payload), NotFound)


def test_issuing_is_on_record_for_staff_without_the_token() -> None:
    store = stocked("LANTERN")
    order = placed(store)
    token = issued(store, order.id)
    page = order_events(context(ADMIN, store), order.id)
    assert page is not None
    assert [entry.event.type.value for entry in page.entries] == ["ORDER_PLACED", "ORDER_TOKEN_ISSUED"]
    assert token not in str(fake(store).items("orders"))
    mine = order_events(context(ADA, store), order.id)
    assert mine is not None
    assert [entry.event.type.value for entry in mine.entries] == ["ORDER_PLACED"]
