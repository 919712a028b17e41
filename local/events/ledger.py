"""Remembers which records of a shard are read and not yet finished, so that a checkpoint never passes an open one."""

import threading
from collections import OrderedDict
from collections.abc import Iterable

from local.events.records import StreamRecord


class Ledger:
    """The open records of one consumer, oldest first. Safe to use from several threads."""

    def __init__(self, position: str | None = None) -> None:
        self._changed = threading.Condition()
        self._open: OrderedDict[str, str | None] = OrderedDict()
        self._last_read = position

    @property
    def last_read(self) -> str | None:
        """The sequence number read last; None before the first."""
        return self._last_read

    def read(self, records: Iterable[StreamRecord]) -> None:
        """Note records as open, in stream order. Each remembers the one before it."""
        with self._changed:
            for record in records:
                self._open.setdefault(record.identifier, self._last_read)
                self._last_read = record.identifier

    def finish(self, records: Iterable[StreamRecord]) -> None:
        """Note records as finished, in any order: done, filtered out or given up."""
        with self._changed:
            for record in records:
                self._open.pop(record.identifier, None)
            self._changed.notify_all()

    def checkpoint(self) -> str | None:
        """Return the last sequence number up to which every record read is finished; None: none yet."""
        with self._changed:
            return next(iter(self._open.values())) if self._open else self._last_read

    def wait_finished(self, timeout: float) -> bool:
        """Wait until every record that is open now is finished; False after `timeout` seconds."""
        with self._changed:
            awaited = set(self._open)
            return self._changed.wait_for(lambda: awaited.isdisjoint(self._open), timeout)

    def wait_fewer_than(self, limit: int, timeout: float) -> bool:
        """Wait until fewer than `limit` records are open; False after `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._open) < limit, timeout)
