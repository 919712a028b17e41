"""`orderbell follow ORDER`: print an order's events, each once and in order, through lost connections and restarts."""

import argparse
import random
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.exceptions import WebSocketException

from cli.credential import credential
from cli.following import Action, Ask, Check, Event, Following, Page, Rewound, Show, pause
from cli.query import ask, client
from cli.realtime import Frames, Subscription, SubscriptionError, subscribed
from cli.state import last_port
from cli.token import NotRunningError

SUBSCRIBE = "subscription ($id: ID!) { onOrderEvent(orderId: $id) { sequence previousSequence type status } }"
CATCH_UP = """query ($id: ID!, $after: Int!) { orderEvents(orderId: $id, after: $after, asOwner: true) {
  entries { event { sequence previousSequence type status } } throughSequence hasMore } }"""
REACH_SECONDS = 5.0
PASSING = (OSError, WebSocketException, httpx.HTTPError, NotRunningError, ValueError)
"""What a server that restarts, or a network that is gone, may cause; an answer that is no JSON is a ValueError."""


class NotFollowedError(Exception):
    """The order cannot be followed by this caller, now or later; the text says why."""


class LostError(Exception):
    """The connection or a query failed; another try may pass."""


@dataclass(frozen=True, slots=True)
class Link:
    """A standing subscription: `next` waits so many seconds for an event, `page` queries the log after a sequence."""

    next: Callable[[float], Event | None]
    page: Callable[[int], Page]


@dataclass(slots=True)
class Follower:
    """Follows one order over links that it opens again when they are lost. `tell` hears what a person should know."""

    open: Callable[[], AbstractContextManager[Link]]
    following: Following
    tell: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    dice: Callable[[], float] = random.SystemRandom().random
    failures: int = 0
    stood: bool = field(default=False, init=False)

    def events(self) -> Iterator[Event]:
        """The events after `last`, for ever. Raises NotFollowedError; LostError only before the first connection."""
        while True:
            try:
                with self.open() as link:
                    yield from self._listen(link)
            except LostError as problem:
                if not self.stood:
                    raise
                self.following.lost()
                if self.failures == 0:
                    self.tell(f"Connection lost ({problem}); trying again ...")
                self.sleep(pause(self.failures, self.dice()))
                self.failures += 1

    def _listen(self, link: Link) -> Iterator[Event]:
        todo: deque[Action] = deque(self.following.connected())
        due = self.clock()
        while True:
            while todo:
                match todo.popleft():
                    case Show(event):
                        yield event
                    case Ask(after):
                        todo.extend(self.following.page(link.page(after)))
                        self._note_standing()
                    case Check(seconds):
                        due = self.clock() + seconds
                    case Rewound(through):
                        self.tell(f"The order's log ends at {through}: the server has lost what came after.")
            left = due - self.clock()
            pushed = link.next(left) if left > 0 else None
            todo.extend(self.following.due() if pushed is None else self.following.frame(pushed))

    def _note_standing(self) -> None:
        if not self.stood:
            self.tell("Following; Ctrl-C ends.")
        elif self.failures:
            self.tell("Connected again.")
        self.stood, self.failures = True, 0


@dataclass(frozen=True, slots=True)
class Server:
    """A server's two endpoints, and as whom it is called: a user's e-mail address, or None for a guest."""

    endpoint: str
    realtime: str
    user: str | None

    @contextmanager
    def follow(self, order_id: str) -> Iterator[Link]:
        """Subscribe with a fresh credential. Raises LostError and NotFollowedError, also out of the link."""
        with _translated():
            self._reach()
            header = credential(self.user)
            wanted = [Subscription("1", SUBSCRIBE, {"id": order_id})]
            with client() as http, subscribed(self.realtime, header, wanted) as frames:
                yield Link(
                    lambda seconds: self._next(frames, seconds),
                    lambda after: self._page(http, header, order_id, after),
                )

    def _reach(self) -> None:
        """Raise OSError where nobody listens: signing in at a laptop that is starting would disturb it."""
        parts = urlsplit(self.endpoint)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        with socket.create_connection((parts.hostname, port), timeout=REACH_SECONDS):
            pass

    def _next(self, frames: Frames, seconds: float) -> Event | None:
        """The event of the next frame; None in time without one, and for a frame without data: a reason to ask."""
        frame = frames.within(seconds)
        fields = (frame.payload.get("data") or {}).get("onOrderEvent") if frame else None
        return self._event(fields) if fields else None

    def _page(self, http: httpx.Client, header: dict[str, str], order_id: str, after: int) -> Page:
        answer = ask(self.endpoint, header, CATCH_UP, {"id": order_id, "after": after}, http)
        if answer.get("errors"):
            raise LostError(answer["errors"][0].get("message", "the query failed"))
        found = answer["data"]["orderEvents"]
        if found is None:
            raise _not_there()
        events = tuple(self._event(entry["event"]) for entry in found["entries"])
        return Page(after, events, found["throughSequence"], found["hasMore"])

    def _event(self, fields: dict[str, Any]) -> Event:
        """Staff see every event, so the one before it is the one numbered before it, whatever its owner may see."""
        sequence, staff = fields["sequence"], (self.user or "").endswith("@shop.example")
        previous = sequence - 1 if staff else fields["previousSequence"]
        return Event(sequence, previous, fields["type"], fields["status"])


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what I/O raises into the two errors that the follower tells apart."""
    try:
        yield
    except SubscriptionError as error:
        raise (_not_there() if error.kind == "NotFound" else LostError(str(error))) from error
    except PASSING as error:
        raise LostError(str(error) or type(error).__name__) from error


def _not_there() -> NotFollowedError:
    return NotFollowedError("There is no such order of this caller's: is the id right, and the user (--as)?")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("follow", description=__doc__)
    parser.add_argument("order", help="an order's id")
    parser.add_argument(
        "--as", dest="user", metavar="EMAIL", help="a demo user (default: a guest, by API key)"
    )
    parser.add_argument(
        "--after",
        type=int,
        default=0,
        metavar="N",
        help="the last event that you have (default 0: from the first)",
    )
    parser.add_argument(
        "--url",
        default=f"http://localhost:{last_port()}/graphql",
        help="a GraphQL endpoint (default: the server of this checkout)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print events until Ctrl-C (0); 1 where the order cannot be followed, 2 for an `--after` that is no sequence."""
    if args.after < 0:
        print("--after takes the sequence of an event, from 0.", file=sys.stderr)
        return 2
    realtime = f"ws{args.url.removeprefix('http')}/realtime"
    server = Server(args.url, realtime, args.user)
    follower = Follower(lambda: server.follow(args.order), Following(args.after), _tell)
    try:
        for event in follower.events():
            print(f"{event.sequence}\t{event.type}\t{event.status}", flush=True)
    except KeyboardInterrupt:
        return 0
    except NotFollowedError as error:
        print(error, file=sys.stderr)
    except LostError as error:
        print(f"Cannot follow: {error}", file=sys.stderr)
        print(f"Is a server running at {args.url}? `make run` starts one.", file=sys.stderr)
    return 1


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
