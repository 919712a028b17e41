"""Pumps table streams to the declared consumers: one reader thread a consumer, from its checkpoint on."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from local.aws.streams import Streams
from local.events.checkpoints import Checkpoints
from local.events.lanes import Counts, Mapping
from local.events.ledger import Ledger
from local.events.parking import Parking
from local.events.reader import Reader
from local.events.shard import Shard, StartAt, find_stream

if TYPE_CHECKING:
    from types_boto3_dynamodbstreams import DynamoDBStreamsClient

DRAIN_SECONDS = 10.0


class Pump:
    """Delivers what is written to the tables to the consumers, at least once, in order per item.

    What a consumer cannot take is given up by the mapping's rules, and kept in `parking_folder` if there is one.
    """

    def __init__(
        self,
        streams: "DynamoDBStreamsClient",
        mappings: Iterable[Mapping],
        *,
        table_prefix: str = "",
        checkpoint_file: Path | None = None,
        parking_folder: Path | None = None,
        start_at: StartAt = StartAt.TRIM_HORIZON,
    ) -> None:
        self._streams = Streams(streams)
        self._mappings = tuple(mappings)
        self._prefix = table_prefix
        self._checkpoints = Checkpoints(checkpoint_file)
        self._parking = Parking(parking_folder) if parking_folder else None
        self._start_at = start_at
        self._readers: dict[str, Reader] = {}
        self._running = False

    def start(self) -> None:
        """Take each consumer's place in its stream, then begin to deliver. Raises NoStreamError."""
        self._readers = {mapping.name: self._open(mapping) for mapping in self._mappings}
        for reader in self._readers.values():
            reader.start()
        self._running = True

    def wake(self) -> None:
        """Look for new records now, not at the next turn: for whoever knows that something was written."""
        for reader in self._readers.values():
            reader.wake()

    def drain(self, timeout: float = DRAIN_SECONDS) -> bool:
        """Wait until everything written before this call is handled; False after `timeout` seconds, or when not running."""
        if not self._running:
            return False
        deadline = time.monotonic() + timeout
        marks = [(reader, reader.next_turn()) for reader in self._readers.values()]
        self.wake()
        return all(reader.wait_handled(turn, deadline) for reader, turn in marks)

    def stop(self, timeout: float = DRAIN_SECONDS) -> bool:
        """Handle what is written by now, for at most `timeout` seconds, then end; False when records stay open.

        The embedded AWS forgets its streams when it is stopped, so stop the pump before it. What stays open is
        delivered again by the next pump, if the engine still has it. Stopping twice does nothing.
        """
        if not self._running:
            return True
        drained = self.drain(timeout)
        self._running = False
        for reader in self._readers.values():
            reader.stop()
        return drained

    def counts(self, consumer: str) -> Counts:
        """Return what became of a consumer's records since the start."""
        return self._readers[consumer].counts

    def _open(self, mapping: Mapping) -> Reader:
        stream_arn = find_stream(self._streams, self._prefix + mapping.source.table)
        after = self._checkpoints.find(mapping.name, stream_arn)
        shard = Shard(self._streams, stream_arn, self._start_at, after)
        shard.open()
        return Reader(mapping, shard, Ledger(after), self._checkpoints, self._parking)
