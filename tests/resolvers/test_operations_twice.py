"""Each operation in process through Strawberry and over HTTP through AppSync: same data, same refusals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.actors import Actor, Grant
from domain.ids import order_id
from domain.order_token import Keyring, sign
from resolvers.place_order import place_order
from storage.store import Store
from tests.resolvers.executing import in_process, through_appsync
from tests.shopkeeping import ADA, ADMIN, BEN, GUEST, basket, context, staff, stocked

KEY = "twice-order-0001"
ORDER = order_id(context(ADA).secret, stage="test", owner_kind="CUSTOMER", owner="ada", key=KEY)


def shop() -> Store:
    """A shop with an order of Ada's; the same one each time."""
    store = stocked("LANTERN", "SOAP", price="3.39", units=5)
    place_order(basket(("LANTERN", 2), idempotency_key=KEY), context(ADA, store))
    return store


def test_an_operation_runs_against_the_strawberry_schema() -> None:
    data, errors = in_process(shop(), GUEST, "{ products(first: 1) { nodes { title } } }")
    assert errors == []
    assert data == {"products": {"nodes": [{"title": "Product LANTERN"}]}}


TOKEN = sign(Keyring(context(ADA).secret, "test", ("k1",)), Grant(ORDER, 0), datetime(2200, 1, 1, tzinfo=UTC))
BY_TOKEN = """
  query ByToken($id: ID!, $token: String!) {
    order(id: $id, token: $token) { id status customerId availableActions { action allowed } history { event { type } } }
    orderEvents(orderId: $id, token: $token) { throughSequence entries { event { type } } }
  }
"""
CART = """
  mutation {
    createCart(input: {lines: [{sku: "LANTERN", quantity: 2}, {sku: "SOAP", quantity: 1}]}) {
      cart { status version lines { sku quantity title unitPrice { amount } } shippingOptions { id }
             totals { subtotal { amount } shipping { amount } total { amount } } orderId
             problems { __typename code message path } }
      replayed
      userErrors { __typename code message path ... on NotAllowed { reason } }
    }
  }
"""


@dataclass(frozen=True, slots=True)
class Operation:
    """A document, who sends it, and a text that its outcome must hold: so that two empty answers do not agree."""

    name: str
    document: str
    holds: str
    actor: Actor = ADA
    variables: Mapping[str, Any] = field(default_factory=dict)


PLACE = """
  mutation Place($input: PlaceOrderInput!) {
    placeOrder(input: $input) {
      replayed
      order { id number status lines { sku quantity unitPrice { amount currency } tax { amount } priceSource }
              totals { total { amount } balance { amount } } availableActions { action allowed reason }
              shippingAddress { name line2 } history { event { type sequence previousSequence } data } }
      userErrors { __typename code message path
        ... on InsufficientStock { lines { sku requested } }
        ... on PriceChanged { sku expected { amount } actual { amount } } }
    }
  }
"""
CONFIRM = """
  mutation Confirm($input: ConfirmOrderInput!) {
    confirmOrder(input: $input) {
      order { status version history { event { type } actorId } }
      userErrors { __typename code path ... on StaleVersion { currentVersion } ... on NotAllowed { reason } }
    }
  }
"""
CANCEL = """
  mutation Cancel($input: CancelOrderInput!) {
    cancelOrder(input: $input) {
      order { status totals { cancelled { amount } } lines { cancelledQuantity openQuantity } }
      userErrors { __typename path ... on QuantityExceeded { lineId maximum } ... on InvalidInput { message } }
    }
  }
"""
CREATE = """
  mutation Create($input: CreateProductInput!) {
    createProduct(input: $input) { product { slug title status version variants { sku } } userErrors { __typename path } }
  }
"""


def body(key: str = "twice-order-0002", **given: Any) -> dict[str, Any]:
    address = {"name": "Ada", "line1": "1 Bell Lane", "city": "London", "country": "GB"}
    lines = [{"sku": "LANTERN", "quantity": 1}]
    return {"input": {"idempotencyKey": key, "lines": lines, "shippingAddress": address, **given}}


def expecting(amount: str) -> list[dict[str, Any]]:
    return [{"sku": "LANTERN", "quantity": 1, "expectedUnitPrice": {"amount": amount, "currency": "GBP"}}]


