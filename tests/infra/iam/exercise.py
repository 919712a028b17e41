"""A day of the shop: every field and every consumer does its work once at least, in the ways that touch AWS differently."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
from PIL import Image

from tests.infra.iam.acting import Arguments, Stage
from tests.infra.iam.buying import buy
from tests.infra.iam.day import GUEST, admin, basket, customer, gbp, key, place
from tests.infra.iam.hearing import hear
from tests.infra.iam.paying import pay

EVENTS = Path(__file__).parents[2] / "events"
LARGE = tuple(f"BIG-{number:03d}" for number in range(92))
"""More SKUs than one transaction holds: placing and cancelling go by chunks."""


def run(stage: Stage) -> None:
    """The whole day."""
    product = stock_the_shop(stage)
    browse(stage, product)
    order = sell(stage)
    look(stage, order)
    deliver(stage, order)
    buy(stage)
    pay(stage)
    hear(stage, order)
    give_up(stage)
    follow(stage, place(stage))
    sell_much(stage)
    push(stage)
    run_low(stage)

    walk(stage)


def walk(stage: Stage) -> None:
    """Workflows of two orders: one is paid, held, handed over and called off; one cannot be paid, and expires."""
    paid, unpaid = prepaid(stage, "test_approved", "LANTERN"), prepaid(stage, "test_unreachable", *LARGE)
    begin(stage, paid, "AUTHORIZE", "WAIT_FOR_PAYMENT")
    stage.done("Mutation.holdOrder", admin(stage), orderId=paid)
    begin(stage, paid, "HAND_TO_WAREHOUSE")
    stage.done("Mutation.releaseOrder", admin(stage), orderId=paid)
    assert stage.wake("end_wait", message({"detail": {"orderId": paid}})) == HANDLED
    stage.done("Mutation.cancelOrder", customer(stage), orderId=paid)
    begin(stage, paid, "COMPENSATE")
    begin(stage, unpaid, "AUTHORIZE", "COMPENSATE")


def begin(stage: Stage, order_id: str, *steps: str) -> None:
    """An order's workflow is started, or was before, and asks for these steps; nobody waits by their tokens."""
    assert stage.wake("start_workflow", message({"detail": {"orderId": order_id}})) == HANDLED
    for step in steps:
        asked = {"orderId": order_id, "step": step, "token": f"{stage.machine()}#{step}"}
        assert stage.wake("take_step", message(asked)) == HANDLED


def prepaid(stage: Stage, method: str, *skus: str) -> Any:
    """The id of an order of Ada's that is to be paid so."""
    return place(stage, *skus, paymentTerms="PREPAID", payment={"method": method})["id"]


def message(body: Any) -> Arguments:
    """One message of a queue."""
    return {"Records": [{"messageId": "m", "body": json.dumps(body)}]}


HANDLED: dict[str, list[Any]] = {"batchItemFailures": []}


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
    stage.done("Mutation.updateProduct", eve, productId=draft["id"], title="Cow bell", category="Farm")
    picture(stage, draft["id"])
    stage.done("Mutation.archiveProduct", eve, productId=draft["id"])
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


def picture(stage: Stage, product_id: str) -> None:
    """Somebody posts what is no picture, then a picture, and the same message comes twice."""
    eve = admin(stage)
    for file in (b"none", photo()):
        form = stage.done("Mutation.createImageUpload", eve, productId=product_id, type="PNG")["upload"]
        posted(stage, {each["name"]: each["value"] for each in form["fields"]}, file)
    assert len(stage.ask("Query.product", eve, id=product_id)["pictures"]) == 3


def posted(stage: Stage, fields: dict[str, str], file: bytes) -> None:
    """S3 puts a posted file by the right of the function that signed the form, and says so."""
    bucket = stage.uploads
    boto3.client("s3").put_object(Bucket=bucket, Key=fields["key"], Body=file)
    body = json.dumps({"detail": {"bucket": {"name": bucket}, "object": {"key": fields["key"]}}})
    for _ in range(2):
        given = {"Records": [{"messageId": "1", "body": body}]}
        assert stage.wake("make_pictures", given) == {"batchItemFailures": []}


def photo() -> bytes:
    """A small picture."""
    written = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(written, "PNG")
    return written.getvalue()


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


