"""One consumer's reader thread: polls its shard, filters, hands over to the lanes, and keeps the checkpoint."""

import logging
import threading
import time

from botocore.exceptions import BotoCoreError, ClientError

from local.events.checkpoints import Checkpoint, Checkpoints
from local.events.lanes import Counts, Lanes, Mapping
from local.events.ledger import Ledger
from local.events.parking import Parking
from local.events.records import StreamRecord, wanted
from local.events.shard import Shard

BUSY_POLL_SECONDS = 0.015
IDLE_POLL_SECONDS = 0.15
BUSY_FOR_SECONDS = 1.0
"""A mutation wakes its reader (the laptop's bell): these are for what consumers write, and other processes."""
UNREACHABLE_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0)
HOPELESS = 4  # failed reads after which nobody waits for this reader any more: about half a second
MOST_OPEN = 5_000
SAVE_EVERY_SECONDS = 0.5

log = logging.getLogger(__name__)


class Reader:
    """Reads for one consumer; a slow or failing one holds up nobody else."""

    def __init__(
        self,
        mapping: Mapping,
        shard: Shard,
        ledger: Ledger,
        checkpoints: Checkpoints,
        parking: Parking | None = None,
    ) -> None:
        self._mapping = mapping
        self._shard = shard
        self._ledger = ledger
        self._lanes = Lanes(mapping, ledger, parking)
        self._checkpoints = checkpoints
        self._woken = threading.Event()
        self._stopping = False
        self._turns = threading.Condition()
        self._turn = 0
        self._reached_end = 0
        self._failures = 0
        self._last_record = 0.0
        self._last_save = 0.0
        self._thread = threading.Thread(target=self._run, name=f"events-{mapping.name}-reader", daemon=True)

    @property
    def counts(self) -> Counts:
        """What became of the records."""
        return self._lanes.counts

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def wake(self) -> None:
        """Begin the next turn now."""
        self._woken.set()

    def next_turn(self) -> int:
        """Return the number of the first turn that begins after this call."""
        with self._turns:
            return self._turn + 1

    def wait_handled(self, turn: int, deadline: float) -> bool:
        """Wait until a turn from that number on has met the end of the stream, and all that was read is finished.

        False at the deadline (a monotonic time), or when the stream cannot be read.
        """
        with self._turns:
            self._turns.wait_for(
                lambda: self._reached_end >= turn or self._failures >= HOPELESS, _left(deadline)
            )
            if self._reached_end < turn:
                return False
        return self._ledger.wait_finished(_left(deadline))

    def stop(self) -> None:
        """End reading and delivering, and save the checkpoint. Invocations that run now are waited for."""
        self._stopping = True
        self.wake()
        self._thread.join()
        self._lanes.abandon()
        self._save_checkpoint()

    def _run(self) -> None:
        while not self._stopping:
            with self._turns:
                self._turn += 1
                turn = self._turn
            try:
                records = self._shard.read()
            except (BotoCoreError, ClientError) as problem:
                self._failed(problem)
                continue
            self._failures = 0
            if records:
                self._hand_over(records)
                continue
            with self._turns:
                self._reached_end = turn
                self._turns.notify_all()
            self._pause(self._interval())

    def _hand_over(self, records: list[StreamRecord]) -> None:
        self._last_record = time.monotonic()
        self._ledger.read(records)
        ours = [record for record in records if wanted(record, self._mapping.source)]
        self._ledger.finish(record for record in records if not wanted(record, self._mapping.source))
        self._lanes.offer(ours)
        self._save_checkpoint_at_times()
        while not self._stopping and not self._ledger.wait_fewer_than(MOST_OPEN, timeout=0.1):
            pass

    def _interval(self) -> float:
        self._save_checkpoint_at_times()
        busy = time.monotonic() - self._last_record < BUSY_FOR_SECONDS
        return BUSY_POLL_SECONDS if busy else IDLE_POLL_SECONDS

    def _failed(self, problem: Exception) -> None:
        """Say it once, and wait longer each time: the engine may be stopping, or be busy."""
        if self._failures == 0:
            log.warning("consumer %s cannot read its stream: %s", self._mapping.name, problem)
        self._pause(UNREACHABLE_SECONDS[min(self._failures, len(UNREACHABLE_SECONDS) - 1)])
        with self._turns:
            self._failures += 1
            self._turns.notify_all()

    def _pause(self, seconds: float) -> None:
        self._woken.wait(seconds)
        self._woken.clear()

    def _save_checkpoint_at_times(self) -> None:
        if time.monotonic() - self._last_save >= SAVE_EVERY_SECONDS:
            self._save_checkpoint()

    def _save_checkpoint(self) -> None:
        self._last_save = time.monotonic()
        reached = self._ledger.checkpoint()
        if reached is not None:
            self._checkpoints.save(self._mapping.name, Checkpoint(self._shard.stream_arn, reached))


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())
