"""A webhook's way is cut off before and after every side effect; the sender and the queue come again: one end, nothing twice."""

from collections.abc import Mapping
from typing import Any

import pytest

from domain.lifecycle import CarrierStatus, FulfillmentStatus, PaymentStatus
from providers.provider import Webhook
from resolvers.cancel_order import cancel_order
from resolvers.shapes.inputs import CancelOrderInput
from tests.consumers.webhook_world import World, seen
from tests.paying import asked, paying, prepaid, stored
from tests.shopkeeping import ADA, NOW, contents, done, fake, shipped
from tests.storage.damaging import findings


class Stopped(BaseException):
    """The function's process ended here."""


class Fuse:
    """Burns through at the `after`-th moment beside a side effect: each write and each send has one before and one after it."""

    def __init__(self, world: World, after: int) -> None:
        self.world, self.left, self.moments = world, after, 0
        world.put = self.put
        self.unhook = [fake(world.store).before(self.write), fake(world.store).after(self.write)]

    def put(self, queue: str, message: Mapping[str, str]) -> None:
        self.moment()
        self.world.line.put(queue, message)
        self.moment()

    def write(self, name: str, _request: Any) -> None:
        if name in {"transact_write_items", "put_item", "update_item"}:
            self.moment()

    def moment(self) -> None:
        self.moments += 1
        if self.moments == self.left:
            raise Stopped

    def remove(self) -> None:
        self.world.put = None
        for each in self.unhook:
            each()


def go(world: World, sender: str, webhook: Webhook) -> None:
    """The whole way."""
    world.post(sender, webhook)
    assert world.work() == []


def late_payment() -> tuple[World, str, Webhook]:
    """The longest way: a payment of an order that has ended is recorded, and asked to be given back."""
    world = World()
    order = prepaid(world.store, world.trial, "test_pending")
    asked(world.store, world.trial, order.id)
    done(paying(cancel_order, CancelOrderInput(order.id), ADA, world.store, world.trial))
    (webhook,) = world.trial.settle(stored(world.store, order.id).payments[0].reference, NOW)
    return world, order.id, webhook


def delivery() -> tuple[World, str, Webhook]:
    """A carrier's word that a parcel arrived."""
    world = World()
    return world, shipped(world.store).id, seen(CarrierStatus.DELIVERED, 5)


WAYS = {"test": late_payment, "carrier": delivery}


def moments(sender: str) -> int:
    """How many there are on a way."""
    world, _, webhook = WAYS[sender]()
    fuse = Fuse(world, after=0)
    go(world, sender, webhook)
    return fuse.moments


CUTS = [(sender, after) for sender in WAYS for after in range(1, moments(sender) + 1)]


@pytest.mark.parametrize("forgets", [False, True], ids=["soon", "late"])
@pytest.mark.parametrize(("sender", "after"), CUTS)
def test_a_way_that_is_cut_off_anywhere_ends_as_the_whole_one(sender: str, after: int, forgets: bool) -> None:
    straight, whole_id, whole = WAYS[sender]()
    go(straight, sender, whole)
    world, order_id, webhook = WAYS[sender]()
    fuse = Fuse(world, after)
    with pytest.raises(Stopped):
        go(world, sender, webhook)
    fuse.remove()
    if forgets:
        world.line.forget()
    go(world, sender, webhook)

    mine, other = stored(world.store, order_id), stored(straight.store, whole_id)
    assert (mine.version, mine.status, mine.totals) == (other.version, other.status, other.totals)
    assert [each.status for each in mine.payments] == [each.status for each in other.payments]
    assert [each.status for each in mine.fulfillments] == [each.status for each in other.fulfillments]
    assert [set(each) for each in world.inbox()] == [set(each) for each in straight.inbox()]
    assert findings(world.store) == []


def test_the_ways_do_what_they_are_cut_off_from() -> None:
    world, order_id, webhook = late_payment()
    before = contents(world.store)
    go(world, "test", webhook)
    payment = stored(world.store, order_id).payments[0]
    assert (payment.status, payment.voiding, contents(world.store) == before) == (
        PaymentStatus.AUTHORIZED,
        True,
        False,
    )
    world, order_id, webhook = delivery()
    go(world, "carrier", webhook)
    assert stored(world.store, order_id).fulfillments[0].status is FulfillmentStatus.DELIVERED
    assert {sender: sum(each == sender for each, _ in CUTS) for sender in WAYS} == {"test": 10, "carrier": 8}
