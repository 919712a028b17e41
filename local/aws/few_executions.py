"""Step Functions' client with a bound on what runs at once: the embedded AWS spends a thread on each execution.

What is not started loses nothing (docs/workflow.md), and a laptop that sells ten thousand orders in a test goes on.
"""

import threading
from dataclasses import dataclass, field
from typing import Any

MOST = 2_000
PAGE = 1_000


@dataclass(slots=True)
class FewExecutions:
    """The client; `room` is how many may be started before it is looked again how many run."""

    client: Any
    most: int = MOST
    room: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def start_execution(self, **given: str) -> Any:
        """Start one where there is room; None where there is none. Raises what boto3 raises."""
        with self.lock:
            if self.room == 0:
                self.room = max(0, self.most - self._running(given["stateMachineArn"]))
            if self.room == 0:
                return None
            self.room -= 1
        return self.client.start_execution(**given)

    def send_task_success(self, **given: str) -> Any:
        """End a step. Raises what boto3 raises."""
        return self.client.send_task_success(**given)

    def send_task_failure(self, **given: str) -> Any:
        """Fail a step. Raises what boto3 raises."""
        return self.client.send_task_failure(**given)

    def _running(self, machine: str) -> int:
        """How many run now."""
        more: dict[str, str] = {}
        running = 0
        while True:
            asked = {"stateMachineArn": machine, "statusFilter": "RUNNING", "maxResults": PAGE, **more}
            answer = self.client.list_executions(**asked)
            running += len(answer["executions"])
            if not answer.get("nextToken"):
                return running
            more = {"nextToken": answer["nextToken"]}
