"""A server with one order's log behind it, on the project's own schema: what a follower needs, and events as fast as wished."""

import threading
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from starlette.applications import Starlette

from local.appsync.api import Api, ApiKey, Auth, IamCaller, Kind, Resolver, UserPool
from local.appsync.server import create_app
from tests.clients.driving import FOLDER

ORDER = "ord_1"
KEY = "da2-local0000000000000000000000"
PAGE = 50
SDL = (FOLDER.parents[1] / "schema.graphql").read_text()


@dataclass(slots=True)
class OrderLog:
    """An order's events, as one reader sees them, of which some have happened."""

    events: tuple[dict[str, Any], ...]
    happened: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> dict[str, Any]:
        """One more happens."""
        with self._lock:
            self.happened += 1
            return self.events[self.happened - 1]

    def page(self, event: dict[str, Any]) -> dict[str, Any]:
        """What `orderEvents` answers."""
        after = event["arguments"]["after"]
        with self._lock:
            begin = bisect_right(self.events, after, hi=self.happened, key=lambda each: each["sequence"])
            shown, more = self.events[begin : self.happened][:PAGE], self.happened - begin > PAGE
        return {
            "entries": [{"event": each} for each in shown],
            "throughSequence": shown[-1]["sequence"] if shown else after,
            "hasMore": more,
        }


def log_of(count: int, dice: Random) -> OrderLog:
    """So many events, none of which has happened; some numbers between are of events that are not for this reader."""
    events, previous = [], 0
    for _ in range(count):
        sequence = previous + dice.choice([1, 1, 1, 2, 3])
        numbers = {"sequence": sequence, "previousSequence": previous}
        events.append(
            {
                "__typename": "OrderEvent",
                "orderId": ORDER,
                "type": "ORDER_HELD",
                "status": "ON_HOLD",
                **numbers,
            }
        )
        previous = sequence
    return OrderLog(tuple(events))


def application(log: OrderLog) -> Starlette:
    """The API of a log."""
    only = {"filterGroup": [{"filters": [{"fieldName": "orderId", "operator": "eq", "value": ORDER}]}]}
    resolvers = (
        Resolver("Query", "orderEvents", invoke=log.page),
        Resolver("Subscription", "onOrderEvent", Kind.SUBSCRIBE, lambda _: {**only, "invalidation": only}),
    )
    auth = Auth(
        api_keys=(ApiKey(KEY, datetime.now(UTC) + timedelta(hours=1)),),
        user_pools=(UserPool("https://pool.example", "https://keys.example"),),
        iam_callers=(IamCaller("AKIALOCAL", "secret-of-nobody", "123456789012", "arn", "name"),),
    )
    return create_app(Api(SDL, resolvers, auth))


def publisher(app: Starlette) -> Callable[[dict[str, Any]], None]:
    """What pushes an event to those who follow, from any thread."""
    gate = app.state.gate

    def publish(event: dict[str, Any]) -> None:
        gate._loop.call_soon_threadsafe(gate.engine.hub.publish, "publishOrderEvent", event)

    return publish
