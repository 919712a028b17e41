"""`orderbell replay`: its options, and what each of them starts."""

import argparse
import asyncio
import json
import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from cli.replay.api import ApiError
from cli.replay.invoices import InvoiceFileError
from cli.replay.keeping import InUseError, forget, kept_at
from cli.replay.phases import Bars
from cli.replay.refusals import refused_lines, write_refusals
from cli.replay.report import as_json, as_tables, outcome_table
from cli.replay.rule import tally
from cli.replay.running import Replayed, replay
from cli.replay.site import Site, own_site, served_site
from cli.replay.work import Work, prepare
from cli.sample import SAMPLE_DAY
from local.aws.engine import EngineError
from local.aws.tables import TableMismatchError
from local.laptop import laptop

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 (argparse names no public type)

EQUAL, UNEQUAL, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def register(subparsers: "Subparsers") -> None:
    """Add the subcommand's parser."""
    parser = subparsers.add_parser(
        "replay",
        description="Replay a file of real invoices through the API and compare the store. The store is kept, one a "
        "file by its content, until `orderbell reset`: after Ctrl-C or a kill the same command goes on, and once it is "
        "all there it changes nothing. Exit code: 0 equal, 1 not equal, 2 bad input, 130 interrupted.",
    )
    parser.add_argument(
        "file", nargs="?", type=Path, default=SAMPLE_DAY, help=".csv or .csv.gz (default: a sample)"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="read and judge the file; no server is started"
    )
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the report as JSON")
    parser.add_argument(
        "--refusals",
        type=Path,
        metavar="PATH",
        help="write the lines that are not in the store, with why, as CSV",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--fresh", action="store_true", help="forget what earlier runs of this file have kept, and start over"
    )
    where.add_argument(
        "--endpoint",
        metavar="URL",
        help="replay into the running server of this checkout, such as http://localhost:4000/graphql",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Replay the file; returns the exit code."""
    try:
        work = prepare(args.file)
    except InvoiceFileError as error:
        return _say(str(error), BAD_INPUT)
    for path in (args.json, args.refusals):
        if path and (path.is_dir() or not path.parent.is_dir()):
            return _say(f"{path}: cannot be written; name a file in a folder that exists.", BAD_INPUT)
    if args.dry_run:
        return _judge(work)
    done = _replay(args, work)
    if isinstance(done, int):
        return done
    _write(args, work, done)
    console = Console()
    console.print(as_tables(done.report))
    rate = done.requests / done.report.seconds
    console.print(f"{done.requests:,} requests, {rate:,.0f} a second.", highlight=False)
    return EQUAL if done.report.equal else UNEQUAL


def _judge(work: Work) -> int:
    console = Console()
    console.print(outcome_table(tally(work.judged)))
    places = work.plan.places
    own = sum(place.by_owner for place in places)
    console.print(
        f"{len(work.products):,} products. {len(places):,} orders, {own:,} of them by their own customers; "
        f"{len(work.plan.cancels):,} line cancels."
    )
    return EQUAL


def _replay(args: argparse.Namespace, work: Work) -> Replayed | int:
    """Run it; the exit code where it came to nothing."""
    logging.getLogger("orderbell").setLevel(logging.ERROR)  # refusals are the report's to tell
    console = Console(stderr=True)
    bars = Bars(console)
    before = signal.getsignal(signal.SIGINT)
    try:
        with bars, _site(args, work, lambda text: _tell(console, text)) as site:
            try:
                return asyncio.run(replay(site, work, bars))
            except KeyboardInterrupt:
                signal.signal(signal.SIGINT, signal.SIG_IGN)  # ending cleanly takes a moment
                raise
    except KeyboardInterrupt:
        done = bars.summary() or "nothing"
        return _say(f"Interrupted. Done: {done}. It is kept: the same command goes on.", INTERRUPTED)
    except (ApiError, EngineError, InUseError, TableMismatchError) as error:
        return _say(f"The replay could not go on. {error}", UNEQUAL)
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _site(args: argparse.Namespace, work: Work, tell: Callable[[str], None]) -> Iterator[Site]:
    """The server that the options name, or one of this process over what is kept of the file."""
    if args.endpoint:
        yield served_site(args.endpoint)
        return
    folder = kept_at(work.file.digest)
    if args.fresh:
        forget(folder)
    if folder.exists():
        tell("Going on with what earlier runs of this file have kept; `--fresh` starts over.")
    with laptop(folder, 0, tell) as running:
        yield own_site(running)


def _write(args: argparse.Namespace, work: Work, done: Replayed) -> None:
    if args.json:
        args.json.write_text(json.dumps(as_json(done.report), indent=2) + "\n", encoding="utf-8")
    if args.refusals:
        with args.refusals.open("w", encoding="utf-8", newline="") as out:
            write_refusals(refused_lines(work.judged, work.plan, done.refusals), out)


def _say(message: str, code: int) -> int:
    _tell(Console(stderr=True), message)
    return code


def _tell(console: Console, message: str) -> None:
    console.print(message, markup=False, highlight=False, soft_wrap=True)
