"""What the workflow waits for: the task token of a step that is not over yet, kept beside its order until it is answered.

Losing one loses no more than the execution that waits by it: the order does not read it.
"""

import hashlib
import time

from domain.steps import Step
from domain.values import value
from storage import keys
from storage.attributes import to_attributes
from storage.order_reads import query_all
from storage.store import Store
from storage.transact import transact
from storage.writes import put

KEPT_SECONDS = 200 * 24 * 3600
"""Longer than an execution lives (wiring/workflow.asl.json): what TTL takes, nobody waits for."""


@value
class Wait:
    """One step of one execution; whoever has `token` and a role that allows it may end the step."""

    order_id: str
    step: Step
    token: str

    @property
    def digest(self) -> str:
        """A token is longer than a sort key may be."""
        return hashlib.sha256(self.token.encode()).hexdigest()[:32]


def keep_wait(store: Store, wait: Wait) -> None:
    """Keep it; a second time changes nothing. Raises Refused."""
    item = _key(wait) | {
        "step": wait.step.value,
        "token": wait.token,
        "ttl": int(time.time()) + KEPT_SECONDS,
    }
    transact(store, [put(store.orders, item)], subject=wait.order_id)


def waits_of(store: Store, order_id: str) -> tuple[Wait, ...]:
    """All that are kept for an order, strongly read. Raises Refused."""
    items = query_all(store, "PK = :pk", {":pk": keys.waits(order_id)})
    return tuple(Wait(order_id, Step(item["step"]), item["token"]) for item in items)


def forget_wait(store: Store, wait: Wait) -> None:
    """Forget it; one that is not there is forgotten. Raises Refused."""
    key = to_attributes(_key(wait))
    transact(store, [{"Delete": {"TableName": store.orders, "Key": key}}], subject=wait.order_id)


def _key(wait: Wait) -> dict[str, str]:
    return {"PK": keys.waits(wait.order_id), "SK": wait.digest}
