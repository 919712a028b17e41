"""`orderbell mail`: read what this machine's server would have mailed to customers.

orderbell mail                 the newest, a line each
orderbell mail 7               one, as text
orderbell mail --order ID      those of an order
orderbell mail --json          with everything, HTML too
"""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict

from cli.state import state_dir
from local.outbox import Kept, Outbox


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    form = argparse.RawDescriptionHelpFormatter
    parser = subparsers.add_parser("mail", description=__doc__, formatter_class=form)
    parser.add_argument("number", nargs="?", type=int, help="show this one")
    parser.add_argument("--order", help="only those of this order id")
    parser.add_argument("--most", type=int, default=20, help="how many to list (default 20)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Returns 0; 1 where there is no mail of the number that was asked for."""
    outbox = Outbox(state_dir())
    if args.number is None:
        listed = outbox.newest(args.most, args.order)
        print(json.dumps([asdict(each) for each in listed], indent=2) if args.json else table(listed))
        return 0
    kept = outbox.mail(args.number)
    if kept is None or args.order not in {None, kept.order_id}:
        print(f"No mail {args.number}; `orderbell mail` lists them.", file=sys.stderr)
        return 1
    print(json.dumps(asdict(kept), indent=2) if args.json else whole(kept))
    return 0


def table(mails: Iterable[Kept]) -> str:
    """A line each, newest first."""
    lines = [
        f"{each.number:5}  {each.at}  {plain(each.to)}  {plain(each.subject)}  {plain(each.order_id)}"
        for each in mails
    ]
    return "\n".join(lines) or "No mails yet."


def whole(kept: Kept) -> str:
    """One mail as a person reads it."""
    head = f"To: {plain(kept.to)}\nSubject: {plain(kept.subject)}\nAt: {kept.at}\nOrder: {kept.order_id}"
    return f"{head}\n\n{plain(kept.text)}"


def plain(text: str) -> str:
    """Without what moves a terminal's cursor or changes its colours: customers type names."""
    return "".join(
        each if each.isprintable() or each == "\n" else "\N{REPLACEMENT CHARACTER}" for each in text
    )
