"""Delivers one consumer's records: batches in parallel lanes, each in order, tried again until done or given up."""

import json
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from local.events.ledger import Ledger
from local.events.parking import Parking
from local.events.records import StreamRecord, lane_of
from local.events.verdict import Batch, Verdict, first_failed, judge, without_expired
from wiring.declarations import TableStream

BACK_OFF_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A consumer on a table's stream; `handler` takes Lambda's event and returns what the function returns."""

    name: str
    source: TableStream
    handler: Callable[[dict[str, Any]], object]


@dataclass(slots=True)
class Counts:
    """What became of a consumer's records since the start; `retries` counts batches that came again, whole or cut.

    `parked` are those of the records given up that are kept.
    """

    invocations: int = 0
    done: int = 0
    retries: int = 0
    given_up: int = 0
    parked: int = 0


class Lanes:
    """As many lanes as the mapping's parallelization; a lane that waits to try again does not hold up another."""

    def __init__(self, mapping: Mapping, ledger: Ledger, parking: Parking | None = None) -> None:
        self.counts = Counts()
        self._parking = parking
        self._mapping = mapping
        self._ledger = ledger
        self._abandoned = threading.Event()
        self._lock = threading.Lock()
        self._waiting: list[deque[StreamRecord]] = [deque() for _ in range(mapping.source.parallelization)]
        self._busy: set[int] = set()
        self._threads = ThreadPoolExecutor(
            mapping.source.parallelization, thread_name_prefix=f"events-{mapping.name}"
        )

    def offer(self, records: Iterable[StreamRecord]) -> None:
        """Put records, in stream order, behind those that wait already."""
        with self._lock:
            for record in records:
                lane = lane_of(record, len(self._waiting))
                self._waiting[lane].append(record)
                if lane not in self._busy:
                    self._busy.add(lane)
                    self._threads.submit(self._work, lane)

    def abandon(self) -> None:
        """Stop after the invocations that run now; what is open stays open."""
        self._abandoned.set()
        self._threads.shutdown(wait=True)

    def _work(self, lane: int) -> None:
        while batch := self._take(lane):
            self._deliver(batch)

    def _take(self, lane: int) -> Batch | None:
        with self._lock:
            waiting = self._waiting[lane]
            if not waiting or self._abandoned.is_set():
                self._busy.discard(lane)
                return None
            size = min(len(waiting), self._mapping.source.batch_size)
            return Batch(tuple(waiting.popleft() for _ in range(size)))

    def _deliver(self, batch: Batch) -> None:
        queue = deque([batch])
        while queue:
            batch, expired = without_expired(
                queue.popleft(), self._mapping.source.record_age_seconds, time.time()
            )
            self._give_up(expired, "older than the mapping's maximum record age")
            if not batch.records:
                continue
            verdict = judge(batch, self._invoke(batch), self._mapping.source.retries)
            self._note(verdict)
            queue.extendleft(reversed(verdict.again))
            if verdict.again and self._abandoned.wait(_back_off(verdict.again[0].retries_used)):
                return

    def _invoke(self, batch: Batch) -> int:
        """Call the function with an event of its own; returns the index of the first record that failed."""
        with self._lock:
            self.counts.invocations += 1
        # Through JSON, as Lambda does it: a function can neither change our records nor rely on Python types.
        event = json.loads(json.dumps({"Records": [record.event for record in batch.records]}))
        try:
            answer = self._mapping.handler(event)
        except Exception:
            log.exception("consumer %s failed on %d records", self._mapping.name, len(batch.records))
            return 0
        return first_failed(answer, batch)

    def _note(self, verdict: Verdict) -> None:
        with self._lock:
            self.counts.done += len(verdict.done)
            self.counts.retries += len(verdict.again)
        self._ledger.finish(verdict.done)
        self._give_up(verdict.given_up, "no retries left")

    def _give_up(self, records: tuple[StreamRecord, ...], reason: str) -> None:
        if not records:
            return
        name, parking = self._mapping.name, self._parking
        parked = parking.park(name, reason, records) if parking else 0
        place = f"{parked} parked in {parking.folder}" if parking else "not kept"
        span = f"{records[0].identifier} to {records[-1].identifier}"
        log.error("consumer %s gives up %d records (%s): %s, %s", name, len(records), reason, span, place)
        with self._lock:
            self.counts.given_up += len(records)
            self.counts.parked += parked
        self._ledger.finish(records)


def _back_off(retries_used: int) -> float:
    """How long to wait before a batch comes again; one that was cut has had no retry yet."""
    return BACK_OFF_SECONDS[min(max(retries_used, 1), len(BACK_OFF_SECONDS)) - 1]
