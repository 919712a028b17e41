"""One resumable run over the whole store: its options, progress bar, Ctrl-C, and what is kept for the next run."""

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError
from rich import progress as rich
from rich.console import Console

from cli import progress_file
from cli.counting import Counting, Look, StoppedError
from cli.progress_file import Progress
from cli.state import state_dir
from cli.store_options import CannotRunError, Opened, add_options, open_store, whole
from domain.recount import Level
from domain.refusals import Refused
from domain.values import value
from storage.auditing import expected_items
from storage.store import Store

CLEAN, FOUND, CANNOT_RUN, INTERRUPTED = 0, 1, 2, 130


@value
class Task:
    """What a run does: `name` names its progress file, `about` what differs between runs that cannot go on from each other."""

    name: str
    about: str
    look: Look
    settle: Callable[[Counting, str, Level | None, int], bool]
    verdict: Callable[[Counting, list[str]], int]


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of every run over the whole store."""
    add_options(parser)
    parser.add_argument(
        "--segments",
        type=whole(1, 64),
        metavar="1-64",
        default=4,
        help="read this many parts at once (default 4)",
    )
    parser.add_argument(
        "--fresh", action="store_true", help="start over instead of going on where the last run stopped"
    )


def run_task(args: argparse.Namespace, task: Task) -> int:
    """Run to the end, or until Ctrl-C or an error, after which the same command goes on. Returns the exit code."""
    try:
        opened = open_store(args)
        return _run(opened, args, task)
    except KeyboardInterrupt:  # the second Ctrl-C: what was kept last stands
        print("Stopped at once. The same command goes on from where it was kept last.", file=sys.stderr)
        return INTERRUPTED
    except CannotRunError as error:
        print(error, file=sys.stderr)
    except ClientError as error:
        print(f"{error}. Mend that (or name other tables); the same command then goes on.", file=sys.stderr)
    except (BotoCoreError, Refused) as error:
        print(f"DynamoDB cannot be asked: {error} The same command goes on from here.", file=sys.stderr)
    return CANNOT_RUN


def _run(opened: Opened, args: argparse.Namespace, task: Task) -> int:
    path = state_dir() / f"{task.name}.json"
    progress = _begin(opened, args, task)
    with _bar(opened.store, progress) as moved, _until_interrupted() as stop:
        counting = Counting(
            opened.store, progress, task.look, task.settle, print, moved,
            keep=lambda: progress_file.save(progress, path), stop=stop,
        )  # fmt: skip
        try:
            moving = counting.complete()
        except StoppedError:
            counting.keep()
            print(
                f"Stopped while {progress.step.value}. The same command goes on; --fresh starts over.",
                file=sys.stderr,
            )
            return INTERRUPTED
        except Exception:
            counting.keep()
            raise
    code = task.verdict(counting, moving)
    path.unlink(missing_ok=True)
    return code


def _begin(opened: Opened, args: argparse.Namespace, task: Task) -> Progress:
    """The progress to go on from; a run about something else, or with other segments, is not gone on with."""
    about = f"{task.name} {task.about} of {opened.name}, {args.segments} segments, {opened.store.shards} work shards"
    kept = None if args.fresh else progress_file.load(state_dir() / f"{task.name}.json", about)
    if kept is None:
        return Progress(about, args.segments)
    print(
        f"Going on with {kept.step.value}: {kept.orders:,} orders done, {kept.findings:,} findings said before.",
        file=sys.stderr,
    )
    return kept


@contextmanager
def _until_interrupted() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; a second one interrupts as usual."""
    stop, before = threading.Event(), signal.getsignal(signal.SIGINT)

    def note(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, before)
        stop.set()

    signal.signal(signal.SIGINT, note)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _bar(store: Store, progress: Progress) -> Iterator[Callable[[], None]]:
    """A bar on a terminal, over about as many items as the tables hold; what is called after each page moves it."""
    console = Console(stderr=True)
    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TextColumn("items"),
        rich.TimeElapsedColumn(),
    )
    if not console.is_terminal:
        yield lambda: None
        return
    with rich.Progress(*columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
        shown: rich.TaskID = bar.add_task(progress.step.value, total=expected_items(store) or None)

        def moved() -> None:
            text = f"{progress.step.value}: {progress.orders:,} orders, {progress.findings:,} findings"
            total = bar.tasks[0].total
            known = None if total is None else max(total, progress.items)
            bar.update(shown, description=text, completed=progress.items, total=known)

        moved()
        yield moved
