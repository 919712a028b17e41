"""The live subscriptions of an API: who hears of a mutation, and what each of them gets to see of it."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.appsync import filters
from local.appsync.api import Limits
from local.appsync.completing import Nulled
from local.appsync.plan import Plan
from local.appsync.problems import Json
from local.appsync.reselecting import Reselection
from local.appsync.schema import Model

log = logging.getLogger(__name__)
ENDED: Json = {"errorType": "SubscriptionEnded", "message": "The server ended this subscription."}


@dataclass(frozen=True, slots=True, eq=False)
class Subscription:
    """One registered subscription. `group` None: its arguments filter. `deliver` and `end` must not block."""

    field_name: str
    plan: Plan
    arguments: Json
    deliver: Callable[[str], None] = field(repr=False)
    end: Callable[[Json], None] = field(repr=False)
    group: filters.Group | None = None
    invalidation: filters.Group | None = None

    def hears(self, payload: Json) -> bool:
        """Whether an event passes; a set filter replaces the arguments entirely (case 142)."""
        if self.group is not None:
            return filters.matches(self.group, payload)
        return filters.matches_arguments(self.arguments, payload)


class Hub:
    """Used from the event loop's thread alone."""

    def __init__(self, model: Model, limits: Limits) -> None:
        self._model = model
        self._limits = limits
        self._by_field: dict[str, dict[int, Subscription]] = {}

    def add(self, subscription: Subscription) -> None:
        """From now on it hears."""
        self._by_field.setdefault(subscription.field_name, {})[id(subscription)] = subscription

    def remove(self, subscription: Subscription) -> None:
        """It hears no more; removing twice does nothing."""
        self._by_field.get(subscription.field_name, {}).pop(id(subscription), None)

    def count(self) -> int:
        """How many subscriptions are live."""
        return sum(len(live) for live in self._by_field.values())

    def publish(self, mutation: str, payload: Json) -> None:
        """Give a mutation's result to every subscription of its fields (5.3); too large is dropped (case 140)."""
        names = [name for name in self._model.feeds.get(mutation, ()) if self._by_field.get(name)]
        if not names:
            return
        size = len(json.dumps(payload, separators=(",", ":")).encode())
        if size > self._limits.payload_bytes:
            log.warning("A payload of %s, %d bytes, is over the limit and is not delivered", mutation, size)
            return
        for name in names:
            self._fan_out([one for one in self._by_field[name].values() if one.hears(payload)], payload)

    def _fan_out(self, listeners: list[Subscription], payload: Json) -> None:
        """Subscribers with one plan see the same text, so it is made once."""
        texts: dict[int, str] = {}
        for listener in listeners:
            key = id(listener.plan)
            if key not in texts:
                texts[key] = frame_payload(listener.plan, payload)
            listener.deliver(texts[key])

    def end_subscriptions(self, field_name: str, payload: Json) -> int:
        """End every subscription of a field whose invalidation filter matches; answers how many (5.6)."""
        ended = [
            one
            for one in self._by_field.get(field_name, {}).values()
            if one.invalidation is not None and filters.matches(one.invalidation, payload)
        ]
        for one in ended:
            self.remove(one)
            one.end(ENDED)
        return len(ended)


def frame_payload(plan: Plan, payload: Json) -> str:
    """The payload of a data frame as JSON text; the root key stays, with null, when it bubbles (6.5)."""
    step = plan.root[0]
    selection = Reselection(plan.model.schema)
    try:
        value: Any = selection.field(step, payload, (step.key,))
    except Nulled:
        value = None
    frame: Json = {"data": {step.key: value}}
    if selection.errors:
        frame["errors"] = selection.errors
    return json.dumps(frame, separators=(",", ":"))
