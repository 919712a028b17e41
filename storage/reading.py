"""One read, tried again where that may help: a kept-alive connection that died, a throttle, a fault of the service.

Reads have no effect, so they are simply repeated; writes go through `storage.transact`.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from botocore.exceptions import ClientError

from domain.refusals import Busy, Refused
from storage.store import Store
from storage.transact import BASE_SECONDS, BUSY_PAUSE_MS, CAP_SECONDS, LOST, THROTTLES

MAX_READS = 3

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def read(store: Store, call: Callable[Given, Answer], *args: Given.args, **kwargs: Given.kwargs) -> Answer:
    """Call the client, at most 3 times. Raises Refused(Busy) then, and at once what no repetition mends."""
    for attempt in range(MAX_READS):
        try:
            return call(*args, **kwargs)
        except ClientError as error:
            if not _passes(error):
                raise
        except LOST:
            pass
        if attempt < MAX_READS - 1:
            pause(store, attempt)
    raise busy()


def busy() -> Refused:
    """What a reader is told after the last try."""
    return Refused(Busy("BUSY", "Too much is going on at once. Try again shortly.", (), BUSY_PAUSE_MS))


def pause(store: Store, attempt: int) -> None:
    """Wait before the next try, with full jitter."""
    store.sleep(store.dice() * min(CAP_SECONDS, BASE_SECONDS * 2**attempt))


def _passes(error: ClientError) -> bool:
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return status >= 500 or error.response["Error"]["Code"] in THROTTLES
