"""AppSync's part: takes publications from the stream's consumer and hands frames to who follows, as far as they arrive."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

import urllib3.exceptions

from domain.actors import Actor, ActorKind
from local.appsync.filters import matches

from .faults import Fault, Faults, Killed
from .ledger import Ledger, require

PUBLISHING = {
    Fault.DROPPED: 0.05,
    Fault.THROTTLED: 0.07,
    Fault.SERVER_ERROR: 0.05,
    Fault.SLOW: 0.05,
    Fault.BATCH_IN_PART: 0.06,
    Fault.KILLED: 0.02,
}
MUTATION_OF = {"order": "publishOrderEvent", "staff": "publishStaffOrderEvent"}


class Subscriber(Protocol):
    """Who gets frames: its caller, and what its connection still holds for it."""

    actor: Actor
    inbox: list[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Standing:
    """One registered subscription: to which mutation, with the filter that the server set."""

    subscriber: Subscriber
    mutation: str
    group: list[dict[str, Any]]


@dataclass(slots=True)
class Push:
    """All subscriptions, by the order that the subscriber has in mind, and what was published."""

    ledger: Ledger
    chance: Random
    faults: Faults
    between: Callable[[], None]
    waiting: list[Subscriber] = field(default_factory=list)
    published: set[tuple[str, str, int]] = field(default_factory=set)
    _standing: defaultdict[str, list[Standing]] = field(default_factory=lambda: defaultdict(list))

    def register(self, order_id: str, standing: Standing) -> None:
        """Let a subscription stand."""
        self._standing[order_id].append(standing)

    def close(self, order_id: str, subscriber: Subscriber) -> None:
        """A connection is gone, with all that was on its way over it."""
        kept = [each for each in self._standing[order_id] if each.subscriber is not subscriber]
        self._standing[order_id] = kept
        subscriber.inbox.clear()

    def send(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """What the publisher posts to: AppSync's answer, or an error on the way there or back."""
        if not self.faults.calm and self.chance.random() < 0.03:
            self.between()
        fault = self.faults.draw(PUBLISHING)
        if fault is Fault.DROPPED:
            raise urllib3.exceptions.ProtocolError("connection broken")
        if fault is Fault.THROTTLED:
            return 429, b""
        if fault is Fault.SERVER_ERROR:
            return 503, b""
        if fault is Fault.BATCH_IN_PART:
            return 400, b""  # no repetition mends this: the record is answered as failed
        self._publish(json.loads(body)["variables"])
        if fault is Fault.KILLED:
            raise Killed
        if fault is Fault.SLOW:
            raise urllib3.exceptions.TimeoutError("timed out")
        return 200, b'{"data": {}}'

    def _publish(self, variables: Mapping[str, Mapping[str, Any]]) -> None:
        for audience, frame in variables.items():
            order_id, sequence = frame["orderId"], frame["sequence"]
            visible = self.ledger.orders[order_id].visible(staff=audience == "staff")
            require(
                sequence in visible, f"{order_id}.{sequence} was pushed to {audience}, who may not see it"
            )
            place = visible.index(sequence)
            before = visible[place - 1] if place else 0
            require(
                frame["previousSequence"] == before,
                f"{order_id}.{sequence}: previousSequence is not {before}",
            )
            self.published.add((audience, order_id, sequence))
            for standing in tuple(self._standing[order_id]):
                if standing.mutation == MUTATION_OF[audience] and matches(standing.group, dict(frame)):
                    self._fan_out(standing.subscriber, frame)

    def _fan_out(self, to: Subscriber, frame: Mapping[str, Any]) -> None:
        owner = self.ledger.orders[frame["orderId"]].owner_id
        require(
            to.actor.kind is ActorKind.STAFF or to.actor.id == owner,
            f"{to.actor.id} was pushed an order of {owner}",
        )
        fault = self.faults.draw({Fault.PUSH_LOST: 0.12, Fault.MESSAGE_REPEATED: 0.12, Fault.REORDERED: 0.12})
        if fault is Fault.PUSH_LOST:
            return
        if not to.inbox:
            self.waiting.append(to)
        place = self.chance.randrange(len(to.inbox) + 1) if fault is Fault.REORDERED else len(to.inbox)
        to.inbox.insert(place, frame)
        if fault is Fault.MESSAGE_REPEATED:
            to.inbox.append(frame)
