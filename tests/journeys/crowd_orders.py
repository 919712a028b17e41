"""What crowds of clients ask of a shop, and what must be true afterwards: tests run it small, `make bench` at full size."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ConnectionClosedError
from botocore.httpsession import URLLib3Session

from local.aws.clients import _session, make_client
from local.aws.demo import DEMO_PASSWORD
from local.aws.pools import User, ensure_users
from storage.auditing import audit_order
from storage.store import Store
from tests.journeys.caller import ADDRESS, Caller
from tests.journeys.crowd import HANG_UP, UNREAD, Answer, Request, send

ADA, SUPPORT, WAREHOUSE = "ada@example.com", "support@shop.example", "warehouse@shop.example"
PLACE = f"""mutation ($key: String!, $lines: [OrderLineInput!]!) {{ placeOrder(input: {{idempotencyKey: $key,
  paymentTerms: ON_ACCOUNT, lines: $lines, shippingAddress: {ADDRESS}}}) {{
  replayed order {{ id number version status }}
  userErrors {{ __typename code ... on InsufficientStock {{ lines {{ sku requested available }} }} }} }} }}"""
CANCEL = """mutation ($id: ID!, $key: String, $lines: [LineQuantityInput!]) { cancelOrder(input:
  {orderId: $id, idempotencyKey: $key, lines: $lines}) { replayed order { id version status }
  userErrors { __typename code } } }"""
ORDER = """query ($id: ID!) { order(id: $id) { id number version status lines { sku quantity openQuantity }
  history { event { sequence previousSequence type } } } }"""
STOCK = "query ($sku: String!) { stockLevel(sku: $sku) { onHand available reserved } }"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A SKU's counters."""

    on_hand: int
    available: int
    reserved: int


@dataclass(frozen=True, slots=True)
class Sale:
    """Who got a unit, how all others were answered, and what is left."""

    sold: int
    refusals: Counter[str]
    shelf: Shelf
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class Repeats:
    """Keys sent several times each: distinct orders by key, units taken, and answers that were lost on the way."""

    orders_by_key: Counter[int]
    shelf: Shelf
    lost: int
    errors: list[dict[str, Any]]
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class Pile:
    """Commands on one order at once: how many were accepted, how many answered as done before, its log, and what its audit found."""

    accepted: int
    replayed: int
    versions: list[int]
    order: dict[str, Any]
    findings: list[str]
    shelf: Shelf
    answers: list[Answer]


def customers(shop: Caller, count: int) -> list[str]:
    """Access tokens of so many customers, each a user of the customers' pool."""
    laptop = shop.laptop
    users = tuple(User(f"crowd-{number}@example.com", DEMO_PASSWORD) for number in range(count))
    ensure_users(make_client("cognito-idp", laptop.engine.endpoint), laptop.pools.customers, users)
    return [laptop.token(user.email, user.password) for user in users]


def shelf(shop: Caller, sku: str) -> Shelf:
    """A SKU's counters, as staff see them."""
    found = shop.ask(WAREHOUSE, STOCK, sku=sku)["data"]["stockLevel"]
    return Shelf(found["onHand"], found["available"], found["reserved"])


def place(
    name: str, token: str, key: str, lines: Sequence[tuple[str, int]], then: Request | None = None
) -> Request:
    """A placement of these pairs of SKU and quantity."""
    given = [{"sku": sku, "quantity": quantity} for sku, quantity in lines]
    return Request(name, token, PLACE, {"key": key, "lines": given}, then=then)


