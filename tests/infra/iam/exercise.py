"""A day of the shop: every field and every consumer does its work once at least, in the ways that touch AWS differently."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from tests.infra.iam.acting import Arguments, Stage

EVENTS = Path(__file__).parents[2] / "events"
LARGE = tuple(f"BIG-{number:03d}" for number in range(92))
"""More SKUs than one transaction holds: placing and cancelling go by chunks."""

ADDRESS = {"name": "Ada", "line1": "1 Bell Lane", "city": "London", "country": "GB"}
GUEST = None

_keys = count(1)


def key() -> str:
    """An idempotency key that is new."""
    return f"exercise-key-{next(_keys):08d}"


def gbp(amount: str) -> dict[str, str]:
    """An amount in pounds."""
    return {"amount": amount, "currency": "GBP"}


def customer(stage: Stage, name: str = "ada") -> Arguments:
    """The identity of a customer."""
    return {"issuer": stage.issuer("CUSTOMER"), "sub": name, "username": name, "claims": {}, "groups": None}


def admin(stage: Stage) -> Arguments:
    """The identity of a member of staff who may do everything."""
    return {
        "issuer": stage.issuer("STAFF"),
        "sub": "eve",
        "username": "eve",
        "claims": {},
        "groups": ["admin"],
    }


def run(stage: Stage) -> None:
    """The whole day."""
    product = stock_the_shop(stage)
    browse(stage, product)
    order = sell(stage)
    look(stage, order)
    deliver(stage, order)
    give_up(stage)
    follow(stage, place(stage))
    sell_much(stage)
    push(stage)


def stock_the_shop(stage: Stage) -> Any:
    """Products are made, changed, published and put on the shelf, and one is asked for twice."""
    eve, made = admin(stage), key()
    lantern = {"sku": "LANTERN", "price": gbp("2.50"), "title": "brass"}
    given = {"title": "Lantern", "category": "Gifts", "variants": [lantern], "idempotencyKey": made}
    for _ in range(2):
        product = stage.done("Mutation.createProduct", eve, **given, published=True)["product"]
    renamed = {"sku": "LANTERN", "price": gbp("2.60"), "title": "copper"}
    stage.done("Mutation.saveVariant", eve, productId=product["id"], **renamed)
    draft = stage.done("Mutation.createProduct", eve, title="Bell", category="Gifts")["product"]
    stage.done("Mutation.saveVariant", eve, productId=draft["id"], sku="BELL", price=gbp("1.00"))
    stage.done("Mutation.publishProduct", eve, productId=draft["id"])
    for number in range(0, len(LARGE), 40):
        skus = [{"sku": sku, "price": gbp("1.00")} for sku in LARGE[number : number + 40]]
        stage.done(
            "Mutation.createProduct",
            eve,
            title=f"Much {number}",
            category="Bulk",
            variants=skus,
            published=True,
        )
    counted = key()
    for _ in range(2):
        stage.done("Mutation.setStock", eve, sku="LANTERN", onHand=50, idempotencyKey=counted)
    for sku in LARGE:
        stage.done("Mutation.adjustStock", eve, sku=sku, delta=20, reason="RECEIVED", idempotencyKey=key())
    assert stage.ask("Query.stockLevel", eve, sku="LANTERN")["available"] == 50
    make_hot(stage)
    return product


def make_hot(stage: Stage) -> None:
    """A SKU's stock is spread before a sale, counted, sold from several shards at once, and brought together again."""
    eve, sku = admin(stage), LARGE[0]
    once = key()
    for _ in range(2):
        stage.done("Mutation.setStockShards", eve, sku=sku, peakOrdersPerSecond=120, idempotencyKey=once)
    stage.done("Mutation.adjustStock", eve, sku=sku, delta=4, reason="RECEIVED", idempotencyKey=key())
    assert stage.ask("Query.stockLevel", eve, sku=sku)["available"] == 24
    much = place(stage, lines=[{"sku": sku, "quantity": 20}])
    stage.done("Mutation.cancelOrder", customer(stage), orderId=much["id"])
    again = stage.ask(
        "Mutation.placeOrder", customer(stage), input=basket(lines=[{"sku": sku, "quantity": 99}])
    )
    assert again["userErrors"]
    stage.done("Mutation.setStock", eve, sku=sku, onHand=20, idempotencyKey=key())
    stage.done("Mutation.setStockShards", eve, sku=sku, peakOrdersPerSecond=0)


def browse(stage: Stage, product: Arguments) -> None:
    """Guests look around."""
    assert stage.ask("Query.me", GUEST)["kind"] == "GUEST"
    for given in ({"id": product["id"]}, {"slug": product["slug"]}):
        assert stage.ask("Query.product", GUEST, **given)["id"] == product["id"]
    for wanted in (None, {"category": "Gifts"}, {"search": "lant"}):
        assert stage.ask("Query.products", GUEST, filter=wanted, first=5)["nodes"], wanted


def place(stage: Stage, *skus: str, **more: Any) -> Any:
    """Ada orders one of each; refused or not, her function did its work."""
    return stage.done("Mutation.placeOrder", customer(stage), **basket(*skus, **more))["order"]


def basket(*skus: str, **more: Any) -> dict[str, Any]:
    """What to order: one of each."""
    lines = [{"sku": sku, "quantity": 1} for sku in skus or ("LANTERN",)]
    wanted = {"lines": lines, "shippingAddress": ADDRESS, "paymentTerms": "ON_ACCOUNT"}
    return {"idempotencyKey": key(), **wanted, **more}


