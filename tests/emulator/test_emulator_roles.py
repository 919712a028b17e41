"""Roles in the running emulator: with one action taken away, just that step is denied; given back, it works again."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.emulator.conftest import Stage
from tests.emulator.customers import ask
from tests.emulator.front import Allowed, CalledError, invoke
from tests.emulator.roles import without
from tests.journeys.caller import PLACE

Event = dict[str, Any]


def asked(
    stage: Stage, key: str, arguments: dict[str, Any], *, pool: str | None, groups: tuple[str, ...] = ()
) -> Event:
    """AppSync's event of one field, asked by a user of a pool or by a guest."""
    type_name, _, name = key.partition(".")
    issuer = (
        f"https://cognito-idp.eu-west-1.amazonaws.com/{stage.deployed.named('Cognito::UserPool', pool)}"
        if pool
        else ""
    )
    identity = {"sub": "role-tests", "issuer": issuer, "groups": list(groups), "claims": {}} if pool else None
    info = {"parentTypeName": type_name, "fieldName": name, "selectionSetList": [], "variables": {}}
    return {
        "arguments": arguments,
        "identity": identity,
        "source": None,
        "request": {"headers": {}},
        "info": info,
    }


def order_input(key: str) -> dict[str, Any]:
    address = {"name": "Ada", "line1": "1 Bell Lane", "city": "London", "country": "GB"}
    lines = [{"sku": "EMULATED", "quantity": 1}]
    return {
        "input": {
            "idempotencyKey": key,
            "paymentTerms": "ON_ACCOUNT",
            "lines": lines,
            "shippingAddress": address,
        }
    }


LEGS = {
    "place: write the order": ("Write", "dynamodb:PutItem", "Mutation.placeOrder", order_input("emulated-role-0001"), "Customers"),
    "place: take the stock": ("Write", "dynamodb:UpdateItem", "Mutation.placeOrder", order_input("emulated-role-0002"), "Customers"),
    "place: read prices": ("Write", "dynamodb:BatchGetItem", "Mutation.placeOrder", order_input("emulated-role-0003"), "Customers"),
    "list my orders by an index": ("Read", "dynamodb:Query", "Query.myOrders", {}, "Customers"),
    "browse a product": ("Browse", "dynamodb:GetItem", "Query.product", {"id": "prd_x"}, None),
    "check a subscription": ("Subscribe", "dynamodb:GetItem", "Subscription.onOrderEvent", {"orderId": "ord_x"}, "Customers"),
}  # fmt: skip


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(("function", "action", "key", "arguments", "pool"), LEGS.values(), ids=LEGS)
def test_a_step_needs_its_action(
    stage: Stage, function: str, action: str, key: str, arguments: dict[str, Any], pool: str | None
) -> None:
    alias, event = stage.alias(function), asked(stage, key, arguments, pool=pool)
    with without(stage, f"{function}Role", action):
        denied = raised(stage, alias, event)

    assert [denied.kind, "AccessDenied" in denied.log, action in denied.log] == ["InternalError", True, True]
    assert raised(stage, alias, event).kind in {"", "NotFound"}  # the read itself was allowed again


def test_a_function_that_starts_needs_the_secret(stage: Stage) -> None:
    """The secret is read at the first request of a started function: it is started anew by a change of its settings."""
    lambda_, name = stage.account.client("lambda"), stage.deployed.named("Lambda::Function", "Read")
    event = asked(stage, "Query.myOrders", {}, pool="Customers")
    with without(stage, "ReadRole", "secretsmanager:GetSecretValue"):
        lambda_.update_function_configuration(
            FunctionName=name, Description="started anew, without its secret"
        )
        denied = raised(stage, name, event)
    lambda_.update_function_configuration(FunctionName=name, Description="started anew, with it")

    assert "secretsmanager:GetSecretValue" in denied.log
    assert raised(stage, name, event).kind == ""


def test_the_sweep_needs_its_index(stage: Stage) -> None:
    alias = stage.alias("SweepConsumer")
    with without(stage, "SweepConsumerRole", "dynamodb:Query"):
        denied = raised(stage, alias, {})

    assert "dynamodb:Query" in denied.log
    assert set(invoke(stage.account, alias, {})) == {"ended", "left"}


def test_the_publisher_may_call_what_its_role_says_and_no_more(stage: Stage) -> None:
    allowed = Allowed(
        stage.account.client("iam"), stage.deployed.named("IAM::Role", "PushStatusConsumerRole")
    )

    assert sorted(allowed) == [
        "Mutation.endOrderSubscriptions",
        "Mutation.publishOrderEvent",
        "Mutation.publishStaffOrderEvent",
    ]


def test_a_push_needs_its_action(stage: Stage, ada: dict[str, str], shelf: str) -> None:
    record, alias = stream_record(stage, ada, shelf), stage.alias("PushStatusConsumer")
    with without(stage, "PushStatusConsumerRole", "appsync:GraphQL"):
        denied = invoke(stage.account, alias, {"Records": [record]})

    assert denied == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert invoke(stage.account, alias, {"Records": [record]}) == {"batchItemFailures": []}


def test_the_relay_needs_its_action(stage: Stage, ada: dict[str, str], shelf: str) -> None:
    record, alias = stream_record(stage, ada, shelf), stage.alias("RelayConsumer")
    with without(stage, "RelayConsumerRole", "events:PutEvents"):
        denied = invoke(stage.account, alias, {"Records": [record]})

    assert denied == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert invoke(stage.account, alias, {"Records": [record]}) == {"batchItemFailures": []}


def stream_record(stage: Stage, ada: dict[str, str], sku: str) -> dict[str, Any]:
    """What the stream says of the first log entry of an order."""
    answer = ask(stage, ada, PLACE, key="emulated-role-push1", sku=sku, quantity=1)
    keys = {"PK": {"S": f"O#{answer['data']['placeOrder']['order']['id']}"}, "SK": {"S": "Z#00000001"}}
    table = stage.deployed.named("DynamoDB::Table", "Orders")
    item = stage.account.client("dynamodb").get_item(TableName=table, Key=keys)["Item"]
    return {"dynamodb": {"Keys": keys, "NewImage": item, "SequenceNumber": "1"}}


@dataclass(frozen=True, slots=True)
class Raised:
    """The class of what a function raised, and the end of its log; empty where it answered."""

    kind: str = ""
    log: str = ""


def raised(stage: Stage, function: str, event: Event) -> Raised:
    try:
        invoke(stage.account, function, event)
    except CalledError as error:
        return Raised(type(error).__name__, error.log)
    return Raised()
