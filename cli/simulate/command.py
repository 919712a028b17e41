"""`orderbell simulate`: keep a small shop alive on the running server, for somebody to watch.

Guests and customers fill carts and pay, or do not; the warehouse packs, carriers deliver, finance pays back, some change
their mind. Watch by `orderbell mail`, `orderbell follow ORDER --as support@shop.example`, or any subscription.

Ctrl-C: nobody else comes, everybody finishes the request that they are in, and what happened is summed up.
Exit: 0, 1 where something went wrong, or nobody can be served. A second Ctrl-C ends it at once (130).
"""

import argparse
import asyncio
import random
import secrets
import signal
import sys
import threading
import time
from functools import partial

import httpx

from cli.credential import credential
from cli.outside import Outside, open_outside
from cli.replay.api import SECONDS, Api, ApiError, open_api
from cli.simulate.board import watch
from cli.simulate.living import come
from cli.simulate.site import Site
from cli.simulate.tally import Tally
from cli.state import last_port
from cli.token import NotRunningError

SHELF = "{ products(first: 50) { nodes { variants { sku } } } }"
SUPPORT = "support@shop.example"
EMPTY = "The shop has nothing to sell: `make run` fills a new one with sample products (`make reset` forgets this one)."


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    form = argparse.RawDescriptionHelpFormatter
    parser = subparsers.add_parser("simulate", description=__doc__, formatter_class=form)
    parser.add_argument(
        "--rate", type=_positive, default=20, metavar="N", help="buyers a minute, on average (default 20)"
    )
    parser.add_argument(
        "--speed",
        type=_positive,
        default=1,
        metavar="X",
        help="how much faster people and carriers are (default 1)",
    )
    parser.add_argument("--orders", type=int, metavar="N", help="end after so many buyers, once all are done")
    parser.add_argument(
        "--for",
        dest="seconds",
        type=_positive,
        metavar="SECONDS",
        help="let buyers come for so long, then see them out",
    )
    parser.add_argument("--seed", type=int, help="draw the same buyers again (default: others each time)")
    parser.add_argument("--port", type=int, help="of this checkout's server (default: the running one's)")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON, and no progress")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Simulate until stopped."""
    port = args.port or last_port()
    tally, ended = Tally(), threading.Event()
    try:
        asyncio.run(_simulated(args, port, tally, ended))
    except (NotRunningError, ApiError, LookupError) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        ended.set()
    print(tally.as_json() if args.json else f"\n{tally.summary()}", flush=True)
    return int(bool(tally.problems))


async def _simulated(args: argparse.Namespace, port: int, tally: Tally, ended: threading.Event) -> None:
    """Look at the shelf, open the doors, count. Raises NotRunningError, ApiError, LookupError for an empty shop."""
    base = f"http://localhost:{port}"
    timeout = httpx.Timeout(SECONDS)
    async with (
        open_api(f"{base}/graphql") as api,
        httpx.AsyncClient(trust_env=False, timeout=timeout) as http,
    ):
        shelf = await _shelf(api)
        dice = random.Random(args.seed)  # noqa: S311 - people, no secrets
        site = Site(api, http, partial(_outside, port), base, tally, dice, args.speed)
        _stop_on_signals(site.stop)
        watch(f"ws://localhost:{port}/graphql/realtime", partial(credential, SUPPORT), tally, ended)
        telling = asyncio.create_task(_tell(tally, quiet=args.json))
        run_name = f"sim-{secrets.token_hex(4)}"
        if not args.json:
            print(f"The shop is open: about {args.rate:g} buyers a minute. Ctrl-C closes it.", flush=True)
        await come(site, shelf, run_name, args.rate, args.orders, args.seconds)
        telling.cancel()


async def _shelf(api: Api) -> list[str]:
    found = await api.send(await asyncio.to_thread(credential, None), SHELF)
    skus = [variant["sku"] for each in found["products"]["nodes"] for variant in each["variants"]]
    if not skus:
        raise LookupError(EMPTY)
    return skus


def _outside(port: int) -> Outside:
    found = open_outside(port)
    if found is None:
        raise NotRunningError("No server runs here: start one with `make run`.")
    return found


def _stop_on_signals(stop: asyncio.Event) -> None:
    """The first Ctrl-C closes the doors, the second ends the process as usual."""
    loop = asyncio.get_running_loop()

    def close() -> None:
        stop.set()
        print("\nClosing: everybody finishes what they are in the middle of ...", file=sys.stderr, flush=True)
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(each)

    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, close)


async def _tell(tally: Tally, *, quiet: bool) -> None:
    """A line that is kept up to date on a terminal, one every ten seconds elsewhere."""
    started, terminal = time.monotonic(), sys.stdout.isatty()
    while not quiet:
        line = tally.line(time.monotonic() - started)
        print(f"\r{line}\x1b[K" if terminal else line, end="" if terminal else "\n", flush=True)
        await asyncio.sleep(1 if terminal else 10)


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number <= 100_000:
        raise argparse.ArgumentTypeError("a number above 0")
    return number
