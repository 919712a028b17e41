"""`orderbell serve`: run everything on this machine until Ctrl-C, and say how to use it."""

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

from cli.state import remember_port, state_dir
from cli.tracebacks import errors_to_terminal
from local.aws.demo import DEMO_CUSTOMERS, DEMO_PASSWORD, DEMO_STAFF
from local.aws.engine import EngineError
from local.laptop import Laptop, laptop
from wiring.logs import LOGGER

SEEDED = "seeded"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("serve", description=__doc__)
    parser.add_argument(
        "--port", type=int, default=4000, help="where to listen on this machine (default 4000)"
    )
    parser.add_argument(
        "--no-reload",
        dest="reload",
        action="store_false",
        help="do not load resolvers anew once their files change",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; returns 0 after a clean stop, 1 where it could not start."""
    if sys.platform == "win32":
        print("Orderbell runs on Linux and macOS; on Windows use WSL.", file=sys.stderr)
        return 1
    folder, stop = state_dir(), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    log_to(folder / "server.log")
    try:
        with laptop(folder, args.port, tell=_tell, reload=args.reload) as running:
            remember_port(running.port)
            _seed_once(running, folder, stop)
            if not stop.is_set():
                print(banner(running), flush=True)
            stop.wait()
            _tell("Stopping: finishing what is under way, then saving ...")
    except OSError as error:
        print(_port_problem(args.port, error), file=sys.stderr)
        return 1
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    _tell("Stopped. Orders are kept for the next start; `make reset` forgets them.")
    return 0


def log_to(path: Path) -> None:
    """Send the structured log to a file: the terminal is for people."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path)
    handler.setFormatter(logging.Formatter("%(message)s"))
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
    logging.getLogger("local").addHandler(handler)
    errors_to_terminal()


def banner(running: Laptop) -> str:
    """How to use what runs, as commands that work when pasted."""
    customers = ", ".join(user.email for user in DEMO_CUSTOMERS)
    staff = ", ".join(user.email for user in DEMO_STAFF)
    return f"""
Orderbell is ready.

  Console        http://localhost:{running.port}/     (in a browser: ask, follow, watch the board)
  GraphQL        {running.endpoint}
  Subscriptions  {running.realtime}
  Mails          http://localhost:{running.port}/mails     (what would have been sent)
  API key        {running.identity.api_key}     (guests)
  Customers      {customers}
  Staff          {staff}
                 (password of all: {DEMO_PASSWORD})

A token:         .venv/bin/orderbell token ada@example.com
A query:         curl -s {running.endpoint} -H 'content-type: application/json' -H 'x-api-key: {running.identity.api_key}' \\
                   -d '{{"query": "{{ products(first: 3) {{ nodes {{ title variants {{ sku price {{ amount currency }} }} }} }} }}"}}'
A subscription:  .venv/bin/orderbell subscribe --as support@shop.example \\
                   'subscription {{ onStaffOrderEvents(statuses: [PLACED, CONFIRMED, COMPLETED, CANCELLED]) {{ orderId sequence type status }} }}'

Ctrl-C stops it and keeps the orders.
"""


def _seed_once(running: Laptop, folder: Path, stop: threading.Event) -> None:
    """Fill an empty shop with real products; an interrupted seeding goes on at the next start."""
    mark = folder / SEEDED
    if mark.exists() or stop.is_set():
        return
    from cli.seed import seed  # noqa: PLC0415 - needed at the first start alone

    seed(running, _tell)
    mark.touch()


def _port_problem(port: int, error: OSError) -> str:
    return f"Cannot listen on port {port} ({error.strerror}). Stop what uses it, or choose another: PORT={port + 1} make run"


def _tell(text: str) -> None:
    print(text, flush=True)
