"""What somebody began and left, for the sweep to end."""

from collections.abc import Callable
from typing import Any

import pytest

from resolvers.cancel_order import cancel_order
from resolvers.place_order import place_order
from resolvers.shapes.inputs import CancelOrderInput
from tests.crashing.money_scenes import unpaid
from tests.crashing.tools import Event
from tests.crashing.world import World
from tests.paying import asked
from tests.shopkeeping import (
    ADA,
    basket,
    context,
    do,
    done,
    fake,
    stocked,
)


class _StoppedError(BaseException):
    """The process of a caller ended."""


def cut_off(world: World, transactions: int, work: Callable[[], object]) -> None:
    """Let the caller's process die before the transaction after so many."""
    left = [transactions]

    def strike(name: str, _request: object) -> None:
        if name == "transact_write_items":
            left[0] -= 1
            if left[0] < 0:
                raise _StoppedError

    remove = fake(world.store).before(strike)
    with pytest.raises(_StoppedError):
        work()
    remove()


def large() -> tuple[World, Any]:
    """A shop, and a basket that takes several transactions."""
    skus = tuple(f"BIG-{number:03d}" for number in range(100))
    return World(stocked(*skus, price="1.00", units=10)), basket(*((sku, 2) for sku in skus))


def a_placing_that_stands_still() -> tuple[World, Event]:
    world, wanted = large()
    cut_off(world, 4, lambda: place_order(wanted, context(ADA, world.store)))
    return world, {}


def a_movement_on_its_way() -> tuple[World, Event]:
    world, wanted = large()
    order = done(place_order(wanted, context(ADA, world.store)))
    cut_off(world, 2, lambda: do(cancel_order, CancelOrderInput(order.id), ADA, world.store))
    return world, {}


def nobody_paid() -> tuple[World, Event]:
    world = World()
    unpaid(world, None)
    return world, {}


def paid_and_left() -> tuple[World, Event]:
    world = World()
    asked(world.store, world.provider, unpaid(world).id)
    return world, {}
