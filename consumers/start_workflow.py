"""Start the workflow of each order that was placed. Run twice, started once: an execution has its order's id for a name."""

from collections.abc import Mapping
from typing import Any

from consumers.messages import Message, body_of, each_message
from consumers.workflow import Workflow
from wiring.declarations import FromBus, on
from wiring.logs import log


@on(FromBus(("ORDER_PLACED",)), concurrency=5, workflow=("StartExecution",))
def start_workflow(event: Mapping[str, Any], workflow: Workflow) -> dict[str, Any]:
    """Start what these messages name. Answers the messages that are to come again."""
    return each_message(event, lambda message: _start(message, workflow))


def _start(message: Message, workflow: Workflow) -> None:
    order_id = body_of(message)["detail"]["orderId"]
    outcome = "started" if workflow.start(order_id) else "started before"
    log("workflow", order_id=order_id, outcome=outcome)
