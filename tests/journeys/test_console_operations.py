"""The ready-made operations of docs/console, run as their callers would, in the order of a small story."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from graphql import OperationDefinitionNode, parse, print_ast

from cli.realtime import Frames, Subscription, SubscriptionError, subscribed
from local import laptop as whole
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
}
BEFORE = (
    "catalog CreateProduct", "catalog SaveVariant", "catalog PublishProduct",
    "stock AdjustStock", "stock SetStock", "stock SetStockShards", "stock StockLevel",
    "guest Me", "guest Products", "guest Search", "guest Product",
    "customer PlaceOrder", "customer Order", "customer MyOrders", "customer OrderEvents", "support Orders",
)  # fmt: skip
FOLLOWED = ("customer OnOrderEvent", "customer OnMyOrderEvents", "support OnStaffOrderEvents")
AFTER = (
    "support PlaceOnBehalf", "support RejectOrder", "support HoldOrder", "support ReleaseOrder", "support ConfirmOrder",
    "customer CancelPreview", "customer CancelOrder",
    "warehouse Confirmed", "warehouse CreateFulfillment", "warehouse ShipFulfillment", "warehouse DeliverFulfillment",
    "system PublishOrderEvent", "system PublishStaffOrderEvent",
)  # fmt: skip

BY_ONES_OWN_RIGHTS = "system EndOrderSubscriptions"
"""What no role of ours has a use for yet: in the console it runs with rights of one's own."""

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
        """The data of an operation that was neither refused nor in vain."""
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
        for told in BEFORE:
            console.run(told)
        assert console.run("customer PlaceOrder")["placeOrder"]["replayed"] is True
        streams = {told: console.follow(told, stack) for told in FOLLOWED}
        for told in AFTER:
            console.run(told)
        pushed = {told: frames.within(10) for told, frames in streams.items()}

    assert all(pushed.values()), pushed
    order = console.run("customer Order")["order"]
    assert (order["status"], order["fulfillmentStatus"]) == ("COMPLETED", "DELIVERED")


def test_the_story_leaves_no_operation_out() -> None:
    assert {f"{caller} {name}" for caller, name in OPERATIONS} == {
        *BEFORE, *FOLLOWED, *AFTER, BY_ONES_OWN_RIGHTS,
    }  # fmt: skip


def test_the_publisher_may_not_end_streams(running: Laptop) -> None:
    console = Console(running)
    console.answers["PlaceOrder"] = {"placeOrder": {"order": {"id": "ord_x"}}}

    assert console.ask(BY_ONES_OWN_RIGHTS)["errors"][0]["errorType"] == "UnauthorizedException"


@pytest.fixture
def developers_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[Laptop]:
    """A laptop whose IAM caller may call everything, as a developer with rights of their own."""
    publisher = whole.publishing_caller()
    monkeypatch.setattr(whole, "publishing_caller", lambda: replace(publisher, may=("*",)))
    with whole.laptop(None, 0, tell=lambda _: None) as started:
        yield started


def drain(frames: Frames) -> None:
    """Read what comes until nothing does for a while."""
    while frames.within(5):
        continue


def test_a_developer_ends_the_streams_of_an_order(developers_own: Laptop) -> None:
    console = Console(developers_own)
    for told in (*BEFORE[:4], "customer PlaceOrder"):
        console.run(told)
    with ExitStack() as stack:
        frames = console.follow("customer OnOrderEvent", stack)
        answer = console.run(BY_ONES_OWN_RIGHTS)["endOrderSubscriptions"]
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
