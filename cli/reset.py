"""`orderbell reset`: forget the orders, products and users of this checkout's server and of all replays.

The next `make run` starts from the seed, the next `make replay` from nothing.
"""

import argparse
import sys

from cli.replay.keeping import InUseError, check_unused, forget, kept_replays
from cli.state import state_dir


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("reset", description=__doc__)
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """Delete the state folder and the replays'; all refused (1) while a server or a replay uses one of them."""
    state = state_dir()
    folders = [folder for folder in (state, *kept_replays()) if folder.exists()]
    if not folders:
        print("There is nothing to forget: no server has run here yet.")
        return 0
    for folder in folders:
        try:
            check_unused(folder)
        except InUseError:
            what = "A server" if folder == state else "A replay"
            print(f"{what} runs here: stop it first (Ctrl-C), then reset.", file=sys.stderr)
            return 1
    for folder in folders:
        forget(folder)
        print(f"Forgotten: {folder}.")
    print("The next `make run` starts from the seed.")
    return 0
