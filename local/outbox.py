"""Mails of a laptop: kept in a file of its state folder instead of sent, one JSON line each, for a person to read."""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from consumers.mailing import Mail

FILE, OLDER = "mails.jsonl", "mails.older.jsonl"
MOST_BYTES = 16 * 1024 * 1024
"""A file that has grown to this is put aside, and takes the place of the one that was put aside before."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail that would have been sent: numbered from 1, in the order of sending."""

    number: int
    at: str
    order_id: str
    to: str
    subject: str
    text: str
    html: str


@dataclass(slots=True)
class Outbox:
    """The mails of a state folder. One server writes; anybody reads, at any time."""

    folder: Path
    largest: int = MOST_BYTES
    _last: int | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, mail: Mail) -> None:
        """Keep a mail; when this returns, it is on the disk."""
        with self._lock:
            if self._last is None:
                self._last = max((each.number for each in self.mails()), default=0)
            self._last += 1
            self._append(_kept(self._last, mail))

    def mails(self) -> Iterator[Kept]:
        """Every mail that is kept, oldest first. A line that a crash cut off is no mail."""
        for name in (OLDER, FILE):
            try:
                lines = (self.folder / name).read_text("utf-8").splitlines()
            except FileNotFoundError:
                continue
            for line in lines:
                try:
                    yield Kept(**json.loads(line))
                except ValueError:
                    continue

    def newest(self, most: int, order_id: str | None = None) -> list[Kept]:
        """So many at most, newest first; of one order where it is named."""
        found = [each for each in self.mails() if order_id in {None, each.order_id}]
        return found[::-1][:most]

    def mail(self, number: int) -> Kept | None:
        """The mail of this number."""
        return next((each for each in self.mails() if each.number == number), None)

    def _append(self, kept: Kept) -> None:
        path = self.folder / FILE
        if path.exists() and path.stat().st_size >= self.largest:
            path.replace(self.folder / OLDER)
        with path.open("ab") as file:
            # A cut-off line ends here: it must not take this one with it.
            file.write(b"\n" + json.dumps(asdict(kept)).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def _kept(number: int, mail: Mail) -> Kept:
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    written = mail.letter
    return Kept(number, at, mail.order_id, mail.to, written.subject, written.text, written.html)