def sell(stage: Stage) -> Any:
    """An order with a reference, asked for twice; one refused; and one that staff place at a price they agreed."""
    order = place(stage, externalReference="PO-1", idempotencyKey="exercise-key-the-order")
    assert place(stage, externalReference="PO-1", idempotencyKey="exercise-key-the-order") == order
    refused = stage.ask("Mutation.placeOrder", customer(stage), input=basket("NOTHING"))
    assert refused["userErrors"]
    agreed = [{"sku": "LANTERN", "quantity": 1, "agreedUnitPrice": gbp("1.00")}]
    stage.done("Mutation.placeOrder", admin(stage), **basket(lines=agreed, onBehalfOf={"customerId": "ada"}))
    return order


def look(stage: Stage, order: Arguments) -> None:
    """The owner and staff read an order, its log, and lists by every index."""
    ada, eve = customer(stage), admin(stage)
    for given in ({"id": order["id"]}, {"number": order["number"]}):
        assert stage.ask("Query.order", ada, **given)["id"] == order["id"]
    assert stage.ask("Query.orderEvents", ada, orderId=order["id"])["entries"]
    assert stage.ask("Query.myOrders", ada, filter={"status": "PLACED"})["nodes"]
    now = datetime.now(UTC)
    days = {"placedAfter": iso(now - timedelta(days=1)), "placedBefore": iso(now + timedelta(days=1))}
    by_reference = {"customerId": "ada", "externalReference": "PO-1"}
    for wanted in (None, {"customerId": "ada"}, {"number": order["number"]}, by_reference, days):
        assert stage.ask("Query.orders", eve, filter=wanted)["nodes"], wanted
    assert stage.ask("Query.cancelPreview", ada, input={"orderId": order["id"]})["preview"]


def iso(moment: datetime) -> str:
    """An AWSDateTime."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def deliver(stage: Stage, order: Arguments) -> None:
    """An order goes its way: held on it, and each command sent twice with its key."""
    eve, keyed = admin(stage), {"orderId": order["id"]}
    for name in ("holdOrder", "releaseOrder", "confirmOrder", "createFulfillment"):
        once = key()
        for _ in range(2):
            made = stage.done(f"Mutation.{name}", eve, **keyed, idempotencyKey=once)["order"]
    parcel = keyed | {"fulfillmentId": made["fulfillments"][0]["id"]}
    stage.done("Mutation.shipFulfillment", eve, **parcel, carrier="Bell Post")
    stage.done("Mutation.deliverFulfillment", eve, **parcel)


def give_up(stage: Stage) -> None:
    """Orders that are refused or cancelled, whole and in part."""
    stage.done("Mutation.rejectOrder", admin(stage), orderId=place(stage)["id"], reason="OUT_OF_STOCK")
    part = place(stage, "LANTERN", LARGE[0])
    line = {"lineId": part["lines"][0]["id"], "quantity": 1}
    stage.done(
        "Mutation.cancelOrder", customer(stage), orderId=part["id"], lines=[line], idempotencyKey=key()
    )
    stage.done("Mutation.cancelOrder", customer(stage), orderId=part["id"])


def follow(stage: Stage, order: Arguments) -> None:
    """Everybody subscribes."""
    ada = customer(stage)
    assert stage.ask("Subscription.onMyOrderEvents", ada)
    assert stage.ask("Subscription.onOrderEvent", ada, orderId=order["id"])
    assert stage.ask("Subscription.onStaffOrderEvents", admin(stage), statuses=["PLACED"])


def sell_much(stage: Stage) -> None:
    """Large orders: placed and cancelled by chunks, one that runs short, and two that crash and are swept."""
    ada = customer(stage)
    large = place(stage, *LARGE)
    short = stage.ask("Mutation.placeOrder", ada, input=basket(*LARGE[:-1], lines=_too_many()))
    assert short["userErrors"]
    lose_answers(stage)
    stage.crashes("Mutation.cancelOrder", ada, after=2, orderId=large["id"])
    stage.crashes("Mutation.placeOrder", ada, after=3, **basket(*LARGE))
    assert stage.wake("sweep", {"source": "aws.scheduler"}) == {"ended": 2, "left": 0}
    stage.done("Mutation.cancelOrder", ada, orderId=place(stage, *LARGE)["id"])


def lose_answers(stage: Stage) -> None:
    """The network fails in the middle of a large placing, which looks whether its chunk was held; then it goes on."""
    given = basket(*LARGE)
    stage.recorder.deaf = True
    unknown = stage.ask("Mutation.placeOrder", customer(stage), input=given)
    stage.recorder.deaf = False
    assert [error["__typename"] for error in unknown["userErrors"]] == ["UnknownOutcome"]
    stage.done("Mutation.placeOrder", customer(stage), **given)


def _too_many() -> list[dict[str, Any]]:
    last = {"sku": LARGE[-1], "quantity": 1_000}
    return [*({"sku": sku, "quantity": 1} for sku in LARGE[:-1]), last]


def push(stage: Stage) -> None:
    """The log's entries go out to their audiences."""
    records = json.loads((EVENTS / "order-log-stream.json").read_text())
    assert stage.wake("push_status", records) == {"batchItemFailures": []}
