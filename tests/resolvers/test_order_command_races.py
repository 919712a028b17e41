"""Commands that meet others: keys, competing writes, and who may do what to whose order."""

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import pytest

from domain.actors import Actor, OrderAction
from domain.ids import Id
from domain.lifecycle import CarrierStatus, OrderStatus
from domain.refusals import Busy, IdempotencyConflict, NotAllowed, NotFound, TransitionNotAllowed
from resolvers.cancel_fulfillment import CancelFulfillmentInput, cancel_fulfillment
from resolvers.cancel_order import cancel_order
from resolvers.confirm_order import ConfirmOrderInput, confirm_order
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.deliver_fulfillment import DeliverFulfillmentInput, deliver_fulfillment
from resolvers.hold_order import HoldOrderInput, hold_order
from resolvers.order import order as query_order
from resolvers.pack_fulfillment import PackFulfillmentInput, pack_fulfillment
from resolvers.record_tracking import RecordTrackingInput, record_tracking
from resolvers.reject_order import RejectOrderInput, reject_order
from resolvers.release_order import ReleaseOrderInput, release_order
from resolvers.shapes.inputs import CancelOrderInput
from resolvers.shapes.orders import Order, OrderPayload
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from storage.store import Store
from tests.shopkeeping import (
    ADA,
    ADMIN,
    BEN,
    FIRST_PARCEL,
    NOW,
    confirmed,
    contents,
    context,
    delivered,
    do,
    done,
    fake,
    in_between,
    key,
    packed,
    placed,
    refusal,
    round_trips,
    shipped,
    staff,
    stock,
    stocked,
    units,
)  # fmt: skip

COMMANDS: dict[OrderAction, tuple[Callable[..., OrderPayload], Callable[[Id], object]]] = {
    OrderAction.CONFIRM: (confirm_order, ConfirmOrderInput),
    OrderAction.REJECT: (reject_order, RejectOrderInput),
    OrderAction.HOLD: (hold_order, HoldOrderInput),
    OrderAction.RELEASE: (release_order, ReleaseOrderInput),
    OrderAction.CANCEL: (cancel_order, CancelOrderInput),
    OrderAction.CREATE_FULFILLMENT: (create_fulfillment, CreateFulfillmentInput),
    OrderAction.SHIP_FULFILLMENT: (ship_fulfillment, lambda order: ShipFulfillmentInput(order, FIRST_PARCEL)),
    OrderAction.DELIVER_FULFILLMENT: (
        deliver_fulfillment,
        lambda order: DeliverFulfillmentInput(order, FIRST_PARCEL),
    ),
    OrderAction.PACK_FULFILLMENT: (pack_fulfillment, lambda order: PackFulfillmentInput(order, FIRST_PARCEL)),
    OrderAction.CANCEL_FULFILLMENT: (
        cancel_fulfillment,
        lambda order: CancelFulfillmentInput(order, FIRST_PARCEL, restock=True),
    ),
    OrderAction.RECORD_TRACKING: (
        record_tracking,
        lambda order: RecordTrackingInput(order, FIRST_PARCEL, CarrierStatus.LABEL_CREATED, NOW),
    ),
}
"""The mutation of each action with its plainest input."""


def command(action: OrderAction, order_id: Id) -> tuple[Callable[..., OrderPayload], Any]:
    mutation, given = COMMANDS[action]
    return mutation, given(order_id)


def held(store: Store) -> Order:
    """A confirmed order that staff have put on hold."""
    return done(do(hold_order, HoldOrderInput(confirmed(store).id), ADMIN, store))


def failed(store: Store) -> Order:
    """An order whose one parcel could not be delivered."""
    asked = RecordTrackingInput(shipped(store).id, FIRST_PARCEL, CarrierStatus.FAILED, NOW)
    return done(do(record_tracking, asked, ADMIN, store))


STAGES: tuple[Callable[[Store], Order], ...] = (
    placed, held, confirmed, packed, shipped, failed, delivered,
)  # fmt: skip
ACTORS = (ADA, ADMIN, staff("support"), staff("warehouse"), staff("finance"))


