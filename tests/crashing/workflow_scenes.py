"""Workflows of orders, each so far that a step is asked for, or that one who waits may go on."""

import json
from collections.abc import Callable
from datetime import datetime

from domain.steps import Step
from resolvers.cancel_order import cancel_order
from resolvers.confirm_order import ConfirmOrderInput, confirm_order
from resolvers.shapes.inputs import CancelOrderInput
from resolvers.shapes.orders import Order
from tests.crashing.handing import queued, told
from tests.crashing.money_scenes import unpaid
from tests.crashing.tools import Event, hand
from tests.crashing.world import World
from tests.shopkeeping import (
    ADMIN,
    NOW,
    do,
    done,
    placed,
)


def walked(world: World, order_id: str, steps: int, now: datetime = NOW) -> Event:
    """An order's workflow so many steps on; the message of the one that comes next."""
    hand(world, "start_workflow", told(order_id), now)
    for _ in range(steps):
        hand(world, "take_step", queued(world.states.queue.pop(0)), now)
    return queued(world.states.queue.pop(0))


def a_step(step: Step) -> tuple[World, Event]:
    world = World()
    order = unpaid(world)
    match step:
        case Step.AUTHORIZE:
            event = walked(world, order.id, 0)
        case Step.WAIT_FOR_PAYMENT:
            event = walked(world, order.id, 1)
        case Step.HAND_TO_WAREHOUSE:
            event = walked(world, order.id, 2)
        case Step.WAIT_FOR_END:
            event = walked(world, order.id, 3)
            done(do(cancel_order, CancelOrderInput(order.id), ADMIN, world.store))
        case Step.COMPENSATE:
            order = unpaid(world, "test_insufficient_funds")
            event = walked(world, order.id, 1)
            hand(world, "take_step", event, NOW)
            world.states.fail(order.id, "States.Timeout")
            event = queued(world.states.queue.pop(0))
    assert json.loads(event["Records"][0]["body"])["step"] == step.value
    return world, event


def a_wait(ends_by: Callable[[World, Order], object]) -> tuple[World, Event]:
    """An order on account whose workflow waits for staff, who then decide."""
    world = World()
    order = placed(world.store)
    hand(world, "take_step", walked(world, order.id, 2), NOW)
    ends_by(world, order)
    return world, told(order.id)


def an_order_to_start() -> tuple[World, Event]:
    world = World()
    return world, told(placed(world.store).id)


def staff_confirm(world: World, order: Order) -> object:
    return done(do(confirm_order, ConfirmOrderInput(order.id), ADMIN, world.store))


def staff_cancel(world: World, order: Order) -> object:
    return done(do(cancel_order, CancelOrderInput(order.id), ADMIN, world.store))
