"""Clients that follow an order: subscribe, ask the log, apply, drop or catch up, by the rule of our own client."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from cli.following import Action, Ask, Check, Event, Following, Page, Rewound, Show
from domain.actors import Actor, ActorKind

from .calls import Api, Reply, Request
from .faults import Fault, Faults, Violated
from .ledger import Ledger, require
from .push import Push, Standing

BOARD = ("PLACED", "CONFIRMED", "ON_HOLD", "COMPLETED", "CANCELLED")
"""What a member of staff sees live; an order that is rejected shows at the next look into the log."""
MOST_AT_ONCE = 40


@dataclass(eq=False, slots=True)
class Follower:
    """One caller who follows one order; `shown` is the history so far."""

    actor: Actor
    order_id: str
    following: Following = field(default_factory=Following)
    inbox: list[Mapping[str, Any]] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    connected: bool = False
    watched: bool = True

    @property
    def is_staff(self) -> bool:
        """Whether it sees all."""
        return self.actor.kind is ActorKind.STAFF


@dataclass(slots=True)
class Followers:
    """All who follow, the frames they have yet to handle, and when each looks into the log again."""

    api: Api
    ledger: Ledger
    push: Push
    chance: Random
    faults: Faults
    frames: int = 0
    all: list[Follower] = field(default_factory=list)
    watching: list[Follower] = field(default_factory=list)
    _due: list[tuple[float, int, Follower]] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: count(1))

    def begin(self, actor: Actor, order_id: str) -> None:
        """Somebody begins to follow; who has followed for longest closes the page, and comes back at the end."""
        follower = Follower(actor, order_id)
        self.all.append(follower)
        self.watching.append(follower)
        if len(self.watching) > MOST_AT_ONCE:
            old = self.watching.pop(0)
            old.watched = False
            self.lose(old)
        self.connect(follower)

    def connect(self, follower: Follower) -> None:
        """Subscribe, then query, then again a moment after the acknowledgement."""
        name = "onStaffOrderEvents" if follower.is_staff else "onOrderEvent"
        given: dict[str, Any] = (
            {"statuses": list(BOARD)} if follower.is_staff else {"orderId": follower.order_id}
        )
        reply = self.api.ask(Request(f"Subscription.{name}", given, follower.actor))
        if reply.answer is None:
            require(
                reply.lost or reply.error == "Busy",
                f"{follower.order_id}: may not be followed: {reply.error}",
            )
            return
        mutation = "publishStaffOrderEvent" if follower.is_staff else "publishOrderEvent"
        self.push.register(follower.order_id, Standing(follower, mutation, reply.answer["filterGroup"]))
        follower.connected = True
        self._act(follower, follower.following.connected())

    def lose(self, follower: Follower) -> None:
        """The connection is lost."""
        self.push.close(follower.order_id, follower)
        follower.connected = False
        follower.following.lost()

    def handle_frame(self) -> None:
        """One follower handles one frame."""
        self.frames += 1
        waiting = self.push.waiting
        place = self.chance.randrange(len(waiting))
        follower = waiting[place]
        assert isinstance(follower, Follower)
        frame = follower.inbox.pop(0) if follower.inbox else None
        if not follower.inbox:
            waiting[place] = waiting[-1]
            waiting.pop()
        if frame is None:
            return
        if self.faults.strikes(Fault.PUSH_LOST, 0.01):
            self.lose(follower)
            return
        event = Event(frame["sequence"], frame["previousSequence"], frame["type"], frame["status"])
        self._act(follower, follower.following.frame(event))

    def look_again(self, now: float) -> bool:
        """Let one follower look into the log whose time has come. False where it is nobody's."""
        while self._due and self._due[0][0] <= now:
            follower = heapq.heappop(self._due)[2]
            if follower.connected and follower.watched:
                self._act(follower, follower.following.due())
                return True
        return False

    def reconnect_one(self) -> bool:
        """One of those who lost their connection connects again. False where all are connected."""
        cut = [follower for follower in self.watching if not follower.connected]
        if cut:
            self.connect(self.chance.choice(cut))
        return bool(cut)

    def _act(self, follower: Follower, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Show(event):
                    self._show(follower, event)
                case Ask(after):
                    self._ask(follower, after)
                case Check(seconds):
                    at = self.api.clock.now + seconds
                    heapq.heappush(self._due, (at, next(self._numbers), follower))
                case Rewound():
                    raise Violated(f"{follower.order_id}: the log went back")

    def _ask(self, follower: Follower, after: int) -> None:
        given = {"orderId": follower.order_id, "after": after, "first": self.chance.choice((1, 2, 50))}
        reply: Reply = self.api.ask(Request("Query.orderEvents", given, follower.actor))
        if reply.answer is None:
            require(reply.lost or reply.error == "Busy", f"{follower.order_id}: no log: {reply.error}")
            self.lose(follower)
            return
        events = [
            Event(each["sequence"], each["previousSequence"], each["type"], each["status"])
            for each in (entry["event"] for entry in reply.answer["entries"])
        ]
        page = Page(after, events, reply.answer["throughSequence"], reply.answer["hasMore"])
        self._act(follower, follower.following.page(page))

    def _show(self, follower: Follower, event: Event) -> None:
        """The next of what this caller may see, and nothing else."""
        visible = self.ledger.orders[follower.order_id].visible(staff=follower.is_staff)
        place = len(follower.shown)
        wanted = visible[place] if place < len(visible) else None
        require(event.sequence == wanted, f"{follower.order_id}: {event.sequence} shown in place of {wanted}")
        follower.shown.append(event.sequence)