OPERATIONS = [
    Operation("me as a guest", "{ me { kind id groups } }", "'GUEST'", GUEST),
    Operation("me as staff", "{ who: me { kind groups } }", "'support'", staff("support")),
    Operation("start a cart as a guest", CART, "'12.21'", GUEST),
    Operation("start a cart as staff", CART, "NotAllowed", ADMIN),
    Operation("no such cart", '{ cart(id: "crt_nothing") { id } }', "None", GUEST),
    Operation("place as a guest, with lines", PLACE, "NotAllowed", GUEST, body()),
    Operation(
        "an order as a guest without a token",
        "query($id: ID!) { order(id: $id) { id } }",
        "None",
        GUEST,
        {"id": ORDER},
    ),
    Operation(
        "an order as a guest with its token", BY_TOKEN, "'CANCEL'", GUEST, {"id": ORDER, "token": TOKEN}
    ),
    Operation(
        "an order as another customer with its token",
        BY_TOKEN,
        "'CANCEL'",
        BEN,
        {"id": ORDER, "token": TOKEN},
    ),
    Operation(
        "an order as a guest with a broken token", BY_TOKEN, "None", GUEST, {"id": ORDER, "token": TOKEN[:-1]}
    ),
    Operation("cancel as a guest", CANCEL, "NotFound", GUEST, {"input": {"orderId": ORDER}}),
    Operation(
        "cancel as a guest with the token",
        CANCEL,
        "'CANCELLED'",
        GUEST,
        {"input": {"orderId": ORDER, "token": TOKEN}},
    ),
    Operation("place", PLACE, "'PLACED'", variables=body()),
    Operation("place again", PLACE, "IdempotencyConflict", variables=body(KEY, note="other")),
    Operation(
        "place too much",
        PLACE,
        "InsufficientStock",
        variables=body(lines=[{"sku": "LANTERN", "quantity": 99}]),
    ),
    Operation(
        "place too much as staff",
        PLACE.replace("requested", "requested available"),
        "'available': 3",
        ADMIN,
        body(lines=[{"sku": "LANTERN", "quantity": 99}], onBehalfOf={"customerId": "ada"}),
    ),
    Operation("place at an old price", PLACE, "PriceChanged", variables=body(lines=expecting("1.00"))),
    Operation("place nothing", PLACE, "InvalidInput", variables=body(lines=[])),
    Operation("place by enum", PLACE, "'PLACED'", variables=body(paymentTerms="ON_ACCOUNT")),
    Operation("confirm", CONFIRM, "'CONFIRMED'", ADMIN, {"input": {"orderId": ORDER}}),
    Operation(
        "confirm stale", CONFIRM, "StaleVersion", ADMIN, {"input": {"orderId": ORDER, "expectedVersion": 7}}
    ),
    Operation("confirm none", CONFIRM, "NotFound", ADMIN, {"input": {"orderId": "ord_nothing"}}),
    Operation("cancel", CANCEL, "'CANCELLED'", variables={"input": {"orderId": ORDER}}),
    Operation(
        "cancel too much",
        CANCEL,
        "QuantityExceeded",
        variables={"input": {"orderId": ORDER, "lines": [{"lineId": "1", "quantity": 3}]}},
    ),
    Operation("cancel another's", CANCEL, "NotFound", BEN, {"input": {"orderId": ORDER}}),
    Operation(
        "cancel with a bad reason",
        CANCEL,
        "InvalidInput",
        variables={"input": {"orderId": ORDER, "reason": "x"}},
    ),
    Operation(
        "my order, its history under another name",
        "query($id: ID!) { order(id: $id) { number timeline: history { event { type summaryCode } } note } }",
        "order_placed.by_customer",
        variables={"id": ORDER},
    ),
    Operation("another's order", "query($id: ID!) { order(id: $id) { id } }", "None", BEN, {"id": ORDER}),
    Operation("no order asked for", "{ order { id } }", "InvalidInput"),
    Operation(
        "fragments and aliases",
        "query($id: ID!) { a: order(id: $id) { ...F } b: order(id: $id) { ... on Order { lines { sku } } } }"
        " fragment F on Order { status history { event { sequence } } }",
        "'sequence': 1",
        variables={"id": ORDER},
    ),
    Operation(
        "events",
        "query($id: ID!) { orderEvents(orderId: $id) { throughSequence hasMore entries { data event { id type } } } }",
        "ORDER_PLACED",
        variables={"id": ORDER},
    ),
    Operation(
        "my orders", "{ myOrders { nodes { id total { amount } units } pageInfo { hasNextPage } } }", ORDER
    ),
    Operation("a cursor of nobody's", '{ myOrders(after: "nonsense") { nodes { id } } }', "InvalidCursor"),
    Operation("a page too large", "{ myOrders(first: 51) { nodes { id } } }", "InvalidInput"),
    Operation(
        "an unserved filter",
        "{ orders(filter: {status: CANCELLED}) { nodes { id } } }",
        "UnsupportedFilter",
        ADMIN,
    ),
    Operation(
        "open work", "{ orders(filter: {status: PLACED}) { edges { node { customerId } } } }", "ada", ADMIN
    ),
    Operation("search", '{ products(filter: {search: "soap"}) { nodes { slug category } } }', "Gifts", GUEST),
    Operation(
        "stock", '{ stockLevel(sku: "LANTERN") { available reserved onHand } }', "'reserved': 2", ADMIN
    ),
    Operation(
        "create a product",
        CREATE,
        "'soap-dish'",
        ADMIN,
        {"input": {"title": "Soap Dish", "category": "Home", "slug": "soap-dish"}},
    ),
    Operation(
        "create a product whose SKU is taken",
        CREATE,
        "InvalidInput",
        ADMIN,
        {
            "input": {
                "title": "Soap Dish",
                "category": "Home",
                "variants": [{"sku": "SOAP", "price": {"amount": "1.00", "currency": "GBP"}}],
            }
        },
    ),
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
async def test_an_operation_is_answered_the_same_in_process_and_by_appsync(operation: Operation) -> None:
    here = in_process(shop(), operation.actor, operation.document, operation.variables)
    there = await through_appsync(shop(), operation.actor, operation.document, operation.variables)
    assert here == there
    assert operation.holds in str(there)
