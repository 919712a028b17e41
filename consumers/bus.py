"""Puts events on the bus: few calls, every entry's answer looked at, what failed put again, an order's events in order."""

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from domain.values import value
from wiring.logs import log
from wiring.metrics import Meter
from wiring.sources import ORDERS

MOST_ENTRIES, MOST_BYTES = 10, 256 * 1024
"""Of one call: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html"""

PAUSES = (0.1, 0.4, 1.6)
"""At most so long a pause before another try (full jitter); then the stream's mapping tries the record again."""

CONFIG = Config(
    retries={"total_max_attempts": 1}, connect_timeout=0.5, read_timeout=3, tcp_keepalive=True
)  # the one retry layer is here


@value
class Entry:
    """One event as it goes on the bus."""

    order_id: str
    type: str
    detail: str

    @property
    def size(self) -> int:
        """Bytes, as EventBridge counts them: its names and the detail."""
        return len(ORDERS.encode()) + len(self.type.encode()) + len(self.detail.encode())


Put = Callable[[Sequence[Entry]], Sequence[str]]
"""Puts entries in one call; answers an error code for each, empty where it was taken. Raises what boto3 raises."""


@value
class Bus:
    """One bus; tests replace `put`."""

    put: Put
    sleep: Callable[[float], None] = time.sleep
    dice: Callable[[], float] = random.SystemRandom().random
    meter: Meter = Meter()

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> "Bus":
        """The bus of a function's environment (`BUS_NAME`)."""
        client = boto3.client("events", region_name=environment.get("AWS_REGION", "eu-west-1"), config=CONFIG)
        return cls(partial(put, client, environment["BUS_NAME"]), meter=Meter.open(environment))

    def send(self, queues: Mapping[str, Sequence[Entry]]) -> dict[str, int]:
        """Put every order's entries, by order id; how many of each were taken, counted from its first.

        An order's next entry goes only after the one before it was taken, so a try that fails can overtake nothing.
        """
        taken = dict.fromkeys(queues, 0)
        tries = iter((*PAUSES, None))
        while heads := {key: queue[taken[key]] for key, queue in queues.items() if taken[key] < len(queue)}:
            refused = [key for calls in _calls(heads) for key in self._put(calls)]
            for key in heads.keys() - set(refused):
                taken[key] += 1
            if refused:
                pause = next(tries)
                if pause is None:
                    break
                self.sleep(self.dice() * pause)
        return taken

    def _put(self, entries: Mapping[str, Entry]) -> list[str]:
        """One call; the keys of what was not taken."""
        try:
            codes = self.put(list(entries.values()))
        except (BotoCoreError, ClientError) as error:
            codes = [type(error).__name__] * len(entries)
        refused = [(key, code) for key, code in zip(entries, codes, strict=True) if code]
        for key, code in refused:
            log("not taken by the bus", order_id=key, error=code)
        return [key for key, _ in refused]


def put(client: Any, bus: str, entries: Sequence[Entry]) -> Sequence[str]:
    """Put entries on a bus by EventBridge's client: one call."""
    answer = client.put_events(
        Entries=[
            {"EventBusName": bus, "Source": ORDERS, "DetailType": each.type, "Detail": each.detail}
            for each in entries
        ]
    )
    return [each.get("ErrorCode", "") for each in answer["Entries"]]


def _calls(entries: Mapping[str, Entry]) -> list[dict[str, Entry]]:
    """Cut into calls that EventBridge takes."""
    calls: list[dict[str, Entry]] = []
    room = 0
    for key, entry in entries.items():
        if not calls or len(calls[-1]) == MOST_ENTRIES or entry.size > room:
            calls.append({})
            room = MOST_BYTES
        calls[-1][key] = entry
        room -= entry.size
    return calls


def detail(fields: Mapping[str, object], trace: str) -> str:
    """An event's body: the fields of the staff's view, the body's format, and the request that it came from."""
    return json.dumps({**fields, "format": 1, "trace": trace}, separators=(",", ":"))
