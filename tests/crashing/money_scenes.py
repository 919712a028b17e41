"""Orders, their letters and their payments, each with an event of them that nobody has handled yet."""

from typing import Any

from providers.provider import ProviderUnreachableError
from resolvers.cancel_order import cancel_order
from resolvers.capture_payment import CapturePaymentInput, capture_payment
from resolvers.revoke_order_token import RevokeOrderTokenInput, revoke_order_token
from resolvers.shapes.inputs import CancelOrderInput
from resolvers.shapes.orders import Order
from tests.crashing.handing import stream, told
from tests.crashing.tools import Event
from tests.crashing.world import World
from tests.mailing import messages, ordered
from tests.paying import authorized, paying, prepaid
from tests.shopkeeping import (
    ADA,
    ADMIN,
    confirmed,
    do,
    done,
    key,
    placed,
)


def in_the_log(consumer: str) -> tuple[World, Event]:
    world = World()
    first, _ = placed(world.store), confirmed(world.store)
    done(do(revoke_order_token, RevokeOrderTokenInput(first.id), ADMIN, world.store))
    return world, stream(world, consumer)


def one_order_in_the_log() -> tuple[World, Event]:
    """One alone: several are pushed by several threads, and a crash of one would not stop the other."""
    world = World()
    order = confirmed(world.store)
    done(do(revoke_order_token, RevokeOrderTokenInput(order.id), ADMIN, world.store))
    return world, stream(world, "push_status")


def a_letter() -> tuple[World, Event]:
    world = World()
    return world, {"Records": messages(ordered(world.store).id, 1)}


def unpaid(world: World, method: str | None = "test_approved") -> Order:
    return prepaid(world.store, world.provider, method)


def to_authorise(method: str) -> tuple[World, Event]:
    world = World()
    return world, told(unpaid(world, method).id)


def to_void() -> tuple[World, Event]:
    world = World()
    order = authorized(world.store, world.provider)
    done(do(cancel_order, CancelOrderInput(order.id), ADA, world.store))
    return world, told(order.id)


def to_capture() -> tuple[World, Event]:
    """Finance asked for the money while the provider was away."""
    world = World()
    order = authorized(world.store, world.provider)
    provider = Away(world.provider)
    paying(capture_payment, CapturePaymentInput(order.id, key()), ADMIN, world.store, provider)  # type: ignore[arg-type]
    return world, told(order.id)


def to_pay_back() -> tuple[World, Event]:
    world = World()
    order = authorized(world.store, world.provider)
    done(paying(capture_payment, CapturePaymentInput(order.id, key()), ADMIN, world.store, world.provider))
    done(do(cancel_order, CancelOrderInput(order.id), ADMIN, world.store))
    return world, told(order.id)


class Away:
    """A provider that answers no question about money."""

    name = "test"

    def __init__(self, provider: object) -> None:
        self._provider = provider

    def __getattr__(self, name: str) -> Any:
        def unreachable(*_: object) -> None:
            raise ProviderUnreachableError(name)

        return unreachable
