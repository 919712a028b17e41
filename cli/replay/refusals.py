"""Writes the lines that did not reach the store, each with its reason, as CSV."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

from cli.replay.expect import Refusals
from cli.replay.plan import Plan
from cli.replay.rule import REASONS, Judged, Outcome

COLUMNS = ("invoice", "line", "sku", "quantity", "price", "outcome", "reason")


@dataclass(frozen=True, slots=True)
class Refused:
    """A line of the file that the store does not hold, and why: by the rule, or refused by the API."""

    judged: Judged
    reason: str


def refused_lines(judged: Iterable[Judged], plan: Plan, refusals: Refusals) -> Iterator[Refused]:
    """Every line that the rule leaves out or the API refused, in file order."""
    cancels = {cancel.file_line: refusals.of_cancel(cancel) for cancel in plan.cancels}
    for one in judged:
        if one.outcome is Outcome.LINE:
            reason = refusals.orders.get(one.row.invoice)
        elif one.outcome is Outcome.C_CANCELLED:
            reason = cancels[one.row.line]
        else:
            reason = REASONS[one.outcome]
        if reason is not None:
            yield Refused(one, reason)


def write_refusals(lines: Iterable[Refused], out: TextIO) -> None:
    """Write the CSV. `line` is the line number in the file (its header is 1); quantity and price are the file's."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in lines:
        row = line.judged.row
        writer.writerow(
            (row.invoice, row.line, row.sku, row.quantity, row.price, line.judged.outcome, line.reason)
        )