def run_low(stage: Stage) -> None:
    """A variant's keepers are told when little is left, and told anew after there was enough."""
    eve = admin(stage)
    low = {"sku": "LOW", "price": gbp("1.00"), "lowStockAt": 3}
    stage.done("Mutation.createProduct", eve, title="Low", category="Gifts", variants=[low], published=True)
    for now in (9, 2, 9):
        stage.done("Mutation.setStockShards", eve, sku="LOW", peakOrdersPerSecond=60 if now == 2 else 0)
        stage.done("Mutation.setStock", eve, sku="LOW", onHand=now)
        change = {
            "Keys": {"PK": {"S": "K#LOW"}, "SK": {"S": "W#main#00"}},
            "OldImage": {"available": {"N": "0"}},
            "NewImage": {"available": {"N": str(now)}},
            "SequenceNumber": "1",
        }
        assert stage.wake("watch_stock", {"Records": [{"dynamodb": change}]}) == {"batchItemFailures": []}
    moved(stage)


def moved(stage: Stage) -> None:
    """What an order took is noted with what was changed by hand."""
    before = {"PK": {"S": "K#LOW"}, "SK": {"S": "W#main#00"}, "lastOrder": {"S": "ord_1"}}
    counted = [{"available": {"N": str(units)}, "reserved": {"N": str(9 - units)}} for units in (9, 8)]
    change = {
        "OldImage": before | counted[0],
        "NewImage": before | counted[1],
        "ApproximateCreationDateTime": datetime.now(UTC).timestamp(),
        "SequenceNumber": "1",
    }
    assert stage.wake("note_movements", {"Records": [{"dynamodb": change}]}) == {"batchItemFailures": []}
    found = stage.ask("Query.stockMovements", admin(stage), sku="LOW", first=20)["nodes"]
    assert {each["reason"] for each in found} == {"CORRECTED", "RESPREAD", "ORDER"}


def browse(stage: Stage, product: Arguments) -> None:
    """Guests look around."""
    assert stage.ask("Query.categories", GUEST)
    assert stage.ask("Query.me", GUEST)["kind"] == "GUEST"
    for given in ({"id": product["id"]}, {"slug": product["slug"]}):
        assert stage.ask("Query.product", GUEST, **given)["id"] == product["id"]
    for wanted in (None, {"category": "Gifts"}, {"search": "lant"}):
        assert stage.ask("Query.products", GUEST, filter=wanted, first=5)["nodes"], wanted


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
    stage.done("Mutation.packFulfillment", eve, **parcel)
    stage.done("Mutation.shipFulfillment", eve, **parcel, carrier="Bell Post", trackingNumber="BELL1")
    said = parcel | {"status": "IN_TRANSIT", "occurredAt": iso(datetime.now(UTC))}
    stage.done("Mutation.recordTracking", eve, **said, eventId="bell-1")
    stage.done("Mutation.deliverFulfillment", eve, **parcel)
    bring_back(stage)


def bring_back(stage: Stage) -> None:
    """A parcel of one unit is taken back before it left; one of many comes back, and goes on the shelves again by chunks."""
    eve, order = admin(stage), place(stage, *LARGE)
    keyed = {"orderId": order["id"]}
    stage.done("Mutation.confirmOrder", eve, **keyed)
    one = [{"lineId": order["lines"][0]["id"], "quantity": 1}]
    stage.done("Mutation.createFulfillment", eve, **keyed, lines=one)
    stage.done("Mutation.cancelFulfillment", eve, **keyed, fulfillmentId="ful_0001", idempotencyKey=key())
    stage.done("Mutation.createFulfillment", eve, **keyed)
    parcel = keyed | {"fulfillmentId": "ful_0002"}
    stage.done("Mutation.shipFulfillment", eve, **parcel)
    said = {"status": "RETURNED", "occurredAt": iso(datetime.now(UTC))}
    stage.done("Mutation.recordTracking", eve, **parcel, **said)
    ended = stage.done("Mutation.cancelFulfillment", eve, **parcel, restock=True)["order"]
    assert ended["status"] == "CANCELLED"


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
    assert stage.wake("push_status", revoked(records)) == {"batchItemFailures": []}
    assert stage.wake("relay", records) == {"batchItemFailures": []}


def revoked(records: Any) -> Any:
    """The first of these records, as if it said that an order's token was revoked."""
    return json.loads(
        json.dumps({"Records": records["Records"][:1]}).replace("ORDER_PLACED", "ORDER_TOKEN_REVOKED")
    )
