"""A shop whose workflow runs in memory: its log is delivered to the consumers, its steps to the one that takes them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from consumers.app import Handler, bind, load
from consumers.settle_money import Till
from consumers.sweep import Sweeper, sweep
from consumers.waiting import Waiter
from consumers.walking import Walker
from consumers.workflow import Workflow
from domain.order import Order
from providers.trial import Trial
from storage.order_reads import load_order
from storage.store import Store
from storage.waits import waits_of
from tests.paying import stored, trial
from tests.shopkeeping import NOW, fake, stock, stocked
from tests.workflow.states import MemoryStates

MINUTE = timedelta(minutes=1)


class CrashedError(BaseException):
    """The function died: nothing catches it."""


@dataclass
class Fuse:
    """Lets so many side effects of what is `armed` happen, and no more; None: all."""

    left: int | None = None
    burnt: int = 0
    armed: bool = False

    def effect(self, _name: str) -> None:
        if not self.armed:
            return
        if self.left == 0:
            raise CrashedError
        self.left = None if self.left is None else self.left - 1
        self.burnt += 1


class Watched:
    """A provider whose every call is a side effect."""

    name = "test"

    def __init__(self, provider: Trial, fuse: Fuse) -> None:
        self.provider, self.fuse, self.called = provider, fuse, list[str]()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            self.fuse.effect(name)
            self.called.append(name)
            return getattr(self.provider, name)(*given)

        return call


@dataclass
class World:
    """`workflow` False: the state machine was deleted, with all its executions; nobody starts or ends anything."""

    workflow: bool = True
    hands_over: bool = True
    fuse: Fuse = field(default_factory=Fuse)
    store: Store = field(default_factory=lambda: stocked("LANTERN"))
    read: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.states = MemoryStates(self.fuse.effect)
        self.provider = Watched(trial(), self.fuse)
        fake(self.store).before(self._count)
        self.later(timedelta())

    def later(self, after: timedelta) -> None:
        """The same consumers, so much later."""
        till = Till(self.store, lambda: self.provider, NOW + after)  # type: ignore[arg-type, return-value]
        calls = Workflow(self.states, "arn:machine")
        waiter = Waiter(self.store, calls, self.hands_over, NOW + after)
        tools: dict[str, object] = {"start_workflow": calls, "settle_money": till}
        tools |= {"end_wait": waiter, "take_step": Walker(waiter, till)}
        self.handlers = {name: bind(load(name), tool) for name, tool in tools.items()}

    def settle(self, *order_ids: str) -> None:
        """Deliver what happened to these orders, and what follows of it, until nothing does."""
        while self.deliver(*order_ids) or self.take():
            pass

    def deliver(self, *order_ids: str) -> int:
        """Every event that was not delivered yet goes to whoever listens for it; how many there were."""
        told = [(order_id, event) for order_id in order_ids for event in self._new(order_id)]
        for order_id, event in told:
            for name in (
                ("settle_money", "start_workflow", "end_wait") if self.workflow else ("settle_money",)
            ):
                if event.type.value in load(name).source.events:  # type: ignore[union-attr]
                    detail = {"orderId": order_id}
                    self.hand(name, {"detail-type": event.type.value, "detail": detail})
        return len(told)

    def take(self) -> int:
        """Every step that is asked for is carried out; how many there were."""
        taken = 0
        while self.states.queue:
            self.hand("take_step", self.states.queue[0])
            self.states.queue.pop(0)
            taken += 1
        return taken

    def hand(self, name: str, body: Mapping[str, object], times: int = 1) -> None:
        """A message to a consumer, again after each crash and failure, until it is handled."""
        for _ in range(times):
            while not self._handled(name, body):
                self.fuse.left = None

    def _handled(self, name: str, body: Mapping[str, object]) -> bool:
        self.fuse.armed = True
        try:
            return handled(self.handlers[name], body)
        finally:
            self.fuse.armed = False

    def swept(self, after: timedelta) -> dict[str, int]:
        answer: dict[str, int] = sweep({}, Sweeper(self.store, NOW + after, hands_over=self.hands_over))
        return answer

    def walked(self, order_id: str) -> list[str]:
        """The steps that the order's workflow asked for so far."""
        return self.states.executions[order_id].walked

    def over(self, order_id: str) -> bool:
        """Whether its execution ended, and nothing is kept for it."""
        return self.states.executions[order_id].at is None and not waits_of(self.store, order_id)

    def ended(self, order_id: str) -> object:
        """All that the shop knows in the end: the order but for when, and the stock."""
        order: Order = stored(self.store, order_id)
        events = sorted(event.type.value for event in self._events(order_id))
        payments = [replace(each, reference="") for each in order.payments]  # made of the order's id
        return order.status, order.totals, payments, order.refunds, events, stock(self.store)

    def _new(self, order_id: str) -> list[Any]:
        events = self._events(order_id)
        new = events[self.read.get(order_id, 0) :]
        self.read[order_id] = len(events)
        return new

    def _events(self, order_id: str) -> list[Any]:
        loaded = load_order(self.store, order_id, history=True)
        assert loaded is not None
        return list(loaded.events)

    def _count(self, name: str, _request: object) -> None:
        if name == "transact_write_items":
            self.fuse.effect(name)


def handled(handler: Handler, body: Mapping[str, object]) -> bool:
    """Whether a consumer handled the message; not where it crashed, or answered that it is to come again."""
    record = {"messageId": "m", "body": json.dumps(body)}
    try:
        answer: Mapping[str, object] = handler({"Records": [record]}, None)
    except CrashedError:
        return False
    return answer == {"batchItemFailures": []}
