"""Carry out the steps that workflows ask for: each a message with the task token that ends it. Run twice, done once."""

from collections.abc import Mapping
from typing import Any

from consumers.messages import Message, body_of, each_message
from consumers.walking import Walker, take
from domain.steps import Step
from storage.waits import Wait
from wiring.declarations import Queue, on
from wiring.tracing import following, new_trace
from wiring.workflow import STEPS


@on(
    Queue(STEPS),
    concurrency=10,
    reads=("orders",),
    writes=("orders", "catalog"),
    secret=True,
    payments=True,
    workflow=("SendTaskFailure", "SendTaskSuccess"),
)
def take_step(event: Mapping[str, Any], walker: Walker) -> dict[str, Any]:
    """Carry out what these messages ask for. Answers the messages that are to come again."""
    return each_message(event, lambda message: _take(message, walker))


def _take(message: Message, walker: Walker) -> None:
    told = body_of(message)
    with following(new_trace()):
        take(walker, Wait(told["orderId"], Step(told["step"]), told["token"]))
