"""What product code and fakes are set to for a run: small chunks, no threads, no logs, no metering. All undone after."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from random import Random
from typing import Any, TypeVar
from unittest.mock import patch

from wiring.logs import LOGGER

MAX_SKUS, MOVES_AT_ONCE, CHUNK_SKUS = 3, 3, 2
"""So small that cheap orders take the way of orders of more than 90 SKUs."""

SMALL: dict[str, object] = {
    "domain.placing.MAX_SKUS": MAX_SKUS,
    "storage.movements.MOVES_AT_ONCE": MOVES_AT_ONCE,
    "storage.order_writes.MOVES_AT_ONCE": MOVES_AT_ONCE,
    "storage.deciding.MOVES_AT_ONCE": MOVES_AT_ONCE,
    "storage.movements.CHUNK_SKUS": CHUNK_SKUS,
    "storage.reserving.CHUNK_SKUS": CHUNK_SKUS,
    "domain.recount.CHUNK_SKUS": CHUNK_SKUS,
    "storage.audit_items.CHUNK_SKUS": CHUNK_SKUS,
    "consumers.sweep.PATIENCE": timedelta(seconds=5),  # so that the sweep meets placings that go on
}

UNMETERED: dict[str, Callable[..., int]] = {
    "tests.fakes.writes.write_units": lambda *_: 1,
    "tests.fakes.writes.index_units": lambda *_: 0,
    "tests.fakes.stream_records.item_size": lambda *_: 0,
    "tests.fakes.transactions.item_size": lambda *_: 0,
    "tests.fakes.pages.item_size": lambda *_: 0,
    "tests.fakes.single_items.item_size": lambda *_: 0,
    "tests.fakes.key_rules.item_size": lambda *_: 0,
}
"""Sizes of items take a third of the in-memory table's time, and nothing here asks for them."""

POOLS = (
    "consumers.push_status.ThreadPoolExecutor",
    "storage.order_reads.ThreadPoolExecutor",
    "storage.order_lists.ThreadPoolExecutor",
)

Given = TypeVar("Given")
Made = TypeVar("Made")


@contextmanager
def surroundings(chance: Random) -> Iterator[None]:
    """Set everything for the time of a run; `chance` decides the order in which a pool's work is done."""
    with ExitStack() as stack:
        for place, found in {**SMALL, **UNMETERED}.items():
            stack.enter_context(patch(place, found))
        for place in POOLS:
            stack.enter_context(patch(place, lambda **_: Pool(chance)))
        stack.enter_context(patch.object(LOGGER, "disabled", True))
        yield


class Pool:
    """A pool of no threads: does all work where it is handed in, in an order of its own."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: Any) -> None:
        """Nothing is left to wait for."""

    def map(self, work: Callable[[Given], Made], given: Iterable[Given]) -> list[Made]:
        """What the work makes of each, in the order given."""
        waiting = list(enumerate(given))
        if len(waiting) > 1:
            self._chance.shuffle(waiting)
        made = {place: work(each) for place, each in waiting}
        return [made[place] for place in sorted(made)]
