"""`orderbell recount`: count what orders have reserved, and compare each SKU's stock with it; `--apply` puts it right.

Units on hand are taken as they are: available becomes what is on hand less what is reserved. Exit: 0 where all is right
(or put right), 1 where differences are left, 2 where it cannot run, 130 stopped by Ctrl-C (the same command goes on).
"""

import argparse

from cli.counting import Counting
from cli.counting_run import CLEAN, FOUND, Task, add_run_options, run_task
from domain.recount import Level, check_level, recounted
from storage.auditing import count, read_level, write_level


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("recount", description=__doc__)
    add_run_options(parser)
    parser.add_argument("--apply", action="store_true", help="write what was counted (default: only say it)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Recount the store that the options name."""
    settle, verdict = (apply, applied) if args.apply else (compare, compared)
    return run_task(args, Task("recount", "applied" if args.apply else "dry", count, settle, verdict))


def compare(counting: Counting, sku: str, level: Level | None, reserved: int) -> bool:
    """Say how a SKU differs, unless its counters have moved since they were read."""
    if not any(check_level(sku, level, reserved)):
        return True
    if read_level(counting.store, sku) != level:
        return False
    counting.report(_difference(sku, level, reserved))
    return True


def apply(counting: Counting, sku: str, level: Level | None, reserved: int) -> bool:
    """Write what was counted where the counters are still as they were read; then that difference is no longer one.

    Nothing is written while an order could not be read: what it has reserved is not known.
    """
    after = recounted(level, reserved) if level else None
    if (
        level is None
        or after is None
        or counting.progress.unread
        or not any(check_level(sku, level, reserved))
    ):
        return compare(counting, sku, level, reserved)
    if not write_level(counting.store, level, after):
        return False
    counting.tell(f"{_difference(sku, level, reserved)}: written")
    return True


def _difference(sku: str, level: Level | None, reserved: int) -> str:
    if level is None:
        return f"SKU {sku}: {reserved} reserved by orders, no counters: create the SKU, then recount"
    after = recounted(level, reserved)
    said = f"SKU {sku}: reserved {level.reserved} -> {reserved}"
    if after is None:
        return f"{said}, but {level.on_hand} on hand: count the shelf and set the stock, then recount"
    return f"{said}, available {level.available} -> {after.available}, on hand {level.on_hand}"


def compared(counting: Counting, moving: list[str]) -> int:
    """Say the result of a dry run."""
    return _verdict(counting, moving, "differ. Nothing is written: --apply writes it")


def applied(counting: Counting, moving: list[str]) -> int:
    """Say the result after writing."""
    return _verdict(counting, moving, "are left as they were")


def _verdict(counting: Counting, moving: list[str], words: str) -> int:
    progress = counting.progress
    if progress.unread:
        print(
            f"{progress.unread} orders cannot be read; nothing is written until they can: see `orderbell audit`."
        )
    if moving:
        print(f"Orders kept moving {len(moving)} SKUs: run again while fewer come in.")
    left = progress.findings - progress.unread + len(moving)
    print(f"{progress.orders:,} orders counted: {left:,} SKUs {words if left else 'differ'}.")
    return FOUND if left or progress.unread else CLEAN
