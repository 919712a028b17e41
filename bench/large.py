"""Seconds of each command on an order of 675 and of 1,000 lines, all of different SKUs, over HTTP (laptop)."""

import httpx

from local.aws.demo import DEMO_PASSWORD
from local.laptop import laptop
from tests.journeys.caller import Caller
from tests.journeys.crowd_large import MOST, live, stock_up

GATE_SECONDS = 10.0
"""A third of what AppSync waits for a function."""


def main() -> int:
    """Print the seconds; 1 where one command takes longer than the gate."""
    with (
        laptop(None, 0, tell=lambda _: None) as running,
        httpx.Client(base_url=f"http://localhost:{running.port}", trust_env=False, timeout=40) as client,
    ):
        shop = Caller(running, client, DEMO_PASSWORD)
        stock_up(shop)
        lives = {count: live(shop, count, cancelled=110).seconds for count in (675, MOST)}
    print(f"Seconds over HTTP, laptop (gate {GATE_SECONDS:.0f}):")
    for count, seconds in lives.items():
        print(f"  {count:5,} lines: " + "   ".join(f"{name} {each:.2f}" for name, each in seconds.items()))
    return int(max(max(seconds.values()) for seconds in lives.values()) > GATE_SECONDS)


if __name__ == "__main__":
    raise SystemExit(main())
