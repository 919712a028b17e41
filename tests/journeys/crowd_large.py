"""Orders of hundreds of lines over HTTP: a shelf of a thousand SKUs, and the whole life of an order of many of them."""

import time
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.journeys.caller import ADDRESS, Caller
from tests.journeys.crowd import Request, ask_all

ADA, ADMIN = "ada@example.com", "admin@shop.example"
MOST = 1_000
SKUS = tuple(f"SHELF-{number:04d}" for number in range(MOST + 1))
UNITS = 20

CREATE = (
    "mutation ($input: CreateProductInput!) { createProduct(input: $input) { userErrors { code message } } }"
)
TOTALS = (
    "totals { subtotal { amount } shipping { amount } tax { amount } total { amount } cancelled { amount } }"
)
ANSWER = f"""order {{ id version status fulfillmentStatus fulfillments {{ id status }} {TOTALS}
  lines {{ id sku openQuantity deliveredQuantity cancelledQuantity }} }}
  userErrors {{ __typename ... on LimitExceeded {{ limit }} }}"""
PLACE = f"""mutation ($key: String!, $lines: [OrderLineInput!]!) {{ done: placeOrder(input: {{idempotencyKey: $key,
  paymentTerms: ON_ACCOUNT, lines: $lines, shippingAddress: {ADDRESS}}}) {{ replayed {ANSWER} }} }}"""


def command(name: str, more: str = "", declared: str = "") -> str:
    """The document of a command on an order."""
    return f"mutation ($id: ID!{declared}) {{ done: {name}(input: {{orderId: $id{more}}}) {{ {ANSWER} }} }}"


@dataclass(slots=True)
class Life:
    """An order's whole life: the payload of each step by its name, and how long it took over HTTP."""

    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def price(number: int) -> Decimal:
    """The list price of a SKU: no two neighbours are the same, and tax does not come out even."""
    return Decimal(137 + number % 211).scaleb(-2)


def stock_up(shop: Caller) -> None:
    """Put a thousand SKUs and one on the shelf."""
    token = shop.token(ADMIN)
    for requests in (products(token), receipts(token)):
        for answer in ask_all(shop.laptop.endpoint, requests):
            assert (answer.payload, answer.errors) == ({"userErrors": []}, []), answer


def products(token: str) -> list[Request]:
    """Products of 40 variants, the most that one has."""
    requests = []
    for start in range(0, len(SKUS), 40):
        numbers = range(start, min(start + 40, len(SKUS)))
        variants = [{"sku": SKUS[n], "price": {"amount": str(price(n)), "currency": "GBP"}} for n in numbers]
        given = {"title": f"Shelf {start}", "category": "Shelf", "published": True, "variants": variants}
        requests.append(Request(str(start), token, CREATE, {"input": given}))
    return requests


def receipts(token: str) -> list[Request]:
    """Stock of every SKU, ten a request: they run one after another."""
    requests = []
    for start in range(0, len(SKUS), 10):
        some = SKUS[start : start + 10]
        fields = " ".join(
            f'r{n}: adjustStock(input: {{sku: "{sku}", delta: {UNITS}, reason: RECEIVED,'
            f' idempotencyKey: "shelf-stock-{sku}"}}) {{ userErrors {{ code }} }}'
            for n, sku in enumerate(some)
        )
        requests.append(Request(str(start), token, f"mutation {{ {fields} }}", {}))
    return requests


def lines(count: int, first: int = 0) -> list[dict[str, object]]:
    """One line for each of so many SKUs: 1 to 3 units."""
    return [{"sku": SKUS[n], "quantity": 1 + n % 3} for n in range(first, first + count)]


def live(shop: Caller, count: int, cancelled: int) -> Life:
    """Place, confirm, cancel the first lines, put the rest in one parcel, ship it, deliver it."""
    life = Life()

    def step(name: str, who: str, document: str, **variables: object) -> dict[str, Any]:
        began = time.perf_counter()
        answer = shop.ask(who, document, **variables)
        life.seconds[name] = time.perf_counter() - began
        assert "errors" not in answer, answer["errors"]
        life.steps[name] = answer["data"]["done"]
        assert not life.steps[name]["userErrors"], life.steps[name]["userErrors"]
        order: dict[str, Any] = life.steps[name]["order"]
        return order

    order_id = step("place", ADA, PLACE, key=f"large-order-{count:08d}", lines=lines(count))["id"]
    step("confirm", ADMIN, command("confirmOrder"), id=order_id)
    first = [{"lineId": str(n + 1), "quantity": 1 + n % 3} for n in range(cancelled)]
    some = command("cancelOrder", ", lines: $lines", ", $lines: [LineQuantityInput!]!")
    step("cancel", ADMIN, some, id=order_id, lines=first)
    parcel = step("pack", ADMIN, command("createFulfillment"), id=order_id)["fulfillments"][0]["id"]
    step("ship", ADMIN, command("shipFulfillment", f', fulfillmentId: "{parcel}"'), id=order_id)
    step("deliver", ADMIN, command("deliverFulfillment", f', fulfillmentId: "{parcel}"'), id=order_id)
    return life


def expected_total(count: int) -> tuple[str, str, str]:
    """Subtotal, tax and total of such an order: tax of 20 % by line, half up; shipping is free at this size."""
    amounts = [price(n) * (1 + n % 3) for n in range(count)]
    tax = sum((each / 5).quantize(Decimal("0.01"), ROUND_HALF_UP) for each in amounts)
    subtotal = sum(amounts)
    return str(subtotal), str(tax), str(subtotal + tax)


def levels(shop: Caller) -> list[tuple[int, int]]:
    """Units on hand and reserved of each of the thousand SKUs."""
    document = "query (" + ", ".join(f"$s{n}: String!" for n in range(50)) + ") {"
    document += " ".join(f"l{n}: stockLevel(sku: $s{n}) {{ onHand reserved }}" for n in range(50)) + "}"
    found: list[tuple[int, int]] = []
    for start in range(0, MOST, 50):
        answer = shop.ask(ADMIN, document, **{f"s{n}": SKUS[start + n] for n in range(50)})["data"]
        found += [(answer[f"l{n}"]["onHand"], answer[f"l{n}"]["reserved"]) for n in range(50)]
    return found
