"""The ready-made operations of docs/console, run as their callers would, in the order of a small story."""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from graphql import OperationDefinitionNode, parse, print_ast

from cli.realtime import Frames, Subscription, SubscriptionError, subscribed
from local.aws.demo import DEMO_PASSWORD
from local.laptop import Laptop
from tests.journeys.console import Operation, operations, variables

pytestmark = [pytest.mark.engine, pytest.mark.journey, pytest.mark.xdist_group("laptop")]

USERS = {
    "catalog": "catalog@shop.example",
    "stock": "warehouse@shop.example",
    "customer": "ada@example.com",
    "support": "support@shop.example",
    "warehouse": "warehouse@shop.example",
    "finance": "finance@shop.example",
}
SHELF = (
    "catalog CreateProduct", "catalog SaveVariant", "catalog PublishProduct", "catalog UpdateProduct",
    "catalog CreateImageUpload",
    "stock AdjustStock", "stock SetStock", "stock SetStockShards", "stock StockLevel", "stock StockMovements",
)  # fmt: skip
BEFORE = (
    "guest Me", "guest Products", "guest Search", "guest Product", "guest Categories",
    "customer PlaceOrder", "customer Order", "customer MyOrders", "customer OrderEvents", "support Orders",
)  # fmt: skip
FOLLOWED = ("customer OnOrderEvent", "customer OnMyOrderEvents", "support OnStaffOrderEvents")
AFTER = (
    "support PlaceOnBehalf", "support RejectOrder", "support HoldOrder", "support ReleaseOrder", "support ConfirmOrder",
    "customer CancelPreview", "customer CancelOrder",
    "warehouse Confirmed", "warehouse CreateFulfillment", "warehouse CreateSecond", "warehouse PackFulfillment",
    "warehouse ShipFulfillment", "warehouse ShipSecond", "warehouse RecordTracking", "warehouse CancelFulfillment",
    "warehouse DeliverFulfillment",
    "system PublishOrderEvent", "system PublishStaffOrderEvent",
)  # fmt: skip
CART = (
    "guest CreateCart", "guest RemoveFromCart", "guest AddToCart", "guest UpdateCartLine", "guest SetCartContact",
    "guest SetCartAddress", "guest SetCartShipping", "guest Cart", "guest PlaceFromCart",
    "guest GuestOrder", "guest GuestOrderEvents",
)  # fmt: skip
BY_TOKEN = "guest OnGuestOrderEvent"
MONEY = (
    "guest GuestRetryPayment", "finance CapturePayment", "finance RefundPreview", "finance RefundOrder",
    "guest GuestCancelPreview", "guest GuestCancelOrder",
    "customer PlacePrepaid", "finance VoidPayment", "customer RetryPayment", "customer Prepaid",
)  # fmt: skip
TOKENS = ("support IssueOrderToken", "support RevokeOrderToken")
SIGNED_IN = ("guest CreateCart", "customer MergeCart")
ENDING = "system EndOrderSubscriptions"
ARCHIVED = "catalog ArchiveProduct"

OPERATIONS = operations()


def operation(told: str) -> Operation:
    caller, name = told.split()
    return OPERATIONS[caller, name]


class Console:
    """Somebody at the console: signed in as each caller in turn, copying ids out of answers."""

    def __init__(self, laptop: Laptop) -> None:
        self.laptop = laptop
        self.answers: dict[str, Any] = {}

    def credential(self, caller: str) -> dict[str, str]:
        if caller == "guest":
            return {"x-api-key": self.laptop.identity.api_key}
        return {"Authorization": self.laptop.token(USERS[caller], DEMO_PASSWORD)}

    def run(self, told: str) -> Mapping[str, Any]:
        """The data of an operation that was neither refused nor in vain; what the one before set off is over by then."""
        assert self.laptop.delivery.drain()
        wanted, answer = operation(told), self.ask(told)
        assert "errors" not in answer, (told, answer)
        self.answers[wanted.name] = answer["data"]
        payload = answer["data"][wanted.field]
        assert payload is not None, told
        assert not (isinstance(payload, dict) and payload.get("userErrors")), (told, payload)
        found: Mapping[str, Any] = answer["data"]
        return found

    def ask(self, told: str) -> Mapping[str, Any]:
        """The whole answer of an operation."""
        wanted = operation(told)
        body = {
            "query": wanted.document,
            "operationName": wanted.name,
            "variables": variables(wanted, self.answers),
        }
        text = json.dumps(body)
        headers = self.signed(text) if wanted.caller == "system" else self.credential(wanted.caller)
        found: Mapping[str, Any] = httpx.post(
            self.laptop.endpoint, content=text, headers=headers, trust_env=False
        ).json()
        return found

    def signed(self, body: str) -> dict[str, str]:
        who = self.laptop.publisher
        request = AWSRequest(
            "POST", self.laptop.endpoint, data=body, headers={"content-type": "application/json"}
        )
        SigV4Auth(Credentials(who.access_key, who.secret_key), "appsync", "eu-west-1").add_auth(request)
        return dict(request.headers.items())

    def follow(self, told: str, stack: ExitStack) -> Frames:
        wanted = operation(told)
        document = _alone(wanted)
        subscription = Subscription("1", document, variables(wanted, self.answers))
        return stack.enter_context(
            subscribed(self.laptop.realtime, self.credential(wanted.caller), [subscription])
        )


