"""`orderbell webhook`: post to the running server what a payment provider or a carrier would, rightly signed or not.

orderbell webhook payment ORDER              what waits at the test provider comes to its end, and is told
orderbell webhook payment ORDER --approve    the payer confirms (or --decline)
orderbell webhook payment ORDER --all        everything that the provider ever told of the payment
orderbell webhook carrier ORDER DELIVERED    the carrier's word on the order's last parcel that left

ORDER is an id or a number. --forge signs with a wrong secret, --stale ten minutes ago, --repeat posts the same again.
"""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx

from cli.outside import Outside, SayError, open_outside
from cli.state import last_port
from domain.lifecycle import CarrierStatus
from providers.provider import ProviderRefusedError, Webhook

TAKEN, REFUSED = 200, 400
STALE = timedelta(minutes=10)
SECONDS = 15


@dataclass(frozen=True, slots=True)
class Sent:
    """A webhook on its way: who sends it, and the request."""

    sender: str
    webhook: Webhook


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    form = argparse.RawDescriptionHelpFormatter
    parser = subparsers.add_parser("webhook", description=__doc__, formatter_class=form)
    kinds = parser.add_subparsers(dest="kind", metavar="payment | carrier", required=True)
    payment = kinds.add_parser("payment", help="what the test provider tells of an order's payment")
    how = payment.add_mutually_exclusive_group()
    how.add_argument(
        "--approve", dest="how", action="store_const", const="approve", help="the payer confirms"
    )
    how.add_argument("--decline", dest="how", action="store_const", const="decline", help="the payer refuses")
    how.add_argument("--all", dest="how", action="store_const", const="all", help="all that was ever told")
    payment.add_argument("--payment", metavar="ID", help="such as pay_0002 (default: the order's last)")
    carrier = kinds.add_parser("carrier", help="what a carrier tells of a parcel")
    for each in (payment, carrier):
        each.add_argument("order", help="an order's id or number")
        each.add_argument("--forge", action="store_true", help="sign with a wrong secret: 400")
        each.add_argument("--stale", action="store_true", help="sign ten minutes ago: 400")
        each.add_argument(
            "--repeat", type=_times, default=1, metavar="N", help="post each so often (default 1)"
        )
    carrier.add_argument("status", choices=[each.value for each in CarrierStatus])
    carrier.add_argument("--parcel", metavar="ID", help="such as ful_0002 (default: the last that left)")
    carrier.add_argument(
        "--id", help="the carrier's own id of the event (default: made of parcel, status and time)"
    )
    carrier.add_argument("--ago", type=int, default=0, metavar="MINUTES", help="when it happened (default 0)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Returns 0 where all was answered as it should be, 1 where something was not, 2 where there is nothing to send, or no server."""
    outside = open_outside(last_port())
    if outside is None:
        print("No server runs here: start one with `make run`.", file=sys.stderr)
        return 2
    try:
        statuses = send(outside.port, webhooks(args, outside), args.repeat)
        return verdict(statuses, wrong=args.forge or args.stale)
    except (SayError, ProviderRefusedError) as error:
        print(error, file=sys.stderr)
        return 2
    except httpx.HTTPError as error:
        print(
            f"Cannot reach port {outside.port}: {error}. Start the server with `make run`.", file=sys.stderr
        )
        return 1


def webhooks(args: argparse.Namespace, outside: Outside) -> list[Sent]:
    """What is to be posted. Raises SayError, ProviderRefusedError."""
    now = datetime.now(UTC)
    at = now - STALE if args.stale else now
    teller = replace(outside, forged=args.forge)
    if args.kind == "carrier":
        happened = now - timedelta(minutes=args.ago)
        status = CarrierStatus(args.status)
        return [Sent("carrier", teller.carrier(args.order, args.parcel, status, happened, args.id, at))]
    told = teller.payment(args.order, args.payment, args.how, at)
    if not told:
        raise SayError("Nothing waits at the provider. `--all` tells again all that it ever told.")
    return [Sent("test", each) for each in told]


def send(port: int, webhooks: Iterable[Sent], times: int) -> list[int]:
    """Post each, and say what it was answered. Raises httpx.HTTPError."""
    with httpx.Client(timeout=SECONDS, trust_env=False) as client:
        post = partial(_post, client, port)
        return [post(each) for each in webhooks for _ in range(times)]


def verdict(statuses: list[int], *, wrong: bool) -> int:
    """0 where all were taken, or, where they are signed wrongly, all refused; else 1."""
    return 0 if all(status == (REFUSED if wrong else TAKEN) for status in statuses) else 1


def _post(client: httpx.Client, port: int, sent: Sent) -> int:
    url = f"http://localhost:{port}/webhooks/{sent.sender}"
    answer = client.post(url, content=sent.webhook.body, headers=sent.webhook.headers)
    print(f"POST {url}\n  {sent.webhook.body.decode()}\n  {answer.status_code} {answer.reason_phrase}")
    return answer.status_code


def _times(text: str) -> int:
    times = int(text)
    if not 1 <= times <= 1_000:
        raise argparse.ArgumentTypeError("between 1 and 1000")
    return times
