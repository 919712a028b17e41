"""Counts what the staff board is told live, by the realtime protocol, while the shop is alive."""

import threading
from collections.abc import Callable, Mapping

from websockets.exceptions import WebSocketException

from cli.realtime import Subscription, SubscriptionError, subscribed
from cli.simulate.tally import Tally
from cli.token import NotRunningError

BOARD = """subscription ($statuses: [OrderStatus!]) { onStaffOrderEvents(statuses: $statuses) { orderId sequence } }"""
STATUSES = ["PLACED", "CONFIRMED", "COMPLETED", "CANCELLED", "EXPIRED"]
LOOK_SECONDS, AGAIN_SECONDS = 0.5, 1.0
PASSING = (SubscriptionError, WebSocketException, OSError, NotRunningError, TimeoutError, ValueError)


def watch(
    url: str, credential: Callable[[], Mapping[str, str]], tally: Tally, stop: threading.Event
) -> threading.Thread:
    """Count until `stop`, through lost connections; the thread that does."""
    thread = threading.Thread(target=_watch, args=(url, credential, tally, stop), daemon=True)
    thread.start()
    return thread


def _watch(
    url: str, credential: Callable[[], Mapping[str, str]], tally: Tally, stop: threading.Event
) -> None:
    wanted = [Subscription("1", BOARD, {"statuses": STATUSES})]
    while not stop.is_set():
        try:
            with subscribed(url, credential(), wanted) as frames:
                while not stop.is_set():
                    tally.events += frames.within(LOOK_SECONDS) is not None
        except PASSING:
            stop.wait(AGAIN_SECONDS)
