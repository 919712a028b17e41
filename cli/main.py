"""The `orderbell` command: names the subcommands and imports only the one that was asked for."""

import argparse
import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand; `module` has `register(subparsers)`, which adds its parser and sets `run(args) -> int`."""

    name: str
    module: str
    summary: str


COMMANDS = (
    Command("serve", "cli.serve", "run the API and its subscriptions on this machine, until Ctrl-C"),
    Command("token", "cli.token", "print an access token of a demo user, for the running server"),
    Command("query", "cli.query", "send a query or mutation to the running server"),
    Command("invoke", "cli.invoke", "run one resolver as Lambda would, over the running server's tables"),
    Command("subscribe", "cli.subscribe", "print the events of a subscription as they happen"),
    Command("follow", "cli.follow", "print an order's events as they happen, through lost connections"),
    Command(
        "replay", "cli.replay.command", "replay a file of real invoices through the API and compare the store"
    ),
    Command("smoke", "cli.smoke.command", "try an order's journey on a deployed stage, or here"),
    Command(
        "journey", "cli.journey.command", "tell and check a shop's stories, from the cart to the doorstep"
    ),
    Command(
        "simulate", "cli.simulate.command", "keep a small shop alive on the running server, until Ctrl-C"
    ),
    Command("audit", "cli.audit", "check every order and all stock against the rules, and say what is wrong"),
    Command("recount", "cli.recount", "count reserved stock from the orders again, and put it right"),
    Command(
        "webhook", "cli.webhook", "post what a payment provider or a carrier would, rightly signed or not"
    ),
    Command("dlq", "cli.dlq", "list, show or send back what consumers could not handle"),
    Command("mail", "cli.mail", "read the mails that this machine's server would have sent"),
    Command("reset", "cli.reset", "forget this machine's orders and start from the seed again"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit code; a wrong command line exits with 2, Ctrl-C with 130."""
    words = sys.argv[1:] if argv is None else argv
    try:
        args = _parser(words[0] if words else None).parse_args(words)
        code: int = args.run(args)
    except KeyboardInterrupt:
        return 130
    return code


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    """Register the chosen subcommand with its options, all others by name and summary alone."""
    parser = argparse.ArgumentParser(
        prog="orderbell", description="An order backend for shops, on this machine."
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        if command.name == chosen:
            importlib.import_module(command.module).register(subparsers)
        else:
            subparsers.add_parser(command.name, help=command.summary)
    return parser


if __name__ == "__main__":
    sys.exit(main())