@pytest.mark.parametrize(("stage", "actor"), list(product(STAGES, ACTORS)))
def test_what_is_offered_is_what_is_accepted(stage: Callable[[Store], Order], actor: Actor) -> None:
    store = stocked("LANTERN")
    seen = query_order(context(actor, store), id=stage(store).id)
    assert seen is not None
    offered = {offer.action: offer.allowed for offer in seen.available_actions}
    for action in COMMANDS:
        trial = stocked("LANTERN")
        changes = do(*command(action, stage(trial).id), actor, trial)
        changed = changes.order is not None and changes.order.version > seen.version
        assert changed == offered.get(action, False), action


def test_a_keyed_command_is_done_once() -> None:
    store = stocked("LANTERN")
    order = placed(store, ADA, ("LANTERN", 5))
    cancel = CancelOrderInput(order.id, units(order, 1), idempotency_key=key())
    do(cancel_order, cancel, ADA, store)
    before = contents(store)
    again = do(cancel_order, cancel, ADA, store)
    assert (again.replayed, done(again).lines[0].cancelled_quantity, contents(store)) == (True, 1, before)


def test_a_command_without_a_key_is_done_each_time() -> None:
    store = stocked("LANTERN")
    order = placed(store, ADA, ("LANTERN", 5))
    cancel = CancelOrderInput(order.id, units(order, 1))
    do(cancel_order, cancel, ADA, store)
    assert done(do(cancel_order, cancel, ADA, store)).lines[0].cancelled_quantity == 2


def test_a_keyed_command_with_another_body_is_a_conflict() -> None:
    store, used = stocked("LANTERN"), key()
    order = placed(store, ADA, ("LANTERN", 5))
    do(cancel_order, CancelOrderInput(order.id, units(order, 1), idempotency_key=used), ADA, store)
    before = contents(store)
    other = CancelOrderInput(order.id, units(order, 2), idempotency_key=used)
    assert isinstance(refusal(do(cancel_order, other, ADA, store)), IdempotencyConflict)
    assert contents(store) == before


def test_the_expected_version_is_no_part_of_a_keyed_commands_body() -> None:
    store, used = stocked("LANTERN"), key()
    order = placed(store)
    do(confirm_order, ConfirmOrderInput(order.id, 1, used), ADMIN, store)
    assert do(confirm_order, ConfirmOrderInput(order.id, 2, used), ADMIN, store).replayed


def test_the_same_key_of_another_actor_is_another_command() -> None:
    store, used = stocked("LANTERN"), key()
    order = placed(store, ADA, ("LANTERN", 5))
    cancel = CancelOrderInput(order.id, units(order, 1), idempotency_key=used)
    do(cancel_order, cancel, ADA, store)
    assert done(do(cancel_order, cancel, ADMIN, store)).lines[0].cancelled_quantity == 2


def test_a_keyed_command_in_the_same_state_leaves_its_record_alone() -> None:
    store, used = stocked("LANTERN"), key()
    order = confirmed(store)
    before = len(fake(store).items("orders"))
    do(confirm_order, ConfirmOrderInput(order.id, idempotency_key=used), ADMIN, store)
    again = do(confirm_order, ConfirmOrderInput(order.id, idempotency_key=used), ADMIN, store)
    assert (len(fake(store).items("orders")), again.replayed, done(again).version) == (before + 1, True, 2)


def test_a_key_used_twice_at_once_where_nothing_changes_stands_for_the_first_body() -> None:
    store, used = stocked("LANTERN"), key()
    order = placed(store)
    do(cancel_order, CancelOrderInput(order.id), ADA, store)
    first, second = (
        CancelOrderInput(order.id, reason=why, idempotency_key=used) for why in ("TOO_LATE", "MISTAKE")
    )
    in_between(store, lambda: do(cancel_order, first, ADA, store))
    assert isinstance(refusal(do(cancel_order, second, ADA, store)), IdempotencyConflict)


