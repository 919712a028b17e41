"""An order's workflow, step by step: what it asks for, what each step does, and that nothing is done twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.ids import Id
from resolvers.cancel_order import CancelOrderInput, cancel_order
from resolvers.confirm_order import ConfirmOrderInput, confirm_order
from resolvers.create_fulfillment import CreateFulfillmentInput, create_fulfillment
from resolvers.deliver_fulfillment import DeliverFulfillmentInput, deliver_fulfillment
from resolvers.hold_order import HoldOrderInput, hold_order
from resolvers.release_order import ReleaseOrderInput, release_order
from resolvers.retry_payment import RetryPaymentInput, retry_payment
from resolvers.ship_fulfillment import ShipFulfillmentInput, ship_fulfillment
from tests.paying import paying, prepaid, stored
from tests.shopkeeping import ADA, ADMIN, FIRST_PARCEL, do, done, in_between, key, placed
from tests.workflow.world import MINUTE, Fuse, World

PAID = ["AUTHORIZE", "WAIT_FOR_PAYMENT", "HAND_TO_WAREHOUSE", "WAIT_FOR_END"]
LATE = timedelta(minutes=121)


def buy(world: World, method: str | None = "test_approved") -> Id:
    """Ada's prepaid order; nothing of it was delivered yet."""
    return prepaid(world.store, world.provider, method).id  # type: ignore[arg-type]


def warehouse(world: World, order_id: Id) -> None:
    """The warehouse packs, ships, and the parcel arrives."""
    do(create_fulfillment, CreateFulfillmentInput(order_id), ADMIN, world.store)
    do(ship_fulfillment, ShipFulfillmentInput(order_id, FIRST_PARCEL), ADMIN, world.store)
    done(do(deliver_fulfillment, DeliverFulfillmentInput(order_id, FIRST_PARCEL), ADMIN, world.store))


def status(world: World, order_id: Id) -> str:
    return stored(world.store, order_id).status.value


def test_a_paid_order_goes_to_the_warehouse_and_its_workflow_ends_with_it() -> None:
    world = World()
    order_id = buy(world)
    world.settle(order_id)
    assert (status(world, order_id), world.walked(order_id)) == ("CONFIRMED", PAID)

    warehouse(world, order_id)
    world.settle(order_id)
    assert (status(world, order_id), world.walked(order_id)) == ("COMPLETED", [*PAID, "COMPENSATE"])
    assert world.over(order_id)
    assert world.provider.called == ["authorize"]


def test_an_order_on_account_waits_for_staff_to_confirm_it() -> None:
    world = World()
    order_id = placed(world.store).id
    world.settle(order_id)
    assert (status(world, order_id), world.walked(order_id)) == ("PLACED", PAID[:3])

    do(confirm_order, ConfirmOrderInput(order_id), ADMIN, world.store)
    world.settle(order_id)
    assert world.walked(order_id) == PAID


def test_a_paid_order_waits_for_staff_where_the_shop_wants_that() -> None:
    world = World(hands_over=False)
    order_id = buy(world)
    world.settle(order_id)
    assert (status(world, order_id), world.walked(order_id)) == ("PLACED", PAID[:3])
    assert world.swept(LATE) == {"ended": 0, "left": 0}


def test_a_held_order_is_handed_over_once_it_is_released() -> None:
    world = World()
    order_id = buy(world)
    do(hold_order, HoldOrderInput(order_id), ADMIN, world.store)
    world.settle(order_id)
    assert (status(world, order_id), world.walked(order_id)) == ("ON_HOLD", PAID[:3])

    do(release_order, ReleaseOrderInput(order_id), ADMIN, world.store)
    world.settle(order_id)
    assert (status(world, order_id), world.walked(order_id)) == ("CONFIRMED", PAID)


def test_an_order_that_nobody_pays_expires_and_its_workflow_ends() -> None:
    world = World()
    order_id = buy(world, None)
    world.settle(order_id)
    assert world.walked(order_id) == PAID[:2]

    assert world.swept(LATE) == {"ended": 1, "left": 0}
    world.settle(order_id)
    assert (status(world, order_id), world.walked(order_id)) == ("EXPIRED", [*PAID[:2], "COMPENSATE"])
    assert world.over(order_id)


def test_a_wait_that_times_out_lets_an_unpaid_order_expire_by_itself() -> None:
    world = World()
    order_id = buy(world, None)
    world.settle(order_id)
    world.later(LATE)
    world.states.fail(order_id, "States.Timeout")
    world.settle(order_id)
    assert (status(world, order_id), world.walked(order_id)[-1]) == ("EXPIRED", "COMPENSATE")


def test_a_declined_card_is_tried_anew() -> None:
    world = World()
    order_id = buy(world, "test_insufficient_funds")
    world.settle(order_id)
    assert world.walked(order_id) == PAID[:2]

    asked = RetryPaymentInput(order_id, key(), "test_approved")
    paying(retry_payment, asked, ADA, world.store, world.provider)  # type: ignore[arg-type]
    world.hand(
        "end_wait", {"detail": {"orderId": order_id}}
    )  # it may hear of it before the money's consumer does
    world.settle(order_id)
    assert status(world, order_id) == "CONFIRMED"
    assert world.walked(order_id) == [*PAID[:2], *PAID]


