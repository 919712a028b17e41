"""`orderbell reset`: forget the orders, products and users of this checkout's server; the next start seeds again."""

import argparse
import shutil
import sys

from cli.state import state_dir
from local.aws.record import Previous, end_previous, inspect_previous


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("reset", description=__doc__)
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """Delete the state folder; refused (1) while a server uses it."""
    folder = state_dir()
    if not folder.exists():
        print("There is nothing to forget: no server has run here yet.")
        return 0
    found = inspect_previous(folder)
    if found.state is Previous.IN_USE:
        print("A server runs here: stop it first (Ctrl-C), then reset.", file=sys.stderr)
        return 1
    if found.state is Previous.ALIVE:
        end_previous(folder)
    shutil.rmtree(folder)
    print(f"Forgotten: {folder}. The next `make run` starts from the seed.")
    return 0