def test_the_same_keyed_command_twice_at_once_is_done_once() -> None:
    store = stocked("LANTERN")
    order = placed(store, ADA, ("LANTERN", 5))
    cancel = CancelOrderInput(order.id, units(order, 1), idempotency_key=key())
    in_between(store, lambda: do(cancel_order, cancel, ADA, store))
    payload = do(cancel_order, cancel, ADA, store)
    assert (payload.replayed, done(payload).lines[0].cancelled_quantity) == (True, 1)


def test_a_command_that_is_still_legal_goes_on_after_a_competing_write() -> None:
    store = stocked("LANTERN")
    order = placed(store, ADA, ("LANTERN", 5))
    in_between(store, lambda: do(cancel_order, CancelOrderInput(order.id, units(order, 2)), ADA, store))
    after = done(do(confirm_order, ConfirmOrderInput(order.id), ADMIN, store))
    assert (after.status, after.version, after.lines[0].cancelled_quantity) == (OrderStatus.CONFIRMED, 3, 2)


def test_a_command_that_is_legal_no_more_is_refused_with_the_new_state() -> None:
    store = stocked("LANTERN")
    order = placed(store)
    in_between(store, lambda: do(cancel_order, CancelOrderInput(order.id), ADA, store))
    error = refusal(do(confirm_order, ConfirmOrderInput(order.id), ADMIN, store))
    assert isinstance(error, TransitionNotAllowed)
    assert (error.from_, stock(store)) == ("CANCELLED", (100, 0))


def test_an_order_that_changes_at_each_try_is_busy() -> None:
    store = stocked("LANTERN")
    order = placed(store, ADA, ("LANTERN", 50))
    nudge = CancelOrderInput(order.id, units(order, 1))
    in_between(store, lambda: do(cancel_order, nudge, ADA, store), times=5)
    error = refusal(do(confirm_order, ConfirmOrderInput(order.id), ADMIN, store))
    assert (type(error), stock(store)) == (Busy, (55, 45))


@pytest.mark.parametrize("action", COMMANDS)
def test_a_foreign_order_looks_like_none(action: OrderAction) -> None:
    store = stocked("LANTERN")
    order = placed(store)
    asked = [command(action, identifier) for identifier in (order.id, Id("ord_nothing"))]
    answers = [do(run, given, BEN, store) for run, given in asked]
    reads = [round_trips(store, partial(do, run, given, BEN, store)) for run, given in asked]
    assert answers[0] == answers[1]
    assert reads[0] == reads[1] == ["query"]
    assert isinstance(refusal(answers[0]), NotFound)


@pytest.mark.parametrize(
    ("action", "group"),
    [
        (OrderAction.CONFIRM, "warehouse"),
        (OrderAction.REJECT, "warehouse"),
        (OrderAction.HOLD, "finance"),
        (OrderAction.RELEASE, "warehouse"),
        (OrderAction.CANCEL, "finance"),
        (OrderAction.CREATE_FULFILLMENT, "support"),
        (OrderAction.SHIP_FULFILLMENT, "support"),
        (OrderAction.DELIVER_FULFILLMENT, "finance"),
        (OrderAction.PACK_FULFILLMENT, "support"),
        (OrderAction.CANCEL_FULFILLMENT, "support"),
        (OrderAction.RECORD_TRACKING, "finance"),
    ],
)
def test_staff_of_another_group_are_not_permitted(action: OrderAction, group: str) -> None:
    store = stocked("LANTERN")
    run, given = command(action, placed(store).id)
    before = contents(store)
    error = refusal(do(run, given, staff(group), store))
    assert isinstance(error, NotAllowed)
    assert (error.reason, contents(store)) == ("NOT_PERMITTED", before)


def test_staff_who_may_not_see_orders_find_none() -> None:
    store = stocked("LANTERN")
    command_ = ConfirmOrderInput(placed(store).id)
    assert isinstance(refusal(do(confirm_order, command_, staff("catalog"), store)), NotFound)


def test_a_customer_may_not_confirm_their_own_order() -> None:
    store = stocked("LANTERN")
    error = refusal(do(confirm_order, ConfirmOrderInput(placed(store).id), ADA, store))
    assert isinstance(error, NotAllowed)
