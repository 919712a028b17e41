"""`orderbell replay`: its options, and what each of them starts."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from cli.replay.catalogue import catalogue
from cli.replay.invoices import InvoiceFileError, read_invoices
from cli.replay.plan import make_plan
from cli.replay.report import outcome_table
from cli.replay.rule import classify, tally
from cli.sample import SAMPLE_DAY

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 (argparse names no public type)


def register(subparsers: "Subparsers") -> None:
    """Add the subcommand's parser."""
    parser = subparsers.add_parser(
        "replay", description="Replay a file of real invoices and compare the store."
    )
    parser.add_argument(
        "file", nargs="?", type=Path, default=SAMPLE_DAY, help=".csv or .csv.gz (default: a sample)"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="read and judge the file; no server is started"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Judge the file and print the outcomes. Exit code 2 where it cannot be read."""
    if not args.dry_run:
        return _refuse("Only --dry-run is there yet: orderbell replay --dry-run [FILE]")
    try:
        file = read_invoices(args.file)
    except InvoiceFileError as error:
        return _refuse(str(error))
    judged = classify(file.rows)
    products = catalogue(judged)
    plan = make_plan(judged, {product.sku: product.pence for product in products})
    console = Console()
    console.print(outcome_table(tally(judged)))
    own = sum(place.by_owner for place in plan.places)
    console.print(
        f"{len(products):,} products. {len(plan.places):,} orders, {own:,} of them by their own customers; "
        f"{len(plan.cancels):,} line cancels."
    )
    return 0


def _refuse(message: str) -> int:
    Console(stderr=True).print(message, markup=False, highlight=False, soft_wrap=True)
    return 2