def test_a_provider_that_is_gone_is_tried_six_times_and_then_waited_for() -> None:
    world = World()
    order_id = buy(world, "test_unreachable")
    world.hand("start_workflow", {"detail": {"orderId": order_id}})
    for _ in range(7):
        assert status(world, order_id) == "PLACED"
        world.hand("take_step", world.states.queue.pop(0))
    assert world.walked(order_id)[:7] == ["AUTHORIZE"] * 6 + ["WAIT_FOR_PAYMENT"]
    assert world.walked(order_id)[7:] == ["AUTHORIZE"]  # what was begun is still to be asked for


def test_cancelling_a_paid_order_gives_the_money_back_and_ends_the_workflow() -> None:
    world = World()
    order_id = buy(world)
    world.settle(order_id)
    done(do(cancel_order, CancelOrderInput(order_id), ADA, world.store))
    world.settle(order_id)
    assert world.over(order_id)
    assert world.provider.called == ["authorize", "void"]
    assert stored(world.store, order_id).payments[0].status.value == "VOIDED"


def test_what_happens_while_a_step_begins_to_wait_is_not_missed() -> None:
    """The token is kept before the order is read: who comes before that finds none, but the read sees what happened."""
    world = World()
    order_id = placed(world.store).id
    world.hand("start_workflow", {"detail": {"orderId": order_id}})
    for _ in range(2):
        world.hand("take_step", world.states.queue.pop(0))

    def confirm() -> None:
        do(confirm_order, ConfirmOrderInput(order_id), ADMIN, world.store)
        world.deliver(order_id)

    in_between(world.store, confirm)
    world.take()
    assert world.walked(order_id) == PAID


def test_the_order_is_started_once_however_often_it_is_told() -> None:
    world = World()
    order_id = buy(world)
    world.hand("start_workflow", {"detail": {"orderId": order_id}}, times=3)
    assert world.walked(order_id) == ["AUTHORIZE"]


def test_a_step_that_comes_again_after_it_was_over_does_nothing() -> None:
    world = World()
    order_id = buy(world)
    world.hand("start_workflow", {"detail": {"orderId": order_id}})
    asked = []
    while world.states.queue:
        asked.append(dict(world.states.queue[0]))
        world.take()
        world.deliver(order_id)
    before = world.ended(order_id)
    for each in asked:
        world.hand("take_step", each, times=2)
    assert (world.ended(order_id), world.walked(order_id)) == (before, PAID)


Story = Callable[[World, Id], None]


def delivered(world: World, order_id: Id) -> None:
    world.settle(order_id)
    world.swept(3 * MINUTE)
    warehouse(world, order_id)
    world.settle(order_id)


def called_off(world: World, order_id: Id) -> None:
    world.settle(order_id)
    world.swept(3 * MINUTE)
    world.settle(order_id)
    done(do(cancel_order, CancelOrderInput(order_id), ADA, world.store))
    world.settle(order_id)


def unpaid(world: World, order_id: Id) -> None:
    world.settle(order_id)
    world.swept(LATE)
    world.settle(order_id)


STORIES: list[tuple[Story, str | None]] = [
    (delivered, "test_approved"),
    (called_off, "test_approved"),
    (unpaid, None),
    (unpaid, "test_stolen_card"),
    (unpaid, "test_action_unanswered"),
]
NAMED = [f"{story.__name__}-{method}" for story, method in STORIES]


def told(story: Story, method: str | None, world: World) -> tuple[World, Id]:
    order_id = buy(world, method)
    story(world, order_id)
    return world, order_id


@pytest.mark.parametrize(("story", "method"), STORIES, ids=NAMED)
def test_without_any_workflow_a_story_ends_the_same(story: Story, method: str | None) -> None:
    """The state machine was deleted: what it would have done, the sweep and the money's own consumer do."""
    first, second = (told(story, method, World(workflow=running)) for running in (True, False))
    assert first[0].over(first[1])
    assert not second[0].states.executions
    assert first[0].ended(first[1]) == second[0].ended(second[1])


@pytest.mark.parametrize(("story", "method"), STORIES, ids=NAMED)
def test_a_story_whose_executions_are_lost_half_way_ends_the_same(story: Story, method: str | None) -> None:
    whole, order_id = told(story, method, World())
    world = World()
    again = buy(world, method)
    world.deliver(again)
    world.states.lost = True  # every token is unknown from here on
    story(world, again)
    assert world.ended(again) == whole.ended(order_id)


@pytest.mark.parametrize(("story", "method"), STORIES, ids=NAMED)
def test_a_crash_between_any_two_side_effects_changes_nothing(story: Story, method: str | None) -> None:
    whole, order_id = told(story, method, World())
    assert whole.fuse.burnt > 4
    for after in range(whole.fuse.burnt):
        world, again = told(story, method, World(fuse=Fuse(after)))
        assert world.over(again), after
        assert world.ended(again) == whole.ended(order_id), after
        assert world.walked(again) == whole.walked(order_id), after
        assert sorted(set(world.provider.called)) == sorted(set(whole.provider.called)), after


def test_the_sweep_leaves_a_paid_order_to_its_workflow_for_two_minutes() -> None:
    world = World(workflow=False)
    order_id = buy(world)
    world.settle(order_id)
    assert world.swept(2 * MINUTE) == {"ended": 0, "left": 0}
    assert world.swept(2 * MINUTE + timedelta(seconds=1)) == {"ended": 1, "left": 0}
    assert status(world, order_id) == "CONFIRMED"
    assert world.swept(3 * MINUTE) == {"ended": 0, "left": 0}
