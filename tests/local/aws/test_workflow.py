"""The workflow's machine in the embedded AWS: made once, put right where it differs."""

import json

import pytest

from local.aws.clients import make_client
from local.aws.engine import Engine
from local.aws.few_executions import FewExecutions
from local.aws.workflow import ensure_workflow

pytestmark = pytest.mark.engine


def test_the_machine_is_made_once_and_put_right_where_it_differs(engine: Engine) -> None:
    states = make_client("stepfunctions", engine.endpoint)
    first = ensure_workflow(states, "http://localhost/one", "ensured")
    assert ensure_workflow(states, "http://localhost/two", "ensured") == first

    told = json.loads(states.describe_state_machine(stateMachineArn=first)["definition"])
    assert told["States"]["Authorize"]["Parameters"]["QueueUrl"] == "http://localhost/two"
    named = [each["name"] for each in states.list_state_machines()["stateMachines"]]
    assert named.count("ensured") == 1


def test_no_more_than_so_many_executions_run_at_once(engine: Engine) -> None:
    states, queues = make_client("stepfunctions", engine.endpoint), make_client("sqs", engine.endpoint)
    queue = queues.create_queue(QueueName="few-steps")["QueueUrl"]
    machine = ensure_workflow(states, queue, "few")
    few = FewExecutions(states, most=2)

    def start(name: str) -> bool:
        return few.start_execution(stateMachineArn=machine, name=name, input="{}") is not None

    assert [start(name) for name in ("a", "b", "c", "d")] == [True, True, False, False]
    states.stop_execution(executionArn=machine.replace("stateMachine", "execution") + ":a")
    assert [start(name) for name in ("e", "f")] == [True, False]
    states.delete_state_machine(stateMachineArn=machine)
