"""Keeps records that a consumer could not take, whole, one JSON file each: what AWS sends to an on-failure bucket."""

import json
import logging
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from local.events.records import StreamRecord

MOST_PARKED = 1_000

log = logging.getLogger(__name__)


class Parking:
    """A folder of parked records, at most `most`: when it is full the oldest stay, because they show how it began."""

    def __init__(self, folder: Path, most: int = MOST_PARKED) -> None:
        self.folder = folder
        self._most = most
        self._lock = threading.Lock()
        self._parked = {file.name for file in folder.glob("*.json")}

    def park(self, consumer: str, reason: str, records: Iterable[StreamRecord]) -> int:
        """Write these records; returns how many are kept. One parked again replaces itself. Never raises OSError."""
        with self._lock:
            return sum(self._keep(consumer, reason, record) for record in records)

    def _keep(self, consumer: str, reason: str, record: StreamRecord) -> bool:
        name = f"{consumer}-{record.identifier}.json"
        if name not in self._parked and len(self._parked) >= self._most:
            return False
        stored = {
            "consumer": consumer,
            "reason": reason,
            "parkedAt": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "record": record.event,
        }
        try:
            self._write(name, json.dumps(stored, indent=2))
        except OSError:
            log.exception("cannot park %s in %s", name, self.folder)
            return False
        self._parked.add(name)
        return True

    def _write(self, name: str, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f"{name}.new"
        draft.write_text(text, encoding="utf-8")
        draft.replace(self.folder / name)
