"""What comes from outside and from the shelves: uploads, stock that moved, webhooks; each not handled yet."""

import json
from collections.abc import Callable

from domain.lifecycle import CarrierStatus
from resolvers.cancel_order import cancel_order
from resolvers.create_product import CreateProductInput, VariantInput, create_product
from resolvers.set_stock import SetStockInput, set_stock
from resolvers.shapes.inputs import CancelOrderInput
from storage.uploads import upload_key
from tests.bucket import NOON, jpeg
from tests.consumers.webhook_world import request, seen
from tests.crashing.handing import queued, stream
from tests.crashing.money_scenes import unpaid
from tests.crashing.tools import Event, hand
from tests.crashing.world import World
from tests.paying import asked, paying, stored
from tests.shopkeeping import (
    ADA,
    ADMIN,
    NOW,
    call,
    context,
    done,
    gbp,
    placed,
    shipped,
)


def an_upload() -> tuple[World, Event]:
    world = World()
    given = CreateProductInput("Bell", "Home", variants=(VariantInput("TINY", gbp("3.39")),), published=True)
    product = call(create_product, given, context(ADMIN, world.store)).product
    uploaded = world.bucket.put(upload_key(product.id, NOON, "one"), jpeg())
    return world, queued({"detail": {"object": {"key": uploaded}}})


def moved_stock() -> tuple[World, Event]:
    world = World()
    placed(world.store, ADA, ("LANTERN", 2), ("BELL", 1))
    return world, stream(world, "note_movements")


def low_stock() -> tuple[World, Event]:
    world = World()
    given = CreateProductInput(
        "Bell", "Home", variants=(VariantInput("TINY", gbp("3.39"), low_stock_at=5),), published=True
    )
    assert call(create_product, given, context(ADMIN, world.store)).product
    for units in (9, 1):
        counted = call(set_stock, SetStockInput("TINY", units), context(ADMIN, world.store))
        assert counted.stock_level
    return world, {"Records": stream(world, "watch_stock")["Records"][-1:]}


def a_payments_webhook() -> tuple[World, Event]:
    """The longest: a payment of an order that was cancelled meanwhile succeeds."""
    world = World()
    order = unpaid(world, "test_pending")
    asked(world.store, world.provider, order.id)
    done(paying(cancel_order, CancelOrderInput(order.id), ADA, world.store, world.provider))
    (webhook,) = world.provider.settle(stored(world.store, order.id).payments[0].reference, NOW)
    return world, request("test", webhook)


def a_carriers_webhook() -> tuple[World, Event]:
    world = World()
    shipped(world.store)
    return world, request("carrier", seen(CarrierStatus.DELIVERED, 5))


def in_the_queue(posted: Callable[[], tuple[World, Event]], provider: str) -> tuple[World, Event]:
    """What the route put into the queue."""
    world, event = posted()
    hand(world, "receive_webhook", event, NOW)
    assert event["pathParameters"]["provider"] == provider
    return world, {"Records": [world.line.waiting.pop(0)]}


def a_refused_report() -> tuple[World, Event]:
    """A payment's event that its order refuses is set aside."""
    world, event = in_the_queue(a_payments_webhook, "test")
    body = json.loads(event["Records"][0]["body"])
    body["event"] = json.loads(json.dumps(body["event"]).replace('"GBP"', '"EUR"'))
    return world, {"Records": [event["Records"][0] | {"body": json.dumps(body)}]}
