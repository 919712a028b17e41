"""Follows one order live beside the story, by the realtime protocol, and keeps what came."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from websockets.exceptions import WebSocketException

from cli.journey import documents
from cli.realtime import Frames, Subscription, SubscriptionError, subscribed

LOOK_SECONDS = 0.2


@dataclass(slots=True)
class Live:
    """The types of events that came, in the order of their coming; `ended` says how the server ended it."""

    types: list[str] = field(default_factory=list)
    ended: str = ""
    _stop: threading.Event = field(default_factory=threading.Event)

    def read(self, frames: Frames) -> None:
        """Keep what comes until the block ends or the server does."""
        try:
            while not self._stop.is_set():
                if frame := frames.within(LOOK_SECONDS):
                    self.types.append(frame.payload["data"]["onOrderEvent"]["type"])
        except (SubscriptionError, WebSocketException, TimeoutError) as error:
            self.ended = str(error)

    def stop(self) -> None:
        """Read no more."""
        self._stop.set()


@contextmanager
def following(url: str, credential: Mapping[str, str], order: str, token: str | None) -> Iterator[Live]:
    """Follow an order while the block lasts; once it is entered, the subscription stands."""
    wanted = Subscription("1", documents.FOLLOW, {"id": order, "token": token})
    live = Live()
    with subscribed(url, credential, [wanted]) as frames:
        reader = threading.Thread(target=live.read, args=(frames,), daemon=True)
        reader.start()
        try:
            yield live
        finally:
            live.stop()
            reader.join(timeout=5)
