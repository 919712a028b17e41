"""The workflow as consumers use it: an execution is started, and its steps are ended by their task tokens."""

import json
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from domain.steps import Outcome
from domain.values import value
from wiring.workflow import RETRYABLE, result

CONFIG = Config(retries={"total_max_attempts": 3, "mode": "standard"}, connect_timeout=0.5, read_timeout=3)

STARTED_BEFORE = "ExecutionAlreadyExists"
NOBODY_WAITS = frozenset({"TaskDoesNotExist", "TaskTimedOut"})
"""Answers for a task that is over, or whose execution is lost: there is nothing left to end.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
"""


@value
class Workflow:
    """One state machine by Step Functions' client. Every method raises what boto3 raises."""

    client: Any
    machine: str = ""

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> "Workflow":
        """The workflow of a function's environment; who only ends steps is not told the machine."""
        region = environment.get("AWS_REGION", "eu-west-1")
        client = boto3.client("stepfunctions", region_name=region, config=CONFIG)
        return cls(client, environment.get("WORKFLOW_ARN", ""))

    def start(self, order_id: str) -> bool:
        """Start the order's execution, which has the order's id for its name. False where there is one already."""
        given = json.dumps({"orderId": order_id})
        try:
            self.client.start_execution(stateMachineArn=self.machine, name=order_id, input=given)
        except ClientError as error:
            if _code(error) != STARTED_BEFORE:
                raise
            return False
        return True

    def succeed(self, token: str, outcome: Outcome) -> bool:
        """End a step well. False where nobody waits for it."""
        try:
            self.client.send_task_success(taskToken=token, output=result(outcome))
        except ClientError as error:
            return _nobody_waits(error)
        return True

    def fail(self, token: str, cause: str) -> bool:
        """End a try of a step that the workflow is to try again after a while. False where nobody waits for it."""
        try:
            self.client.send_task_failure(taskToken=token, error=RETRYABLE, cause=cause)
        except ClientError as error:
            return _nobody_waits(error)
        return True


def _nobody_waits(error: ClientError) -> bool:
    """False where that is what it says; raises any other."""
    if _code(error) not in NOBODY_WAITS:
        raise error
    return False


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
