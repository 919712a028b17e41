"""The one workflow, as Amazon States Language: its file, its steps, and the definition over a queue.

Each step is a message on a queue, with the task token that ends it: on AWS and on a laptop the same definition runs, and the same
consumer answers. docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
"""

import json
from pathlib import Path

from domain.steps import Outcome

FILE = Path(__file__).with_name("workflow.asl.json")
QUEUE = "${StepsQueueUrl}"
STEPS = "workflow-steps"
"""The queue of the steps, as its consumer declares it."""


RETRYABLE = "Retryable"
"""The error that the workflow tries again after a while."""


def definition(queue_url: str) -> str:
    """The definition whose steps go to this queue."""
    return FILE.read_text().replace(QUEUE, queue_url)


def result(outcome: Outcome) -> str:
    """What ends a step well, as JSON."""
    return json.dumps({"outcome": outcome.value})
