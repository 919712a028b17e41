"""`orderbell smoke`: an order's journey by real clients, against a deployed stage or the server of this checkout.

It makes two customers under addresses that reach nobody, orders 2 units of something, and leaves nothing behind but a
cancelled order. It needs AWS credentials that may make and delete users of the stage's customer pool.
Exit: 0 where every step went well, 1 where one did not, 2 where there is nowhere to go, 130 stopped by Ctrl-C.
"""

import argparse
import os
import signal
import sys

from cli.smoke.place import NEEDED, Place, PlaceError, deployed, here, staff_here
from cli.smoke.report import Report

SECONDS = 120.0
OPTIONS = {
    "GraphqlUrl": "the GraphQL endpoint of a stage that was deployed elsewhere",
    "ApiKey": "an API key of it",
    "CustomerPoolId": "the id of its customers' pool",
    "CustomerClientId": "the client of that pool",
}


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("smoke", description=__doc__)
    parser.add_argument("--stage", help="a stage deployed from here (default: the server of this checkout)")
    for name, option in NEEDED.items():
        parser.add_argument(
            option,
            dest=name,
            default=os.environ.get(variable(option)),
            metavar="VALUE",
            help=f"{OPTIONS[name]} (default: ${variable(option)}, then what --stage says)",
        )
    parser.add_argument(
        "--staff-token",
        default=os.environ.get(variable("--staff-token")),
        help=f"an access token of staff who confirm the order (default: ${variable('--staff-token')})",
    )
    parser.add_argument("--sku", help="what to order (default: the first thing for sale that has stock)")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help=f"give up after (default: {SECONDS:g})"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end, for machines")
    parser.set_defaults(run=run)


def variable(option: str) -> str:
    """The environment's name of an option: `ORDERBELL_API_KEY` of `--api-key`."""
    return "ORDERBELL_" + option.removeprefix("--").replace("-", "_").upper()


def run(args: argparse.Namespace) -> int:
    """Take the journey; whatever ends it, an end by SIGTERM too, its customers are deleted."""
    try:
        from cli.smoke.journey import Journey  # noqa: PLC0415 - needs what `make test` installs
    except ModuleNotFoundError as error:
        print(f"{error.name} is not installed: run `make smoke`, which installs it.", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda _number, _frame: signal.raise_signal(signal.SIGINT))
    report = Report(machine=args.json)
    try:
        place, staff = _place(args)
        Journey(place, report, args.sku, staff).run(args.seconds)
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


def _place(args: argparse.Namespace) -> tuple[Place, str | None]:
    """Where to go, and the token of staff there. Raises PlaceError."""
    given = {name: value for name, value in vars(args).items() if name in NEEDED and value}
    if args.stage or given:
        return deployed(args.stage, given), args.staff_token
    return here(), args.staff_token or staff_here()
