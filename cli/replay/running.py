"""One replay from a judged file to its report: import, users, place, ship, read back, compare."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cli.replay.api import Api, open_api
from cli.replay.board import Board, Door, listening
from cli.replay.books import Books, OrderFigures, StockFigures
from cli.replay.callers import ADMIN, SUPPORT, WAREHOUSE, Callers
from cli.replay.delivering import deliver
from cli.replay.driving import Driven, Driver
from cli.replay.eventlog import LoggedEvent, count_events
from cli.replay.expect import Refusals, differences, expect, file_differences
from cli.replay.others import beside
from cli.replay.phases import Phases
from cli.replay.reading import OrderRead, list_orders, read_orders, read_stock
from cli.replay.report import EventCounts, Report
from cli.replay.rule import tally, total
from cli.replay.site import Site
from cli.replay.stocking import stock_up
from cli.replay.work import Work, at_prices_of, prepare

__all__ = ["Replayed", "prepare", "read_back", "replay"]

MARGIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay leaves: its report, the refusals by reason, and how many requests it took."""

    report: Report
    refusals: Refusals
    requests: int


@dataclass(frozen=True, slots=True)
class Found:
    """The store as read back, with the events of all its logs."""

    books: Books
    events: tuple[LoggedEvent, ...]
    problems: tuple[str, ...]


async def replay(site: Site, work: Work, phases: Phases) -> Replayed:
    """Replay a file into a site, with a staff board listening; what an earlier run has done there is not done again.

    Raises ApiError.
    """
    started = time.monotonic()
    callers = Callers(site)
    door = Door(site.realtime, site.endpoint, lambda: callers.staff(SUPPORT))
    async with open_api(site.endpoint) as api, listening(door) as board:
        stocking = await stock_up(api, await callers.staff(ADMIN), work, phases, alone=site.alone)
        work = at_prices_of(work, stocking.imported.other)
        driven = await _drive(api, callers, work, phases, alone=site.alone)
        found = await read_back(
            api, await callers.staff(SUPPORT), work, driven, stocking.read_at, phases, alone=site.alone
        )
        await board.wait_for(found.events)
        others = {} if site.alone else stocking.others(driven.placed.values())
        report = _report(work, driven, found, board, others, time.monotonic() - started)
        return Replayed(replace(report, shared=not site.alone), driven.refusals, api.requests)


async def read_back(
    api: Api, token: str, work: Work, driven: Driven, started: datetime, phases: Phases, *, alone: bool
) -> Found:
    """All orders that the store lists since the file's first or has answered, and the stock of all SKUs.

    A store that others use (not `alone`) lists their orders too: only those under the file's numbers are taken.
    """
    first = min((each.placed_at for each in driven.placed.values()), default=started)
    listed = await list_orders(api, token, min(first, started) - MARGIN)
    if not alone:
        invoices = {place.invoice for place in work.plan.places}
        listed = {each: reference for each, reference in listed.items() if reference in invoices}
    placed = [each.order_id for each in driven.placed.values()]
    ids = list(dict.fromkeys([*placed, *listed]))
    phases.begin("read back", len(ids) + len(work.products))
    orders = await read_orders(api, token, ids, phases)
    stock = await read_stock(api, token, [product.sku for product in work.products], phases)
    missing = set(placed) - set(listed)
    problems = [
        f"Order {order.reference} is not in the list." for order in orders if order.order_id in missing
    ]
    events = tuple(event for order in orders for event in order.events)
    return Found(Books(_by_reference(orders), stock), events, tuple(problems))


async def _drive(api: Api, callers: Callers, work: Work, phases: Phases, *, alone: bool) -> Driven:
    customers = dict.fromkeys(place.owner.name for place in work.plan.places if place.owner.identified)
    phases.begin("users", len(customers))
    await callers.enrol(customers, phases)
    driver = Driver(api, callers, phases, lines=not alone)
    phases.begin("place", len(work.plan.steps))
    await driver.place(work.plan)
    orders, placed = expect(work.plan, driver.driven.refusals).orders, driver.driven.placed
    open_orders = [
        invoice
        for invoice, order in orders.items()
        if order.delivered_units and placed[invoice].status != "COMPLETED"
    ]
    phases.begin("ship", len(open_orders))
    await deliver(api, await callers.staff(WAREHOUSE), driver.driven, open_orders, phases)
    return driver.driven


def _by_reference(orders: Iterable[OrderRead]) -> dict[str, OrderFigures]:
    """Orders by invoice number; one that has the same number as another goes under its own id."""
    books: dict[str, OrderFigures] = {}
    for order in orders:
        books[order.order_id if order.reference in books else order.reference] = order.figures
    return books


def _report(
    work: Work,
    driven: Driven,
    found: Found,
    board: Board,
    others: Mapping[str, StockFigures],
    seconds: float,
) -> Report:
    outcomes = tally(work.judged)
    expected = beside(expect(work.plan, driven.refusals), others)
    counts: EventCounts = count_events(found.events, board.frames, board.gaps)
    unequal = (
        *file_differences(total(work.file.rows), outcomes.values()),
        *driven.problems,
        *found.problems,
        *differences(expected, found.books),
    )
    return Report(
        outcomes=outcomes,
        expected=expected.totals(),
        found=found.books.totals(),
        refused=len(driven.refused_orders),
        events=counts,
        seconds=seconds,
        differences=unequal,
    )
