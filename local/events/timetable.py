"""Runs scheduled consumers on a laptop: once at the start, then every so many minutes, one run at a time."""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Appointment:
    """One scheduled function and its pause."""

    name: str
    every_seconds: float
    run: Callable[[], object]


class Timetable:
    """A thread for each appointment; a run that fails is logged, and the next one comes all the same."""

    def __init__(self, appointments: Iterable[Appointment]) -> None:
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep, args=(each,), name=f"schedule-{each.name}", daemon=True)
            for each in appointments
        ]

    def start(self) -> None:
        """Begin, with a first run of each."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """End after the runs that are under way."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(timeout)

    def _keep(self, appointment: Appointment) -> None:
        while True:
            try:
                appointment.run()
            except Exception:
                log.exception("The scheduled function %s failed", appointment.name)
            if self._stopped.wait(appointment.every_seconds):
                return
