"""`orderbell smoke`: an order's journey by real clients, against a deployed stage or the server of this checkout.

It makes two customers under addresses that reach nobody, orders 2 units of something, and leaves nothing behind but a
cancelled order. It needs AWS credentials that may make and delete users of the stage's customer pool.
"""

import argparse
import sys

from cli.smoke.place import Place, PlaceError, deployed, here
from cli.smoke.report import Report

SECONDS = 120.0


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("smoke", description=__doc__)
    parser.add_argument("--stage", help="a stage deployed from here (default: the server of this checkout)")
    parser.add_argument("--sku", help="what to order (default: the first thing for sale that has stock)")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help=f"give up after (default: {SECONDS:g})"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end, for machines")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 where every step went well, 1 where one did not, 2 where there is nowhere to go."""
    try:
        from cli.smoke.journey import Journey  # noqa: PLC0415 - needs what `make test` installs
    except ModuleNotFoundError as error:
        print(f"{error.name} is not installed: run `make smoke`, which installs it.", file=sys.stderr)
        return 2
    report = Report(machine=args.json)
    try:
        Journey(_place(args.stage), report, args.sku).run(args.seconds)
    except PlaceError as error:
        print(error, file=sys.stderr)
        return 2
    except TimeoutError:
        print(f"The journey was not over after {args.seconds:g} s.", file=sys.stderr)
        return 1
    except Exception as error:
        if report.passed:  # no step has told of it
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            return 1
    finally:
        report.close()
    return 0 if report.passed else 1


def _place(stage: str | None) -> Place:
    return deployed(stage) if stage else here()
