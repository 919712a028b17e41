"""One replay from a judged file to its report: import, users, place, ship, read back, compare."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cli.replay.api import Api, open_api
from cli.replay.board import Board, Door, listening
from cli.replay.books import Books, OrderFigures
from cli.replay.callers import ADMIN, SUPPORT, WAREHOUSE, Callers
from cli.replay.catalogue import Product, catalogue, stock_key
from cli.replay.categories import category_of
from cli.replay.delivering import deliver
from cli.replay.driving import Driven, Driver
from cli.replay.eventlog import LoggedEvent, count_events
from cli.replay.expect import Refusals, differences, expect, file_differences
from cli.replay.importing import Stocked, import_products
from cli.replay.invoices import InvoiceFile, read_invoices
from cli.replay.phases import Phases
from cli.replay.plan import Plan, make_plan
from cli.replay.reading import OrderRead, list_orders, read_orders, read_stock
from cli.replay.report import EventCounts, Report
from cli.replay.rule import Judged, classify, tally, total
from local.laptop import Laptop


@dataclass(frozen=True, slots=True)
class Work:
    """A file, judged, and what follows from it."""

    file: InvoiceFile
    judged: tuple[Judged, ...]
    products: tuple[Product, ...]
    plan: Plan


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


def prepare(path: Path) -> Work:
    """Read and judge a file. Raises InvoiceFileError."""
    file = read_invoices(path)
    judged = classify(file.rows)
    products = catalogue(judged)
    plan = make_plan(judged, {product.sku: product.pence for product in products})
    return Work(file, judged, products, plan)


async def replay(laptop: Laptop, work: Work, phases: Phases) -> Replayed:
    """Replay a file into a laptop with a fresh state, with a staff board listening. Raises ApiError."""
    started, since = time.monotonic(), datetime.now(UTC) - timedelta(minutes=1)
    callers = Callers(laptop)
    door = Door(laptop.realtime, laptop.endpoint, lambda: callers.staff(SUPPORT))
    async with open_api(laptop.endpoint) as api, listening(door) as board:
        driven = await _drive(api, callers, work, phases)
        found = await read_back(api, await callers.staff(SUPPORT), work, driven, since, phases)
        await board.wait_for([event.key for event in found.events])
        report = _report(work, driven, found, board, time.monotonic() - started)
        return Replayed(report, driven.refusals, api.requests)


async def read_back(
    api: Api, token: str, work: Work, driven: Driven, since: datetime, phases: Phases
) -> Found:
    """All orders that the store lists or has answered, and the stock of all SKUs."""
    listed = await list_orders(api, token, since)
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


async def _drive(api: Api, callers: Callers, work: Work, phases: Phases) -> Driven:
    phases.begin("import", len(work.products))
    await import_products(api, await callers.staff(ADMIN), stocked(work), phases)
    customers = dict.fromkeys(place.owner.name for place in work.plan.places if place.owner.identified)
    phases.begin("users", len(customers))
    await callers.enrol(customers, phases)
    driver = Driver(api, callers, phases)
    phases.begin("place", len(work.plan.steps))
    await driver.place(work.plan)
    orders = expect(work.plan, driver.driven.refusals).orders
    open_orders = [invoice for invoice, order in orders.items() if order.delivered_units]
    phases.begin("ship", len(open_orders))
    await deliver(api, await callers.staff(WAREHOUSE), driver.driven, open_orders, phases)
    return driver.driven


def stocked(work: Work) -> list[Stocked]:
    """The file's products with the units that its lines sell."""
    digest = work.file.digest
    return [
        Stocked(
            each.sku,
            each.title,
            category_of(each.title),
            each.pence,
            each.received,
            stock_key(digest, each.sku),
        )
        for each in work.products
    ]


def _by_reference(orders: Iterable[OrderRead]) -> dict[str, OrderFigures]:
    """Orders by invoice number; one that has the same number as another goes under its own id."""
    books: dict[str, OrderFigures] = {}
    for order in orders:
        books[order.order_id if order.reference in books else order.reference] = order.figures
    return books


def _report(work: Work, driven: Driven, found: Found, board: Board, seconds: float) -> Report:
    outcomes = tally(work.judged)
    expected = expect(work.plan, driven.refusals)
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
