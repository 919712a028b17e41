"""Keeps how far each consumer has come in its stream, in one file, so that a clean restart goes on from there."""

import json
import threading
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything up to this sequence number of this stream is finished."""

    stream_arn: str
    sequence_number: str


class Checkpoints:
    """The checkpoints of all consumers by name; without a file they are forgotten at the end."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._known = _read(file) if file else {}

    def find(self, consumer: str, stream_arn: str) -> str | None:
        """Return the consumer's sequence number, if it is one of this very stream (a new table has a new one)."""
        known = self._known.get(consumer)
        return known.sequence_number if known and known.stream_arn == stream_arn else None

    def save(self, consumer: str, checkpoint: Checkpoint) -> None:
        """Remember a checkpoint; the file is replaced as a whole."""
        with self._lock:
            if self._known.get(consumer) == checkpoint:
                return
            self._known[consumer] = checkpoint
            if self._file:
                _write(self._file, self._known)


def _read(file: Path) -> dict[str, Checkpoint]:
    """Read the file; one that is missing or unreadable is none: records are delivered again, never skipped."""
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        return {consumer: Checkpoint(**fields) for consumer, fields in stored.items()}
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return {}


def _write(file: Path, known: dict[str, Checkpoint]) -> None:
    stored = {
        consumer: {
            "stream_arn": known[consumer].stream_arn,
            "sequence_number": known[consumer].sequence_number,
        }
        for consumer in sorted(known)
    }
    draft = file.with_name(f"{file.name}.new")
    draft.write_text(json.dumps(stored, indent=2), encoding="utf-8")
    draft.replace(file)
