"""The definition walked through on the embedded AWS: each way through it, by the answers that steps give."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest

from domain.steps import Outcome
from local.aws.clients import make_client
from local.aws.engine import Engine
from wiring.workflow import RETRYABLE, definition, result

pytestmark = pytest.mark.engine

ROLE = "arn:aws:iam::000000000000:role/steps"
PAID, TRY_AGAIN, ENDED = (result(outcome) for outcome in (Outcome.PAID, Outcome.TRY_AGAIN, Outcome.ENDED))
_numbers = count(1)


class Broken:
    """An answer that fails a step for good."""


class Again:
    """An answer that fails a step for a while."""


@contextmanager
def machine(engine: Engine, *, hasty: bool = True) -> Iterator[tuple[Any, Any, str, str]]:
    """The workflow over a queue of its own; `hasty`: its pauses between tries are a second."""
    states, queues = make_client("stepfunctions", engine.endpoint), make_client("sqs", engine.endpoint)
    name = f"workflow-{next(_numbers)}"
    queue = queues.create_queue(QueueName=name)["QueueUrl"]
    told = definition(queue)
    if hasty:
        told = told.replace('"IntervalSeconds": 10', '"IntervalSeconds": 1').replace(
            '"BackoffRate": 3', '"BackoffRate": 1'
        )
    arn = states.create_state_machine(name=name, definition=told, roleArn=ROLE)["stateMachineArn"]
    yield states, queues, queue, arn
    states.delete_state_machine(stateMachineArn=arn)
    queues.delete_queue(QueueUrl=queue)


def walked(engine: Engine, *answers: object) -> tuple[list[str], str]:
    """The steps that were asked for while they were answered so, and how the execution ended."""
    with machine(engine) as (states, queues, queue, arn):
        run = states.start_execution(stateMachineArn=arn, name="ord_a", input='{"orderId": "ord_a"}')[
            "executionArn"
        ]
        asked, left = [], list(answers)
        while (status := states.describe_execution(executionArn=run)["status"]) == "RUNNING":
            for message in queues.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages", []):
                body = json.loads(message["Body"])
                assert body["orderId"] == "ord_a"
                asked.append(body["step"])
                _answer(states, body["token"], left.pop(0) if left else ENDED)
                queues.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return asked, status


def _answer(states: Any, token: str, answer: object) -> None:
    if answer is Broken or answer is Again:
        error = RETRYABLE if answer is Again else "Broken"
        states.send_task_failure(taskToken=token, error=error, cause="the test says so")
    else:
        states.send_task_success(taskToken=token, output=answer)


LAST = ["WAIT_FOR_END", "COMPENSATE"]


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ((PAID, PAID), ["AUTHORIZE", "WAIT_FOR_PAYMENT", "HAND_TO_WAREHOUSE", *LAST]),
        ((ENDED, ENDED), ["AUTHORIZE", "WAIT_FOR_PAYMENT", "COMPENSATE"]),
        (
            (ENDED, TRY_AGAIN, PAID, PAID),
            ["AUTHORIZE", "WAIT_FOR_PAYMENT", "AUTHORIZE", "WAIT_FOR_PAYMENT", "HAND_TO_WAREHOUSE", *LAST],
        ),
        ((Broken, PAID), ["AUTHORIZE", "WAIT_FOR_PAYMENT", "HAND_TO_WAREHOUSE", *LAST]),
        ((Again, PAID, PAID), ["AUTHORIZE", "AUTHORIZE", "WAIT_FOR_PAYMENT", "HAND_TO_WAREHOUSE", *LAST]),
        ((PAID, Broken), ["AUTHORIZE", "WAIT_FOR_PAYMENT", "COMPENSATE"]),
        ((PAID, PAID, Broken), ["AUTHORIZE", "WAIT_FOR_PAYMENT", "HAND_TO_WAREHOUSE", *LAST]),
        (
            (PAID, PAID, PAID, ENDED, Broken, ENDED),
            ["AUTHORIZE", "WAIT_FOR_PAYMENT", "HAND_TO_WAREHOUSE", *LAST, "COMPENSATE"],
        ),
    ],
    ids=["paid", "never paid", "paid at the second try", "provider gone", "provider gone for a while", "wait broken",
         "warehouse refuses", "compensation tried again"],
)  # fmt: skip
def test_a_way_through(engine: Engine, answers: tuple[object, ...], asked: list[str]) -> None:
    assert walked(engine, *answers) == (asked, "SUCCEEDED")


def test_an_order_is_run_once(engine: Engine) -> None:
    with machine(engine) as (states, _, _, arn):
        states.start_execution(stateMachineArn=arn, name="ord_a", input='{"orderId": "ord_a"}')
        with pytest.raises(states.exceptions.ExecutionAlreadyExists):
            states.start_execution(
                stateMachineArn=arn, name="ord_a", input='{"orderId": "ord_a", "again": true}'
            )
