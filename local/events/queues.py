"""Delivers queues to their consumers: one thread a queue, batches as Lambda makes them, failures tried again.

A message that fails too often is moved to the dead letters by the queue itself (`maxReceiveCount`).
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.events.messages import Received, as_event, failed_of
from wiring.sources import WorkQueue

LOOK_SECONDS = 1
"""A look at a queue waits so long for a message; one that comes meanwhile is handed out at once."""
BACK_OFF_SECONDS = (1, 2, 4, 8)
"""When a failed message comes again here. On AWS it is hidden for its whole visibility timeout, minutes."""
UNREACHABLE_SECONDS = 0.5
DRAIN_SECONDS = 10.0
CHECK_SECONDS = 0.05

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QueueMapping:
    """A consumer behind a queue; `handler` takes Lambda's event and returns what the function returns."""

    consumer: str
    queue: WorkQueue
    address: str
    arn: str
    handler: Callable[[dict[str, Any]], object]


@dataclass(slots=True)
class Tally:
    """What became of a queue's messages since the start; `failed` counts tries."""

    invocations: int = 0
    done: int = 0
    failed: int = 0
    hidden_until: list[float] = field(default_factory=list)
    """When messages that are hidden, and not being worked on, show again (monotonic)."""


class Poller:
    """One queue's thread."""

    def __init__(self, sqs: Any, mapping: QueueMapping, back_off: tuple[int, ...] = BACK_OFF_SECONDS) -> None:
        self.mapping, self.tally = mapping, Tally()
        self._sqs, self._back_off = sqs, back_off
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"queue-{mapping.consumer}", daemon=True)

    def start(self) -> None:
        """Begin. Messages that another run had taken when it was killed are hidden still: nobody waits for them."""
        _, hidden = self._depths()
        shows = time.monotonic() + self.mapping.queue.visibility_seconds
        self.tally.hidden_until = [shows] * hidden
        self._thread.start()

    def stop(self) -> None:
        """End after the batch that is being worked on."""
        self._stopped.set()
        self._thread.join()

    def quiet(self) -> bool:
        """Whether nothing waits and nothing is being worked on; what failed and is hidden does not count."""
        waiting, hidden = self._depths()
        now = time.monotonic()
        self.tally.hidden_until = [each for each in self.tally.hidden_until if each > now]
        return waiting == 0 and hidden <= len(self.tally.hidden_until)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                batch = self._receive()
                if batch:
                    self._deliver(batch)
            except (BotoCoreError, ClientError) as problem:
                log.warning("the queue %s cannot be reached: %s", self.mapping.queue.name, problem)
                self._stopped.wait(UNREACHABLE_SECONDS)

    def _receive(self) -> list[Received]:
        answer = self._sqs.receive_message(
            QueueUrl=self.mapping.address,
            MaxNumberOfMessages=self.mapping.queue.batch_size,
            WaitTimeSeconds=LOOK_SECONDS,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return list(answer.get("Messages", []))

    def _deliver(self, batch: list[Received]) -> None:
        failed = self._invoke(batch)
        self.tally.invocations += 1
        for message in batch:
            handle = {"QueueUrl": self.mapping.address, "ReceiptHandle": message["ReceiptHandle"]}
            if message["MessageId"] in failed:
                self._again(handle, int(message["Attributes"]["ApproximateReceiveCount"]))
            else:
                self._sqs.delete_message(**handle)
                self.tally.done += 1

    def _invoke(self, batch: list[Received]) -> frozenset[str]:
        """Call the function with an event of its own; which messages failed."""
        identifiers = [str(message["MessageId"]) for message in batch]
        # Through JSON, as Lambda does it: a function can neither change our messages nor rely on Python types.
        event = json.loads(json.dumps(as_event(batch, self.mapping.arn)))
        try:
            return failed_of(self.mapping.handler(event), identifiers)
        except Exception:
            log.exception("consumer %s failed on %d messages", self.mapping.consumer, len(batch))
            return frozenset(identifiers)

    def _again(self, handle: dict[str, str], receives: int) -> None:
        seconds = self._back_off[min(receives, len(self._back_off)) - 1]
        self._sqs.change_message_visibility(**handle, VisibilityTimeout=seconds)
        self.tally.failed += 1
        self.tally.hidden_until.append(time.monotonic() + seconds)

    def _depths(self) -> tuple[int, int]:
        """How many messages wait, and how many are hidden."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self._sqs.get_queue_attributes(QueueUrl=self.mapping.address, AttributeNames=names)
        waiting, hidden = (int(found["Attributes"].get(name, 0)) for name in names)
        return waiting, hidden


class Queues:
    """All queues of a laptop."""

    def __init__(
        self, sqs: Any, mappings: Iterable[QueueMapping], back_off: tuple[int, ...] = BACK_OFF_SECONDS
    ) -> None:
        self.pollers = {each.consumer: Poller(sqs, each, back_off) for each in mappings}

    def start(self) -> None:
        """Begin to deliver."""
        for poller in self.pollers.values():
            poller.start()

    def drain(self, timeout: float = DRAIN_SECONDS) -> bool:
        """Wait until every queue is quiet; False after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while not all(poller.quiet() for poller in self.pollers.values()):
            if time.monotonic() > deadline:
                return False
            time.sleep(CHECK_SECONDS)
        return True

    def stop(self) -> None:
        """End every thread; what is left stays in its queue."""
        for poller in self.pollers.values():
            poller.stop()
