"""What each consumer works with in a world in memory: everything that leaves a trace passes by a watch."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from consumers.app import bind, load
from consumers.bus import Bus
from consumers.note_movements import Notebook
from consumers.picturing import Studio
from consumers.publisher import Publisher
from consumers.receive_webhook import Doorkeeper, reader_of
from consumers.record_webhook import Clerk
from consumers.send_mail import Desk
from consumers.sending import Sender
from consumers.settle_money import Till
from consumers.sweep import Sweeper
from consumers.telling import Teller
from consumers.waiting import Waiter
from consumers.walking import Walker
from consumers.watch_stock import StockWatch
from consumers.workflow import Workflow
from tests.consumers.webhook_world import KNOWN
from tests.crashing.watch import Watch
from tests.crashing.world import World
from tests.mailing import SECRET
from tests.shopkeeping import SHOP, fake

Event = dict[str, Any]


def hand(world: World, consumer: str, event: Event, now: datetime, watch: Watch | None = None) -> Any:
    """A process of its own gets this event: what the consumer answers. Raises CrashedError where the watch says so."""
    seen = watch or Watch()
    hooks = (
        fake(world.store).before(lambda name, request: seen.call(name, request, over=False)),
        fake(world.store).after(lambda name, request: seen.call(name, request, over=True)),
    )
    try:
        return bind(load(consumer), TOOLS[consumer](world, seen, now))(event, None)
    finally:
        for remove in hooks:
            remove()


def _workflow(world: World, watch: Watch) -> Workflow:
    return Workflow(watch.over(world.states), "arn:machine")


def _sender(world: World, watch: Watch) -> Sender:
    return Sender(watch.over(world.line).put)


def _till(world: World, watch: Watch, now: datetime) -> Till:
    return Till(world.store, lambda: watch.over(world.provider), now)


def _waiter(world: World, watch: Watch, now: datetime) -> Waiter:
    return Waiter(world.store, _workflow(world, watch), hands_over=True, now=now)


def _doorkeeper(world: World, watch: Watch, now: datetime) -> Doorkeeper:
    return Doorkeeper(
        world.store, _sender(world, watch), KNOWN, lambda name: reader_of(world.means, name), now
    )


def _desk(world: World, watch: Watch, now: datetime) -> Desk:
    sending = watch.over(world.outgoing).send_mail
    return Desk(world.store, SHOP, sending, lambda: SECRET, "test", now)


def _publisher(world: World, watch: Watch, _now: datetime) -> Publisher:
    return Publisher(watch.over(world.outgoing).publish, sleep=lambda _: None)


TOOLS: dict[str, Callable[[World, Watch, datetime], object]] = {
    "end_wait": _waiter,
    "make_pictures": lambda world, watch, _: Studio(world.store, watch.over(world.bucket), "pictures"),
    "note_movements": lambda world, *_: Notebook(world.store),
    "push_status": _publisher,
    "receive_webhook": _doorkeeper,
    "record_webhook": lambda world, watch, now: Clerk(world.store, _sender(world, watch), now),
    "relay": lambda world, watch, _: Bus(watch.over(world.outgoing).put_events, sleep=lambda _: None),
    "send_mail": _desk,
    "settle_money": _till,
    "start_workflow": lambda world, watch, _: _workflow(world, watch),
    "sweep": lambda world, _, now: Sweeper(world.store, now, hands_over=True),
    "take_step": lambda world, watch, now: Walker(_waiter(world, watch, now), _till(world, watch, now)),
    "watch_stock": lambda world, watch, _: StockWatch(world.store, Teller(watch.over(world.outgoing).tell)),
}
"""By consumer: a new one needs a line here, and a row in `tests.crashing.rows`."""
