"""A client that follows one order by pushed events, and asks the log where it finds a gap."""

from collections.abc import Iterable

from domain.actors import Actor
from domain.events import OrderEvent
from domain.ids import Id
from resolvers.order_events import order_events
from resolvers.shapes.orders import OrderEventPage
from storage.store import Store
from tests.shopkeeping import context


class Follower:
    """Keeps the events it has applied, by the rule that `OrderEvent` states."""

    def __init__(self, store: Store, order_id: Id, actor: Actor) -> None:
        self.store, self.order_id, self.actor = store, order_id, actor
        self.last = 0
        self.applied: list[OrderEvent] = []

    def receive(self, frames: Iterable[OrderEvent]) -> None:
        """Apply, drop, or catch up, frame by frame."""
        for frame in frames:
            if frame.previous_sequence <= self.last < frame.sequence:
                self.applied.append(frame)
                self.last = frame.sequence
            elif frame.sequence > self.last:
                self.catch_up()

    def catch_up(self, first: int = 2) -> None:
        """Ask the log until it has no more."""
        page = self.ask(first)
        while page.has_more:
            page = self.ask(first)

    def ask(self, first: int) -> OrderEventPage:
        """One page of the log, applied."""
        page = order_events(context(self.actor, self.store), self.order_id, self.last, first)
        assert page is not None
        self.applied += [entry.event for entry in page.entries]
        self.last = page.through_sequence
        return page
