"""Step Functions in memory, as far as the one workflow goes: its definition is walked, steps are messages, tokens end them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from wiring.workflow import definition

STATES: dict[str, Any] = json.loads(definition("queue"))["States"]


@dataclass
class Execution:
    """One run: the state it is in (None: it ended well), how often that was tried, and what it walked through."""

    at: str | None = "Authorize"
    tries: int = 0
    token: str = ""
    walked: list[str] = field(default_factory=list)


@dataclass
class MemoryStates:
    """The client. `effect` is called before each call has its effect; `queue` holds the bodies of messages, `inputs` all that it was told."""

    effect: Callable[[str], None] = lambda _: None
    queue: list[dict[str, str]] = field(default_factory=list)
    executions: dict[str, Execution] = field(default_factory=dict)
    lost: bool = False
    inputs: list[str] = field(default_factory=list)

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> None:  # noqa: N803 - boto3's names
        self.effect("start_execution")
        if name in self.executions:
            raise refusal("ExecutionAlreadyExists", "StartExecution")
        assert json.loads(input) == {"orderId": name}
        assert stateMachineArn
        self.inputs.append(f"{name} {input}")
        self.executions[name] = Execution()
        self._enter(name)

    def send_task_success(self, *, taskToken: str, output: str) -> None:  # noqa: N803 - boto3's names
        self.effect("send_task_success")
        self.inputs.append(output)
        name, run = self._waiting(taskToken)
        self._go(name, run, STATES[str(run.at)].get("Next"))
        if run.at is not None and STATES[run.at]["Type"] == "Choice":
            self._go(name, run, chosen(STATES[run.at], json.loads(output)["outcome"]))
        self._enter(name)

    def send_task_failure(self, *, taskToken: str, error: str, cause: str) -> None:  # noqa: N803 - boto3's names
        self.effect("send_task_failure")
        self.inputs.append(f"{error} {cause}")
        name, _ = self._waiting(taskToken)
        self.fail(name, error)
        assert cause

    def fail(self, name: str, error: str) -> None:
        """What a failed task does: another try where there is one, else what catches it."""
        run = self.executions[name]
        state = STATES[str(run.at)]
        retries = [
            each for each in state.get("Retry", ()) if {error, "States.ALL"} & set(each["ErrorEquals"])
        ]
        if retries and run.tries < retries[0]["MaxAttempts"]:
            run.tries += 1
        else:
            self._go(name, run, state["Catch"][0]["Next"])
        self._enter(name)

    def _go(self, name: str, run: Execution, to: str | None) -> None:
        run.at, run.tries, run.token = to, 0, ""

    def _enter(self, name: str) -> None:
        run = self.executions[name]
        if run.at is None:
            return
        asked = STATES[run.at]["Parameters"]["MessageBody"]["step"]
        run.walked.append(asked)
        run.token = f"token-{name}-{len(run.walked)}"
        self.queue.append({"step": asked, "orderId": name, "token": run.token})

    def _waiting(self, token: str) -> tuple[str, Execution]:
        for name, run in self.executions.items():
            if token and token == run.token and not self.lost:
                return name, run
        raise refusal("TaskTimedOut", "SendTaskSuccess")


def chosen(choice: Any, outcome: str) -> str:
    """Where a choice leads with this outcome."""
    matching = (each["Next"] for each in choice["Choices"] if each["StringEquals"] == outcome)
    return str(next(matching, choice["Default"]))


def refusal(code: str, operation: str) -> ClientError:
    """What boto3 raises for it."""
    return ClientError(
        {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": 400}},  # type: ignore[typeddict-item]
        operation,
    )