def _alone(wanted: Operation) -> str:
    """The one operation out of its file: a subscription's frame names none."""
    (found,) = (
        node
        for node in parse(wanted.document).definitions
        if isinstance(node, OperationDefinitionNode) and node.name and node.name.value == wanted.name
    )
    return print_ast(found)


def test_the_story_runs_as_written(running: Laptop) -> None:
    console = Console(running)
    with ExitStack() as stack:
        for told in (*SHELF, *BEFORE):
            console.run(told)
        assert console.run("customer PlaceOrder")["placeOrder"]["replayed"] is True
        streams = {told: console.follow(told, stack) for told in FOLLOWED}
        for told in AFTER:
            console.run(told)
        pushed = {told: frames.within(10) for told, frames in streams.items()}

    assert all(pushed.values()), pushed
    order = console.run("customer Order")["order"]
    assert (order["status"], order["fulfillmentStatus"]) == ("COMPLETED", "DELIVERED")


def test_a_guest_pays_and_cancels_by_token_until_it_is_revoked(running: Laptop) -> None:
    console = Console(running)
    for told in (*SHELF, *CART):
        console.run(told)
    assert console.run("guest GuestOrder")["order"]["payments"][0]["status"] == "FAILED"
    with ExitStack() as stack:
        frames = console.follow(BY_TOKEN, stack)
        for told in MONEY:
            console.run(told)
        assert frames.within(10)
        order = console.run("guest GuestOrder")["order"]
        for told in TOKENS:
            console.run(told)
        with pytest.raises(SubscriptionError):
            drain(frames)

    assert (order["status"], order["paymentStatus"]) == ("CANCELLED", "REFUNDED")
    assert order["totals"]["balance"]["amount"] == "0.00"
    assert console.ask("guest GuestOrder")["data"] == {"order": None}
    prepaid = console.answers["Prepaid"]["order"]
    assert [payment["status"] for payment in prepaid["payments"]] == ["VOIDED", "AUTHORIZED"]


def test_a_guest_signs_in_and_keeps_the_cart(running: Laptop) -> None:
    console = Console(running)
    for told in (*SHELF, *SIGNED_IN):
        console.run(told)

    guests = console.answers["CreateCart"]["createCart"]["cart"]
    assert console.answers["MergeCart"]["mergeCart"]["cart"]["lines"] == guests["lines"]


def test_what_is_archived_is_found_no_more(running: Laptop) -> None:
    console = Console(running)
    for told in (*SHELF, "guest Products", ARCHIVED):
        console.run(told)

    assert console.ask("guest Product")["data"] == {"product": None}
    assert console.run("catalog PublishProduct")["publishProduct"]["product"]["status"] == "PUBLISHED"


def test_the_story_leaves_no_operation_out() -> None:
    assert {f"{caller} {name}" for caller, name in OPERATIONS} == {
        *SHELF, *BEFORE, *FOLLOWED, *AFTER, *CART, BY_TOKEN, *MONEY, *TOKENS, *SIGNED_IN, ENDING, ARCHIVED,
    }  # fmt: skip


def drain(frames: Frames) -> None:
    """Read what comes until nothing does for a while."""
    while frames.within(5):
        continue


def test_the_streams_of_an_order_are_ended(running: Laptop) -> None:
    console = Console(running)
    for told in (*SHELF, "customer PlaceOrder"):
        console.run(told)
    with ExitStack() as stack:
        frames = console.follow("customer OnOrderEvent", stack)
        answer = console.run(ENDING)["endOrderSubscriptions"]
        with pytest.raises(SubscriptionError):
            drain(frames)

    order = console.answers["PlaceOrder"]["placeOrder"]["order"]["id"]
    assert answer == {"orderId": order, "actorId": None}


def test_a_copied_id_is_that_of_the_answer() -> None:
    answers = {"PlaceOrder": {"placeOrder": {"order": {"id": "ord_x"}}}}

    assert variables(operation("customer Order"), answers)["orderId"] == "ord_x"


def test_an_operation_before_its_answer_is_told() -> None:
    with pytest.raises(AssertionError, match=r"Order comes before what \{'orderId'\} are copied from"):
        variables(operation("customer Order"), {})
