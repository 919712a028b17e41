"""Crowds over HTTP against a whole laptop, at full size: what must be true, and how fast it went (laptop)."""

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx

from local.aws.demo import DEMO_PASSWORD
from local.laptop import laptop
from tests.journeys.caller import Caller
from tests.journeys.crowd import Answer, rate
from tests.journeys.crowd_orders import answers_lost_after_the_write, pile, repeats, sale

BUYERS, UNITS, KEYS, TIMES, COMMANDS, CLIENTS = 1_000, 100, 1_000, 4, 50, 16


def main() -> int:
    """Print the figures; 1 where one of the promises did not hold."""
    print(f"{CLIENTS} clients in a process of their own; laptop")
    with shop() as calm:
        kept = [_sale(calm), _repeats(calm), _pile(calm, keyed=False), _pile(calm, keyed=True)]
    with answers_lost_after_the_write(one_in=3) as counted, shop() as lossy:
        kept.append(_repeats(lossy))
        print(f"  ({counted['lost']:,} of {counted.total():,} answers of DynamoDB were lost after the write)")
    return int(not all(kept))


@contextmanager
def shop() -> Iterator[Caller]:
    """A laptop that keeps nothing, and somebody to call it."""
    with (
        laptop(None, 0, tell=lambda _: None) as running,
        httpx.Client(base_url=f"http://localhost:{running.port}", trust_env=False, timeout=30) as client,
    ):
        yield Caller(running, client, DEMO_PASSWORD)


def _sale(caller: Caller) -> bool:
    done = sale(caller, buyers=BUYERS, units=UNITS, clients=CLIENTS)
    print(f"{BUYERS:,} buyers of {UNITS} units: {done.sold} sold, {dict(done.refusals)}, {done.shelf}")
    print(f"  {_pace(done.answers)}")
    refused = Counter(InsufficientStock=BUYERS - UNITS)
    return (done.sold, done.refusals, done.shelf.available) == (UNITS, refused, 0)


def _repeats(caller: Caller) -> bool:
    done = repeats(caller, keys=KEYS, times=TIMES, clients=CLIENTS)
    orders = sum(count * keys for count, keys in done.orders_by_key.items())
    print(
        f"{KEYS:,} keys {TIMES} times each, {done.lost:,} answers dropped: {orders:,} orders, "
        f"{done.shelf.reserved:,} units reserved, {len(done.errors)} errors"
    )
    print(f"  {_pace(done.answers)}")
    return (done.orders_by_key, done.shelf.reserved, done.errors) == (Counter({1: KEYS}), KEYS, [])


def _pile(caller: Caller, *, keyed: bool) -> bool:
    done = pile(caller, commands=COMMANDS, keyed=keyed, clients=CLIENTS)
    sequences = [entry["event"]["sequence"] for entry in done.order["history"]]
    tries = sum(each.tries for each in done.answers)
    print(
        f"{COMMANDS} commands on one order{', keyed, each sent twice' if keyed else ''}: {done.accepted} accepted, {done.replayed} replayed, "
        f"version {done.order['version']}, {len(done.findings)} findings, {tries} requests"
    )
    print(f"  {_pace(done.answers)}")
    gapless = sequences == list(range(1, COMMANDS + 2))
    return gapless and not done.findings and (done.accepted, done.replayed) == (COMMANDS, COMMANDS * keyed)


def _pace(answers: Sequence[Answer]) -> str:
    waits = sorted((each.ended - each.started) * 1000 for each in answers)
    p99 = statistics.quantiles(waits, n=100)[98]
    return (
        f"{rate(answers):,.0f} requests a second   p50 {statistics.median(waits):.0f} ms   p99 {p99:.0f} ms"
    )


if __name__ == "__main__":
    raise SystemExit(main())
