"""From `placeOrder` to the frames: how long 20 subscribers wait, on this machine (laptop)."""

import statistics
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from cli.realtime import Subscription, subscribed
from local.aws.demo import DEMO_PASSWORD
from local.laptop import Laptop, laptop

SUBSCRIBERS, ORDERS, PAUSE_SECONDS = 20, 200, 0.05
GATE_P99_MS = 150.0

MINE = "subscription { onMyOrderEvents { orderId sequence } }"
BOARD = "subscription { onStaffOrderEvents(types: [ORDER_PLACED]) { orderId sequence } }"
PLACE = """mutation ($key: String!) { placeOrder(input: {idempotencyKey: $key, paymentTerms: ON_ACCOUNT,
  lines: [{sku: "BENCH", quantity: 1}],
  shippingAddress: {name: "A", line1: "1 Road", city: "London", country: "GB"}}) { order { id } userErrors { message } } }"""
STOCK = """mutation { createProduct(input: {title: "Bench", category: "Bench", published: true,
    variants: [{sku: "BENCH", price: {amount: "1.00", currency: "GBP"}}]}) { userErrors { message } }
  adjustStock(input: {sku: "BENCH", delta: 100000, reason: RECEIVED, idempotencyKey: "bench-stock-000000001"})
  { userErrors { message } } }"""


@dataclass(slots=True)
class Arrivals:
    """When each order's frame reached each subscriber."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    ready: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    seen: dict[str, list[float]] = field(default_factory=dict)

    def listen(self, url: str, token: str, document: str) -> None:
        """Note the arrival of every frame, until the connection ends."""
        with subscribed(url, {"Authorization": token}, [Subscription("1", document, {})]) as frames:
            self.ready.release()
            for frame in frames:
                now = time.perf_counter()
                (event,) = frame.payload["data"].values()
                with self.lock:
                    self.seen.setdefault(event["orderId"], []).append(now)


def measure() -> list[float]:
    """Milliseconds from sending a placement to each subscriber's frame."""
    arrivals, sent = Arrivals(), {}
    with laptop(None, 0, tell=lambda _: None) as running, httpx.Client() as client:
        customer = running.token("ada@example.com", DEMO_PASSWORD)
        staff = running.token("admin@shop.example", DEMO_PASSWORD)
        _post(client, running, staff, STOCK)
        for number in range(SUBSCRIBERS):
            who = (customer, MINE) if number % 2 else (staff, BOARD)
            threading.Thread(target=arrivals.listen, args=(running.realtime, *who), daemon=True).start()
        for _ in range(SUBSCRIBERS):
            arrivals.ready.acquire(timeout=15)
        for number in range(ORDERS):
            started = time.perf_counter()
            answer = _post(client, running, customer, PLACE, {"key": f"bench-order-{number:08d}"})
            sent[answer["data"]["placeOrder"]["order"]["id"]] = started
            time.sleep(PAUSE_SECONDS)
        running.pump.drain()
        time.sleep(0.5)
    missing = sum(SUBSCRIBERS - len(arrivals.seen.get(order, [])) for order in sent)
    if missing:
        raise SystemExit(f"{missing} of {SUBSCRIBERS * ORDERS} frames never came")
    return [(at - sent[order]) * 1000 for order in sent for at in arrivals.seen[order]]


def _post(client: httpx.Client, running: Laptop, token: str, query: str, variables: Any = None) -> Any:
    body = {"query": query, "variables": variables}
    return client.post(running.endpoint, json=body, headers={"authorization": token}).json()


def main() -> int:
    """Print the figures; 1 where p99 is above the gate."""
    waits = sorted(measure())
    p99 = statistics.quantiles(waits, n=100)[98]
    print(f"Place to frame, laptop, {SUBSCRIBERS} subscribers, {ORDERS} orders, one after another:")
    print(
        f"  p50 {statistics.median(waits):.1f} ms   p99 {p99:.1f} ms   max {waits[-1]:.1f} ms   (gate: p99 < {GATE_P99_MS:.0f} ms)"
    )
    return int(p99 >= GATE_P99_MS)


if __name__ == "__main__":
    raise SystemExit(main())
