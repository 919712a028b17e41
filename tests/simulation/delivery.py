"""The stream to its consumer, by Lambda's rules: lanes, batches, retries in part or in halves, records given up."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from consumers.app import Handler, bind, load
from consumers.publisher import Publisher
from domain.events import Visibility
from local.events.records import StreamRecord, lane_of, wanted
from local.events.verdict import Batch, first_failed, judge, without_expired
from storage.attributes import from_attributes
from storage.order_items import events_of
from wiring.declarations import TableStream

from .faults import Fault, Faults, Killed
from .ledger import Ledger, require
from .network import Clock
from .push import Push

LANES, MOST_AT_ONCE = 4, 6


@dataclass(slots=True)
class Lane:
    """Records of some items, in order: batches that come again, then what is new."""

    again: deque[Batch] = field(default_factory=deque)
    new: deque[StreamRecord] = field(default_factory=deque)


@dataclass(slots=True)
class Delivery:
    """The event source mapping of `push_status`."""

    ledger: Ledger
    push: Push
    clock: Clock
    chance: Random
    faults: Faults
    lanes: list[Lane] = field(default_factory=lambda: [Lane() for _ in range(LANES)])
    given_up: int = 0
    invocations: int = 0
    _source: TableStream = field(init=False)
    _handle: Handler = field(init=False)

    def __post_init__(self) -> None:
        consumer = load("push_status")
        assert isinstance(consumer.source, TableStream)
        publisher = Publisher(self.push.send, sleep=self.clock.sleep, dice=self.chance.random)
        self._source, self._handle = consumer.source, bind(consumer, publisher)

    def take(self) -> None:
        """Put what the stream has into lanes."""
        for position, record in enumerate(self.ledger.log_records):
            read = _read(record)
            if wanted(read, self._source):
                lane = self.lanes[lane_of(read, LANES)]
                place = len(lane.new)
                if position and self.faults.strikes(Fault.REORDERED, 0.02):
                    place = self.chance.randrange(place + 1)  # order holds per item, and each entry is one
                lane.new.insert(place, read)
        self.ledger.log_records.clear()

    def deliver(self) -> bool:
        """One invocation. False where nothing is left to deliver."""
        self.take()
        busy = [lane for lane in self.lanes if lane.again or lane.new]
        if not busy:
            return False
        lane = self.chance.choice(busy)
        batch, expired = without_expired(self._next(lane), self._source.record_age_seconds, self.clock.now)
        self.given_up += len(expired)
        if not batch.records:
            return True
        self.invocations += 1
        verdict = judge(batch, self._invoke(batch), self._source.retries)
        self.given_up += len(verdict.given_up)
        lane.again.extendleft(reversed(verdict.again))
        for record in verdict.done:
            self._require_published(record)
        self._repeat(lane, verdict.done)
        return True

    def _next(self, lane: Lane) -> Batch:
        if lane.again:
            return lane.again.popleft()
        size = self.chance.randint(1, MOST_AT_ONCE)
        return Batch(tuple(lane.new.popleft() for _ in range(min(size, len(lane.new)))))

    def _invoke(self, batch: Batch) -> int:
        """The index of the first record to deliver again."""
        try:
            answer = self._handle({"Records": [record.event for record in batch.records]}, None)
        except Killed:
            return 0
        return first_failed(answer, batch)

    def _repeat(self, lane: Lane, done: tuple[StreamRecord, ...]) -> None:
        """A poller that dies before it has noted its place delivers what was done once more."""
        if done and self.faults.strikes(Fault.RECORD_REPEATED, 0.10):
            lane.again.appendleft(Batch(done))

    def _require_published(self, record: StreamRecord) -> None:
        """What the consumer reports as done has been taken by AppSync, for each audience."""
        for event in events_of(from_attributes(record.event["dynamodb"]["NewImage"])):
            audiences = ["staff", *(["order"] if event.visibility is Visibility.PUBLIC else [])]
            for audience in audiences:
                pushed = (audience, event.order_id, event.sequence) in self.push.published
                require(
                    pushed,
                    f"{event.order_id}.{event.sequence} counts as delivered, and {audience} got nothing",
                )


def _read(record: Mapping[str, Any]) -> StreamRecord:
    """A record as the poller reads it."""
    change = record["dynamodb"]
    sort = change["Keys"]["SK"]["S"]
    return StreamRecord(
        sequence=int(change["SequenceNumber"]),
        identifier=change["SequenceNumber"],
        written_at=change["ApproximateCreationDateTime"],
        item_key=change["Keys"]["PK"]["S"] + "/" + sort,
        sort_key=sort,
        event=record,
    )