def sale(shop: Caller, *, buyers: int, units: int, clients: int = 16) -> Sale:
    """So many buyers want one unit each of a SKU that has fewer."""
    tokens, sku = customers(shop, clients), shop.new_sku(units=units)
    requests = [
        place(str(number), tokens[number % clients], f"sale-{sku}-{number:08d}", [(sku, 1)])
        for number in range(buyers)
    ]
    answers = send(shop.laptop.endpoint, requests, clients, seconds=600)
    payloads = [each.payload or {"order": None, "userErrors": [{"__typename": "lost"}]} for each in answers]
    bought = {payload["order"]["id"] for payload in payloads if payload["order"]}
    refusals = Counter(error["__typename"] for payload in payloads for error in payload["userErrors"])
    return Sale(len(bought), refusals, shelf(shop, sku), answers)


def repeats(shop: Caller, *, keys: int, times: int = 4, clients: int = 16) -> Repeats:
    """Each key is sent several times at once; half of the answers are lost, each key's last is read."""
    token, sku = shop.token(ADA), shop.new_sku(units=keys * times)
    requests = []
    for number in range(keys):
        plain = place(str(number), token, f"again-{sku}-{number:08d}", [(sku, 1)])
        drops = [UNREAD if number % 2 else HANG_UP] * (times // 2) + [""] * (times - times // 2)
        requests += [Request(plain.name, token, PLACE, plain.variables, drop) for drop in drops]
    answers = send(shop.laptop.endpoint, requests, clients, seconds=600)
    read = [each for each in answers if each.payload]
    found = {
        (each.name, each.payload["order"]["id"]) for each in read if each.payload and each.payload["order"]
    }
    errors = [error for each in answers for error in each.errors]
    errors += [error for each in read if each.payload for error in each.payload["userErrors"]]
    by_key = Counter(Counter(name for name, _ in found).values())
    return Repeats(by_key, shelf(shop, sku), len(answers) - len(read), errors, answers)


def pile(shop: Caller, *, commands: int = 50, keyed: bool, clients: int = 16) -> Pile:
    """So many members of staff cancel one unit each of one line, all at once."""
    sku = shop.new_sku(units=1_000)
    order_id = shop.place(ADA, sku, quantity=commands + 10)["order"]["id"]
    token = shop.token(SUPPORT)
    requests = []
    for number in range(commands):
        wanted = {"id": order_id, "key": f"pile-{sku}-{number:08d}" if keyed else None}
        wanted["lines"] = [{"lineId": "1", "quantity": 1}]
        requests += [Request(str(number), token, CANCEL, wanted)] * (2 if keyed else 1)
    answers = send(shop.laptop.endpoint, requests, clients)
    done = [each.payload for each in answers if each.payload and each.payload["order"]]
    fresh = [payload["order"]["version"] for payload in done if not payload["replayed"]]
    order = shop.ask(SUPPORT, ORDER, id=order_id)["data"]["order"]
    return Pile(
        len(fresh),
        len(done) - len(fresh),
        sorted(fresh),
        order,
        audit(shop, order_id),
        shelf(shop, sku),
        answers,
    )


def audit(shop: Caller, order_id: str) -> list[str]:
    """What is wrong with an order as stored: its log folded and compared with its head, its money, its keys."""
    client = make_client("dynamodb", shop.laptop.engine.endpoint)
    store = Store(client, "orders", "catalog", "MAIN")
    return [str(finding) for finding in audit_order(store, order_id).findings]


@contextmanager
def answers_lost_after_the_write(one_in: int, seed: int = 1) -> Iterator[Counter[str]]:
    """Clients that are made inside lose one answer in so many of their transactions, after each had its effect.

    Counts what was lost and what was not. botocore's own hook before a request is sent sends it, then raises.
    """
    dice, wire, counted = random.Random(seed), URLLib3Session(timeout=5), Counter[str]()

    def lose(request: Any, **_: object) -> Any:
        answer = wire.send(request)
        if dice.randrange(one_in):
            counted["answered"] += 1
            return answer
        counted["lost"] += 1
        raise ConnectionClosedError(endpoint_url=request.url)

    name = "before-send.dynamodb.TransactWriteItems"
    _session().events.register(name, lose)
    try:
        yield counted
    finally:
        _session().events.unregister(name, lose)
