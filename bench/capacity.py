"""What each request takes, metered on the laptop over tables in memory: the capacity table that infra.cost reads.

Units are those of the meter that the tests hold (tests/storage/metering.py); no AWS was asked. Time is not in it.
`python -m bench.capacity --write` writes infra/cost/capacity.toml; without it, the file is compared with today.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from bench.metered_shop import Shop, Usage, metered_shop
from infra.cost.capacity import FILE, Capacity, read_capacity

LINES = (1, 5, 20)
BYTES_MAY_DIFFER = 0.2
"""Lines of the log hold milliseconds and random ids."""

ADDRESS = {"name": "Ada", "line1": "1 Bell Lane", "city": "London", "country": "GB"}
SHELF = 24


def life(shop: Shop, lines: int) -> Iterator[tuple[str, Usage]]:
    """One order of so many lines, from its placement to its completion, with what its customer reads of it."""
    key = f"bench-order-{lines:08d}"
    wanted = {
        "idempotencyKey": key,
        "lines": [{"sku": f"SKU-{number:02d}", "quantity": 1} for number in range(lines)],
        "shippingAddress": ADDRESS,
        "contact": {"email": "ada@example.com"},
        "paymentTerms": "PREPAID",
        "payment": {"method": "test_approved"},
    }
    answer, used = shop.ask("Mutation.placeOrder", {"input": wanted})
    yield "placeOrder", used
    order = answer["order"]["id"]
    shop.deliver()  # the payment is asked for, and the workflow confirms what is paid
    yield "onOrderEvent", shop.ask("Subscription.onOrderEvent", {"orderId": order})[1]
    parcel = {"orderId": order, "fulfillmentId": "ful_0001"}
    for command, given in (
        ("capturePayment", {"orderId": order, "idempotencyKey": f"bench-capture-{lines:08d}"}),
        ("createFulfillment", {"orderId": order}),
        ("shipFulfillment", {**parcel, "carrier": "Bell Post", "trackingNumber": "T1"}),
        ("deliverFulfillment", parcel),
    ):
        answer, used = shop.ask(f"Mutation.{command}", {"input": given}, "staff")
        if answer["userErrors"]:
            raise SystemExit(f"{command}: {answer['userErrors']}")
        yield command, used
    (payment,) = shop.ask("Query.order", {"id": order}, "staff", "payments")[0]["payments"]
    shop.hear(payment["reference"])
    yield "order", shop.ask("Query.order", {"id": order}, "ada", "history")[1]
    yield "orderEvents", shop.ask("Query.orderEvents", {"orderId": order, "after": 1})[1]


def browsing(shop: Shop) -> Iterator[tuple[str, Usage]]:
    """What visitors and staff read: a shelf of 24, one product, a search, lists of orders, what staff follow."""
    answer, used = shop.ask(
        "Query.products", {"filter": {"category": "Gifts"}, "first": SHELF}, "guest", "nodes"
    )
    yield "category", used
    yield "product", shop.ask("Query.product", {"id": answer["nodes"][0]["id"]}, "guest")[1]
    yield (
        "search",
        shop.ask("Query.products", {"filter": {"search": "sku"}, "first": 20}, "guest", "nodes")[1],
    )
    yield "myOrders", shop.ask("Query.myOrders", {"first": 20}, "ada", "nodes")[1]
    yield "staffPage", shop.ask("Query.orders", {"first": 50}, "staff", "nodes")[1]
    yield (
        "onStaffOrderEvents",
        shop.ask("Subscription.onStaffOrderEvents", {"types": ["ORDER_PLACED"]}, "staff")[1],
    )
    yield "sweep", shop.swept()


def stock(shop: Shop) -> None:
    """As many products as a shelf shows, and fifty orders for lists to show."""
    for number in range(SHELF):
        sku = f"SKU-{number:02d}"
        variant = {"sku": sku, "price": {"amount": "2.50", "currency": "GBP"}}
        product = {"title": f"Product {sku}", "category": "Gifts", "variants": [variant], "published": True}
        shop.ask("Mutation.createProduct", {"input": product}, "staff")
        received = {
            "sku": sku,
            "delta": 1000,
            "reason": "RECEIVED",
            "idempotencyKey": f"bench-stock-{number:08d}",
        }
        shop.ask("Mutation.adjustStock", {"input": received}, "staff")


def crowd(shop: Shop) -> None:
    """Fifty orders of one line."""
    for number in range(50):
        lines = [{"sku": f"SKU-{number % SHELF:02d}", "quantity": 1}]
        wanted = {
            "idempotencyKey": f"bench-crowd-{number:08d}",
            "lines": lines,
            "shippingAddress": ADDRESS,
            "paymentTerms": "ON_ACCOUNT",
        }
        shop.ask("Mutation.placeOrder", {"input": wanted})


def measure() -> Capacity:
    """Everything, in a shop of its own."""
    usage: dict[str, dict[str, float]] = {}
    stored: dict[str, float] = {}
    with metered_shop() as shop:
        stock(shop)
        for lines in LINES:
            shop.delivered()
            before = shop.stored_bytes()
            usage |= {f"{name}.{lines}": asdict(used) for name, used in life(shop, lines)}
            stored[str(lines)] = shop.stored_bytes() - before
            for reader, batches in shop.delivered().items():
                usage[f"{reader}.{lines}"] = of_batches(batches)
        crowd(shop)
        usage |= {name: asdict(used) for name, used in browsing(shop)}
    return Capacity(datetime.now(UTC).date(), usage, stored)


def of_batches(batches: Sequence[Usage]) -> dict[str, float]:
    """What a reader of the stream took. A record a batch is the dearest way; each batch is an invocation."""
    total = {name: sum(getattr(batch, name) for batch in batches) for name in asdict(batches[0])}
    return total | {"pushed_bytes": max(batch.pushed_bytes for batch in batches), "batches": len(batches)}


def drift(written: Capacity, now: Capacity) -> Iterator[str]:
    """What the file says otherwise: every count exactly, bytes by more than a fifth."""
    for name in sorted(written.usage.keys() | now.usage.keys()):
        old, new = written.usage.get(name, {}), now.usage.get(name, {})
        for kind in sorted(old.keys() | new.keys()):
            was, is_now = old.get(kind, 0), new.get(kind, 0)
            room = BYTES_MAY_DIFFER * max(was, is_now) if kind.endswith("bytes") else 0
            if abs(was - is_now) > room:
                yield f"{name}: {kind} was {was:g} and is {is_now:g}"


def as_toml(capacity: Capacity) -> str:
    """The table as a file."""
    lines = [
        "# Written by `python -m bench.capacity --write`: laptop, deployed handlers over tables in memory. Not AWS.",
        "# A name with a number is of an order with so many lines; bytes of the log include CloudWatch's 26 an event.",
        f"measured = {capacity.measured}",
        "",
        "[stored_bytes]",
        *(f"{lines} = {size:g}" for lines, size in capacity.stored_bytes.items()),
    ]
    for name, used in capacity.usage.items():
        lines += ["", f'[usage."{name}"]', *(f"{kind} = {value:g}" for kind, value in used.items() if value)]
    return "\n".join(lines) + "\n"


def main(*, write: bool = False) -> int:
    """Print the table; 1 where the file says otherwise."""
    now = measure()
    for name, used in now.usage.items():
        print(f"  {name:20} " + "  ".join(f"{kind} {value:g}" for kind, value in used.items() if value))
    if write:
        FILE.write_text(as_toml(now))
        return 0
    found = list(drift(read_capacity(), now))
    print("\n".join(found) or f"As {FILE.name} says (laptop).")
    return int(bool(found))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.capacity", description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}")
    raise SystemExit(main(write=parser.parse_args().write))
