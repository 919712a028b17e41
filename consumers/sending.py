"""Sends to queues of ours by their names; the queues and their addresses are told by the environment."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import boto3
from botocore.config import Config

from domain.values import value

CONFIG = Config(retries={"total_max_attempts": 3, "mode": "standard"}, connect_timeout=0.5, read_timeout=3)


@value
class Sender:
    """The queues that a function may send to. `put` sends a request of `SendMessage` by queue name; tests replace it."""

    put: Callable[[str, Mapping[str, str]], None]

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> "Sender":
        """The sender of a function's environment (`QUEUE_PAYMENT_EVENTS` is the address of `payment-events`)."""
        client = boto3.client("sqs", region_name=environment.get("AWS_REGION", "eu-west-1"), config=CONFIG)
        return cls(partial(put, client, lambda name: environment[variable(name)]))

    def send(self, queue: str, body: Mapping[str, object]) -> None:
        """Send to a queue that keeps no order. Raises what boto3 raises, KeyError for a queue that is not declared."""
        self.put(queue, {"MessageBody": json.dumps(body, separators=(",", ":"))})

    def send_in_order(self, queue: str, body: Mapping[str, object], *, group: str, once: str) -> None:
        """Send to an ordered queue: in order within `group`; a second of the same `once` within 5 minutes is dropped."""
        text = json.dumps(body, separators=(",", ":"))
        self.put(queue, {"MessageBody": text, "MessageGroupId": group, "MessageDeduplicationId": once})


def put(client: Any, address: Callable[[str], str], queue: str, message: Mapping[str, str]) -> None:
    """Send a message to a queue by SQS's client."""
    client.send_message(QueueUrl=address(queue), **message)


def variable(queue: str) -> str:
    """The environment's name for a queue's address."""
    return "QUEUE_" + queue.upper().replace("-", "_")
