"""`orderbell audit`: check every order and every SKU of the store against the rules, and say what is wrong.

One line a finding. Exit: 0 clean, 1 with findings, 2 where it cannot run, 130 stopped by Ctrl-C (the same command goes on).
"""

import argparse

from cli.counting import Counting
from cli.counting_run import CLEAN, FOUND, Task, add_run_options, run_task
from domain.recount import Level, check_level
from storage.auditing import look, read_level


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("audit", description=__doc__)
    add_run_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Audit the store that the options name; it is only read."""
    return run_task(args, Task("audit", "", look, settle, verdict))


def settle(counting: Counting, sku: str, level: Level | None, reserved: int) -> bool:
    """Say what is wrong with a SKU's counters, unless they have moved since they were read."""
    findings = tuple(check_level(sku, level, reserved))
    if findings and read_level(counting.store, sku) != level:
        return False
    for finding in findings:
        counting.report(finding)
    return True


def verdict(counting: Counting, moving: list[str]) -> int:
    """Say the result."""
    progress = counting.progress
    if moving:
        print(
            f"Not judged, because orders kept moving them: {', '.join(moving[:10])}{' ...' * (len(moving) > 10)}."
        )
        print("Run again while fewer orders come in.")
    print(f"{progress.orders:,} orders checked: {progress.findings:,} findings.")
    return FOUND if progress.findings or moving else CLEAN
