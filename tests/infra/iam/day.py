"""What every scene of the day uses: who calls, keys that are new, baskets, and what the bus tells."""

import json
from itertools import count
from typing import Any

from tests.infra.iam.acting import Arguments, Stage

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


def place(stage: Stage, *skus: str, **more: Any) -> Any:
    """Ada orders one of each; refused or not, her function did its work."""
    return stage.done("Mutation.placeOrder", customer(stage), **basket(*skus, **more))["order"]


def basket(*skus: str, **more: Any) -> dict[str, Any]:
    """What to order: one of each."""
    lines = [{"sku": sku, "quantity": 1} for sku in skus or ("LANTERN",)]
    wanted = {"lines": lines, "shippingAddress": ADDRESS, "paymentTerms": "ON_ACCOUNT"}
    return {"idempotencyKey": key(), **wanted, **more}


def told(event: str, order_id: str) -> dict[str, Any]:
    """A message of a queue behind the bus: this event of this order."""
    body = json.dumps({"detail-type": event, "detail": {"orderId": order_id, "type": event}})
    return {"Records": [{"messageId": "1", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}]}


def settle(stage: Stage, event: str, order_id: str) -> None:
    """The bus tells the consumer of money; what is due is done."""
    assert stage.wake("settle_money", told(event, order_id)) == {"batchItemFailures": []}
