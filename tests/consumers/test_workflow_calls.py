"""Calls of Step Functions: what counts as done, and what does not."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from consumers.app import bind, load
from consumers.workflow import Workflow
from domain.steps import Outcome
from tests.workflow.states import refusal


class Refusing:
    """A client whose every call is refused so."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**_given: str) -> None:
            raise refusal(self.code, name)

        return call


@pytest.mark.parametrize("code", ["TaskDoesNotExist", "TaskTimedOut"])
def test_a_step_that_nobody_waits_for_is_over(code: str) -> None:
    workflow = Workflow(Refusing(code))
    assert workflow.succeed("token", Outcome.DONE) is False
    assert workflow.fail("token", "cause") is False


@pytest.mark.parametrize("code", ["InvalidToken", "ThrottlingException", "AccessDeniedException"])
def test_a_step_that_could_not_be_ended_is_not_over(code: str) -> None:
    workflow = Workflow(Refusing(code))
    for end in (lambda: workflow.succeed("token", Outcome.DONE), lambda: workflow.fail("token", "cause")):
        with pytest.raises(ClientError, match=code):
            end()


def test_an_order_that_was_started_is_started() -> None:
    assert Workflow(Refusing("ExecutionAlreadyExists"), "arn:m").start("ord_a") is False


def test_a_start_that_fails_comes_again_and_leaves_the_messages_beside_it_alone() -> None:
    handle = bind(load("start_workflow"), Workflow(Refusing("StateMachineDoesNotExist"), "arn:m"))
    records = [{"messageId": each, "body": '{"detail": {"orderId": "ord_a"}}'} for each in "ab"]
    answer = handle({"Records": records}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "b"}]}
