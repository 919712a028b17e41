"""Hears everything that a function leaves in its log: entries, metrics, and what the runtime writes of an error."""

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from wiring.logs import LOGGER
from wiring.metrics import Meter


@dataclass
class Heard:
    """Lines of a log, by what wrote them."""

    entries: list[str] = field(default_factory=list)
    metrics: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)

    @property
    def meter(self) -> Meter:
        """A meter whose lines are kept."""
        return Meter("test", self.metrics.append)

    def call(self, work: Callable[[], Any]) -> Any:
        """What a function answers; of an error that it raises, what Lambda's runtime writes into the log."""
        try:
            return work()
        except Exception:  # the runtime catches everything, too
            self.crashes.append(traceback.format_exc())
            return None


class _Ear(logging.Handler):
    def __init__(self, heard: Heard) -> None:
        super().__init__(logging.DEBUG)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.entries.append(self.format(record))


@contextmanager
def listening() -> Iterator[Heard]:
    """Every entry of every logger, debugging included, for as long as the block lasts."""
    heard, root = Heard(), logging.getLogger()
    ear, before = _Ear(heard), (root.level, LOGGER.level, LOGGER.propagate)
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    LOGGER.setLevel(logging.DEBUG)
    LOGGER.propagate = True
    try:
        yield heard
    finally:
        root.removeHandler(ear)
        root.setLevel(before[0])
        LOGGER.setLevel(before[1])
        LOGGER.propagate = before[2]
