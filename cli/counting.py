"""Goes through the whole store by segments at once: stock, orders, then the two compared, SKU by SKU.

Counters are read before the orders. Where they do not agree and have moved since, the SKU is counted again, so that a
shop that sells meanwhile is not said to be wrong.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from cli.progress_file import Place, Progress, Step
from domain.audit import Finding, Rule
from domain.recount import Level
from storage.attributes import Item
from storage.audit_items import Audited
from storage.auditing import Page, Segment, read_level, scan_keys, scan_levels
from storage.keys import HEAD
from storage.store import Store

PAGE_KEYS = 500
ROUNDS = 3
SAVE_SECONDS = 5.0

Result = TypeVar("Result")


class StoppedError(Exception):
    """The run was told to stop; its progress stands where it was."""


class Look(Protocol):
    """Looks at what one scanned key stands for."""

    def __call__(self, store: Store, item: Item, *, first: bool) -> Audited:
        """Findings, and units reserved."""
        ...


@dataclass(slots=True)
class Counting:
    """One run. `settle(run, sku, level, reserved)` compares a SKU; False where its counters moved meanwhile.

    `tell` says a line; `moved` is called after each page, `keep` from time to time, both in the thread that runs.
    """

    store: Store
    progress: Progress
    look: Look
    settle: "Callable[[Counting, str, Level | None, int], bool]"
    tell: Callable[[str], None]
    moved: Callable[[], None] = lambda: None
    keep: Callable[[], None] = lambda: None
    stop: threading.Event = field(default_factory=threading.Event)
    _kept: float = field(default_factory=time.monotonic)

    def complete(self) -> list[str]:
        """Go on to the end; returns SKUs that kept moving for three rounds. Raises StoppedError, and what storage raises."""
        progress = self.progress
        while True:
            if progress.step is Step.LEVELS:
                self._levels()
                progress.begin(Step.ORDERS)
            if progress.step is Step.ORDERS:
                self._sweep(self._order_page, self._merge_orders)
                progress.begin(Step.SETTLING)
            moving = list(self._settle())
            if not moving or progress.round >= ROUNDS:
                return moving
            progress.again(moving)

    def report(self, finding: Finding | str) -> None:
        """Say what is wrong, and count it."""
        self.progress.findings += 1
        self.tell(str(finding))

    def _levels(self) -> None:
        if self.progress.wanted is None:
            self._sweep(self._level_page, self._merge_levels)
            return
        for sku in self.progress.wanted:
            level = read_level(self.store, sku)
            if level:
                self.progress.levels[sku] = level

    def _settle(self) -> Iterator[str]:
        for sku in self.progress.unsettled():
            self._pause()
            level, reserved = self.progress.levels.get(sku), self.progress.reserved.get(sku, 0)
            if self.settle(self, sku, level, reserved):
                self.progress.settled(sku)
            else:
                yield sku

    def _level_page(self, segment: Segment, place: Place) -> tuple[list[Level], Page]:
        return scan_levels(self.store, segment, place.after, PAGE_KEYS)

    def _merge_levels(self, read: tuple[list[Level], Page]) -> Page:
        levels, page = read
        self.progress.levels |= {level.sku: level for level in levels}
        return page

    def _order_page(self, segment: Segment, place: Place) -> tuple["_Tally", Page]:
        page, tally = scan_keys(self.store, segment, place.after, PAGE_KEYS), _Tally()
        partition = place.after["PK"] if place.after else None
        for item in page.items:
            tally.add(item, self.look(self.store, item, first=item["PK"] != partition))
            partition = item["PK"]
        return tally, page

    def _merge_orders(self, read: tuple["_Tally", Page]) -> Page:
        tally, page = read
        progress = self.progress
        for sku, units in tally.reserved.items():
            progress.reserved[sku] = progress.reserved.get(sku, 0) + units
        if progress.round == 1:  # later rounds see again what the first has said
            for finding in tally.findings:
                self.report(finding)
            progress.orders += tally.orders
            progress.unread += sum(finding.rule is Rule.FORM for finding in tally.findings)
        return page

    def _sweep(self, read: Callable[[Segment, Place], Result], merge: Callable[[Result], Page]) -> None:
        """Read all segments at once, a page each at a time; what is merged is done, what is not will be read again."""
        places = self.progress.places
        with ThreadPoolExecutor(max_workers=len(places)) as pool:

            def submit(index: int) -> Future[Result]:
                return pool.submit(read, Segment(index, len(places)), places[index])

            waiting = {submit(index): index for index, place in enumerate(places) if not place.done}
            while waiting:
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    index = waiting.pop(future)
                    page = merge(future.result())
                    places[index] = Place(page.after, done=page.after is None)
                    self.progress.items += page.read
                    self.moved()
                    if page.after is not None and not self.stop.is_set():
                        waiting[submit(index)] = index
                self._keep_sometimes()
        self._pause()

    def _keep_sometimes(self) -> None:
        if time.monotonic() - self._kept > SAVE_SECONDS:
            self.keep()
            self._kept = time.monotonic()

    def _pause(self) -> None:
        if self.stop.is_set():
            raise StoppedError


@dataclass(slots=True)
class _Tally:
    """What one page of keys came to."""

    findings: list[Finding] = field(default_factory=list)
    reserved: dict[str, int] = field(default_factory=dict)
    orders: int = 0

    def add(self, item: Item, seen: Audited) -> None:
        """Add what one key stands for."""
        self.findings += seen.findings
        self.orders += item["PK"].startswith("O#") and item["SK"] == HEAD
        for sku, units in seen.reserved.items():
            self.reserved[sku] = self.reserved.get(sku, 0) + units
