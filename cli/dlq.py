"""`orderbell dlq`: list, show and redrive what consumers could not handle, on this machine's running server.

orderbell dlq list             how many there are, by name
orderbell dlq show NAME        what they say
orderbell dlq redrive NAME     send them back, after asking
"""

import argparse
import json
import sys
from functools import partial

from cli.dead_letters import Letters
from cli.state import state_dir
from consumers import bus
from consumers.app import load_all
from consumers.bus import Bus
from local.aws.clients import make_client
from local.aws.record import read_record
from local.aws.routing import BUS, find_routing


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    form = argparse.RawDescriptionHelpFormatter
    parser = subparsers.add_parser("dlq", description=__doc__, formatter_class=form)
    parser.add_argument("what", choices=("list", "show", "redrive"))
    parser.add_argument("name", nargs="?", help="as `list` says it")
    parser.add_argument("--most", type=int, default=10, help="how many to show (default 10)")
    parser.add_argument("--yes", action="store_true", help="redrive without asking")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Returns 0; 1 where some could not be sent back or no was answered; 2 where it cannot run."""
    letters = open_letters()
    if letters is None:
        print("No server runs here: start one with `make run`.", file=sys.stderr)
        return 2
    return work(args, letters)


def open_letters() -> Letters | None:
    """Those of this checkout's running server, if one runs."""
    record = read_record(state_dir())
    if record is None or record.clean:
        return None
    sqs, events = make_client("sqs", record.endpoint), make_client("events", record.endpoint)
    addresses = find_routing(sqs, load_all())
    return Letters(sqs, addresses, Bus(partial(bus.put, events, BUS)), state_dir() / "parked")


def work(args: argparse.Namespace, letters: Letters) -> int:
    """Do what was asked for."""
    counts = letters.counts()
    if args.what == "list":
        for name, number in counts.items():
            print(f"{number:6}  {name}")
        return 0
    if args.name not in counts:
        print(f"Name one of: {', '.join(counts)}.", file=sys.stderr)
        return 2
    if args.what == "show":
        for each in letters.show(args.name, args.most):
            print(json.dumps(each, indent=2))
        return 0
    return redrive(args.name, counts[args.name], letters, sure=args.yes)


def redrive(name: str, number: int, letters: Letters, *, sure: bool) -> int:
    """Send all back, after a yes."""
    if number == 0:
        print(f"{name} has no dead letters.")
        return 0
    if (
        not sure
        and input(f"Send {number} back to {name}? What made them fail should be mended. [y/N] ") != "y"
    ):
        print("Nothing was done.")
        return 1
    moved = letters.redrive(name, print)
    return 0 if moved >= number else 1
