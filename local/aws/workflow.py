"""Makes the workflow's state machine in the embedded AWS from the definition that deploys, where it is missing or differs.

The embedded AWS ends executions that ran when it stopped. Nothing is lost by that: the order is the state, and the sweep
does what a workflow would have done.
"""

from typing import Any

from botocore.exceptions import ClientError

from local.aws.clients import REGION
from wiring.workflow import definition

ACCOUNT = "000000000000"
NAME = "orderbell-fulfillment"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/orderbell-fulfillment"
"""Not enforced here; deployed, it is infra/workflow.py's."""


def ensure_workflow(states: Any, queue_url: str, name: str = NAME) -> str:
    """The machine whose steps go to this queue; its ARN."""
    told = definition(queue_url)
    arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{name}"
    try:
        states.update_state_machine(stateMachineArn=arn, definition=told)
    except ClientError as error:
        if error.response["Error"]["Code"] != "StateMachineDoesNotExist":
            raise
        return str(states.create_state_machine(name=name, definition=told, roleArn=ROLE)["stateMachineArn"])
    return arn
