"""The report of a replay: one value, as JSON for machines and as tables for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.replay.books import Totals
from cli.replay.rule import Outcome, Tally

SHOWN_DIFFERENCES = 20
SHARED = (
    "Units received, on hand and reserved include what this shop had of the file's products besides the file's own: "
    "expected is the reading taken before the run, and the file. Orders of others are not counted."
)
Json = Mapping[str, "int | float | bool | str | Json"]


@dataclass(frozen=True, slots=True)
class EventCounts:
    """Events in the logs, those of them that reached the subscriber, and the rest.

    Received are the frames of this run, and by catch-up from `orderEvents` (`caught_up`) what happened while the
    subscriber was not connected: during an earlier run of the file, or while its connection was broken.
    """

    expected: int
    received: int
    caught_up: int = 0

    @property
    def missing(self) -> int:
        """Events of the log that the subscriber never got."""
        return self.expected - self.received


@dataclass(frozen=True, slots=True)
class Report:
    """A finished replay; `differences` holds one sentence for each inequality."""

    outcomes: Mapping[Outcome, Tally]
    expected: Totals
    found: Totals
    refused: int
    events: EventCounts
    seconds: float
    differences: tuple[str, ...]
    shared: bool = False
    """Whether the store is one that others use: its stock of before is part of both sides."""

    @property
    def equal(self) -> bool:
        """Whether the store holds exactly what the file says and no event is missing."""
        return not self.differences and self.events.missing == 0


def pounds(amount: Decimal) -> str:
    """Write an exact decimal with 2 decimals, or as many more as it has."""
    short = round(amount, 2)
    return f"{short:f}" if short == amount else f"{amount.normalize():f}"


def pounds_of_pence(pence: int) -> str:
    """Write pence as pounds: 2550 is "25.50"."""
    return pounds(Decimal(pence).scaleb(-2))


def as_json(report: Report) -> Json:
    """Build the JSON report: outcomes signed as in the file, cancelled figures of the store positive."""
    found = report.found
    return {
        "outcomes": {
            outcome.value: {"lines": sums.lines, "units": sums.units, "amount": pounds(sums.amount)}
            for outcome, sums in report.outcomes.items()
        },
        "orders": {
            "placed": found.placed,
            "cancelled": found.cancelled,
            "delivered": found.delivered,
            "refused": report.refused,
        },
        "store": {
            "lines": found.lines,
            "units": found.units,
            "subtotal": pounds_of_pence(found.pence),
            "cancelledUnits": found.cancelled_units,
            "cancelledAmount": pounds_of_pence(found.cancelled_pence),
            "reservedUnits": found.reserved,
            "onHandUnits": found.on_hand,
            "receivedUnits": found.received,
        },
        "events": {
            "expected": report.events.expected,
            "received": report.events.received,
            "missing": report.events.missing,
        },
        "seconds": round(report.seconds, 3),
        "equal": report.equal,
    }


def as_tables(report: Report) -> RenderableType:
    """Lay the report out for a terminal."""
    return Group(outcome_table(report.outcomes), _store_table(report), *_verdict(report))


def outcome_table(outcomes: Mapping[Outcome, Tally]) -> Table:
    """The lines of the file by outcome, with their sum."""
    table = _table("The file", "outcome", "lines", "units", "GBP")
    for outcome, one in outcomes.items():
        table.add_row(outcome.value, f"{one.lines:,}", f"{one.units:,}", pounds(one.amount))
    table.add_section()
    sums = list(outcomes.values())
    amount = sum((one.amount for one in sums), Decimal(0))
    lines, units = sum(one.lines for one in sums), sum(one.units for one in sums)
    table.add_row("sum", f"{lines:,}", f"{units:,}", pounds(amount))
    return table


def _store_table(report: Report) -> Table:
    table = _table("The store", "figure", "expected", "found")
    expected, found = _figures(report.expected), _figures(report.found)
    for name, figure in expected.items():
        style = None if figure == found[name] else "bold red"
        table.add_row(name, figure, found[name], style=style)
    table.add_section()
    table.add_row("orders refused", "", f"{report.refused:,}")
    table.add_row("events", f"{report.events.expected:,}", f"{report.events.received:,}")
    if report.events.caught_up:
        table.add_row("of them by catch-up", "", f"{report.events.caught_up:,}")
    return table


def _figures(totals: Totals) -> dict[str, str]:
    return {
        "orders placed": f"{totals.placed:,}",
        "orders cancelled": f"{totals.cancelled:,}",
        "orders delivered": f"{totals.delivered:,}",
        "lines": f"{totals.lines:,}",
        "units": f"{totals.units:,}",
        "subtotal, GBP": pounds_of_pence(totals.pence),
        "units cancelled": f"{totals.cancelled_units:,}",
        "amount cancelled, GBP": pounds_of_pence(totals.cancelled_pence),
        "units delivered": f"{totals.delivered_units:,}",
        "units received": f"{totals.received:,}",
        "units on hand": f"{totals.on_hand:,}",
        "units reserved": f"{totals.reserved:,}",
    }


def _verdict(report: Report) -> list[Text]:
    lines = [SHARED] if report.shared else []
    lines += report.differences[:SHOWN_DIFFERENCES]
    if len(report.differences) > SHOWN_DIFFERENCES:
        lines.append(f"... and {len(report.differences) - SHOWN_DIFFERENCES:,} more differences.")
    if report.events.missing:
        lines.append(f"{report.events.missing:,} events of the logs never reached the subscriber.")
    lines.append(f"{'Equal' if report.equal else 'NOT equal'}, after {report.seconds:.1f} s.")
    return [Text(line) for line in lines]


def _table(title: str, first: str, *numbers: str) -> Table:
    table = Table(first, title=title, title_justify="left")
    for name in numbers:
        table.add_column(name, justify="right")
    return table
