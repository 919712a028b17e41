"""The workflow's definition: valid by AWS's language, small, and nothing in it can hang or be lost."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from templates import Stacks, allowed, function_named, properties, target

from domain.steps import Outcome, Step
from infra.declared import Declared
from infra.javascript_tools import tool
from infra.service import camel
from infra.workflow_page import PAGE, page, picture
from wiring.workflow import QUEUE, RETRYABLE, STEPS, definition

QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/111111111111/steps"
STATES: dict[str, Any] = json.loads(definition(QUEUE_URL))["States"]
TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"}


def validated(tmp_path: Path, text: str) -> "subprocess.CompletedProcess[str]":
    """What asl-validator says of a definition."""
    file = tmp_path / "workflow.asl.json"
    file.write_text(text)
    command = [*tool("asl-validator/dist/bin/asl-validator.js"), "--json-path", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_definition_is_valid(tmp_path: Path) -> None:
    said = validated(tmp_path, definition(QUEUE_URL))

    assert (said.returncode, "false" in said.stdout.lower()) == (0, False), said.stdout + said.stderr


@pytest.mark.parametrize(
    ("right", "wrong"), [('"Next": "Paid?"', '"Next": "Nowhere"'), ('"Type": "Choice"', '"Type": "Guess"')]
)
def test_a_broken_definition_is_found(tmp_path: Path, right: str, wrong: str) -> None:
    assert validated(tmp_path, definition(QUEUE_URL).replace(right, wrong)).returncode != 0


def test_it_has_at_most_six_states() -> None:
    assert len(STATES) <= 6


def test_the_queue_is_named_once_for_each_step_and_nowhere_else() -> None:
    assert QUEUE not in definition(QUEUE_URL)
    assert {task["Parameters"]["QueueUrl"] for task in TASKS.values()} == {QUEUE_URL}


def test_each_step_is_asked_for_once() -> None:
    asked = [task["Parameters"]["MessageBody"]["step"] for task in TASKS.values()]

    assert sorted(asked) == sorted(step.value for step in Step)


@pytest.mark.parametrize("name", TASKS)
def test_a_step_carries_the_order_and_its_token_and_is_bounded(name: str) -> None:
    task = TASKS[name]

    assert task["Parameters"]["MessageBody"] == {
        "step": task["Parameters"]["MessageBody"]["step"],
        "orderId.$": "$.orderId",
        "token.$": "$$.Task.Token",
    }
    assert task["TimeoutSeconds"] > 0


@pytest.mark.parametrize("name", TASKS)
def test_a_step_that_fails_leads_on_to_compensation(name: str) -> None:
    """Compensation itself is tried again, and is the last."""
    reached, waiting = set(), [name]
    while waiting:
        at = waiting.pop()
        if at not in reached:
            reached.add(at)
            waiting += [each["Next"] for each in STATES[at].get("Catch", [])]
            waiting += [STATES[at]["Default"]] if "Default" in STATES[at] else []
            waiting += [STATES[at]["Next"]] if at != name and "Next" in STATES[at] else []

    assert "Compensate" in reached
    assert TASKS["Compensate"]["Retry"][0]["ErrorEquals"] == ["States.ALL"]
    assert TASKS["Compensate"]["End"] is True


def test_every_outcome_that_is_chosen_by_is_one_of_ours() -> None:
    chosen = {choice["StringEquals"] for choice in STATES["Paid?"]["Choices"]}

    assert chosen <= {outcome.value for outcome in Outcome}


def test_what_calls_out_is_tried_again_by_our_error() -> None:
    tried = {name for name, task in TASKS.items() if RETRYABLE in str(task.get("Retry"))}

    assert tried == {"Authorize"}


def machine_of(stacks: Stacks) -> dict[str, Any]:
    (found,) = properties(stacks.service, "StepFunctions::StateMachine")
    return found


def test_it_deploys_encrypted_traced_and_logged_without_data(stacks: Stacks) -> None:
    machine = machine_of(stacks)
    logging = machine["LoggingConfiguration"]
    assert machine["StateMachineType"] == "STANDARD"
    assert machine["EncryptionConfiguration"]["Type"] == "CUSTOMER_MANAGED_KMS_KEY"
    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ERROR", False)


def test_what_deploys_is_the_definition_over_the_declared_queue(stacks: Stacks) -> None:
    """Its text is split around the queue's address, and nowhere else."""
    parts = machine_of(stacks)["DefinitionString"]["Fn::Join"][1]
    queues = {target(each) for each in parts if not isinstance(each, str)}
    (queue,) = queues
    name = stacks.service["Resources"][queue]["Properties"]["QueueName"]
    assert name == f"orderbell-{stacks.stage}-{STEPS}"
    assert "".join(each if isinstance(each, str) else QUEUE for each in parts) == definition(QUEUE)


def test_its_role_sends_to_the_queue_of_steps_and_nothing_else_of_ours(stacks: Stacks) -> None:
    role = target(machine_of(stacks)["RoleArn"])
    granted = [(actions, on) for who, actions, on, _ in allowed(stacks.service) if who == role]
    ours = {action for actions, on in granted if on != ["*"] for action in actions if "kms:" not in action}
    assert ours == {"sqs:SendMessage"}
    (queue,) = (on for actions, on in granted if actions == ["sqs:SendMessage"])
    assert [target(each) for each in queue] == [
        target(each)
        for each in machine_of(stacks)["DefinitionString"]["Fn::Join"][1]
        if not isinstance(each, str)
    ][:1]


@pytest.mark.parametrize("consumer", ["start_workflow", "take_step", "end_wait", "relay"])
def test_a_consumer_asks_of_the_machine_what_it_declares(
    stacks: Stacks, declarations: Declared, consumer: str
) -> None:
    (declared,) = (each for each in declarations.consumers if each.name == consumer)
    role = target(function_named(stacks.service, f"{camel(consumer)}Consumer")["Properties"]["Role"])
    may = {
        action.removeprefix("states:")
        for who, actions, _, _ in allowed(stacks.service)
        if who == role
        for action in actions
        if action.startswith("states:")
    }
    assert may == set(declared.workflow)


def test_the_page_shows_todays_definition() -> None:
    text = PAGE.read_text()

    assert page(text) == text
    arrows = set(re.findall(r"^  (\w+) --> (\w+)", text, re.MULTILINE))
    assert {(name, state["Next"].rstrip("?")) for name, state in TASKS.items() if "Next" in state} <= arrows
    assert all(f"| {name} | {task['Comment']} |" in text for name, task in TASKS.items())


def test_another_definition_is_another_picture() -> None:
    machine = json.loads(definition(QUEUE_URL))
    machine["States"]["WaitForEnd"]["Next"] = "Authorize"

    assert "  WaitForEnd --> Authorize" in list(picture(machine))
