"""Makes the bus, its rules and the queues of the declared consumers in the embedded AWS, where they are missing."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from local.aws.buckets import BUCKET
from local.aws.clients import REGION
from wiring.declarations import Consumer, FromBus, Upload
from wiring.sources import WorkQueue

ACCOUNT = "000000000000"
BUS = "orderbell"
UPLOADED = "default"
"""The account's own bus: what S3 says goes there, as on AWS."""
KEPT_SECONDS = str(14 * 24 * 3600)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule lets pass, and the queue (ARN) that it sends to."""

    pattern: Mapping[str, Any]
    target: str


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where queues are: each by its declared name, and its dead letters by the same name."""

    queues: Mapping[str, str]
    dead_letters: Mapping[str, str]


def ensure_routing(sqs: Any, events: Any, consumers: Iterable[Consumer], prefix: str = "") -> Addresses:
    """Make what is missing, put right what differs, and forget rules that no consumer declares any more."""
    behind = [(each, each.queue) for each in consumers if each.queue]
    dead = {queue.name: _ensure_queue(sqs, prefix + queue.dead_letters, queue, {}) for _, queue in behind}
    queues = {
        queue.name: _ensure_queue(sqs, prefix + queue.full_name, queue, _redrive(prefix, queue))
        for _, queue in behind
    }
    rules: dict[str, dict[str, Rule]] = {ensure_bus(events, prefix): {}, UPLOADED: {}}
    for consumer, queue in behind:
        target = arn(prefix + queue.full_name)
        match consumer.source:
            case FromBus() as source:
                rules[prefix + BUS][queue.name] = Rule(source.pattern, target)
            case Upload() as source:
                rules[UPLOADED][queue.name] = Rule(source.pattern(BUCKET), target)
            case _:
                pass
    for bus, wanted in rules.items():
        _ensure_rules(events, bus, wanted)
    return Addresses(queues, dead)


def find_routing(sqs: Any, consumers: Iterable[Consumer], prefix: str = "") -> Addresses:
    """Where the queues of a running server are; one that it does not have is left out."""
    queues, dead = {}, {}
    for queue in (each.queue for each in consumers if each.queue):
        found = [_find(sqs, prefix + name) for name in (queue.full_name, queue.dead_letters)]
        if found[0] and found[1]:
            queues[queue.name], dead[queue.name] = found[0], found[1]
    return Addresses(queues, dead)


def ensure_bus(events: Any, prefix: str = "") -> str:
    """Make the bus; its name."""
    name = prefix + BUS
    try:
        events.create_event_bus(Name=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise
    return name


def arn(queue: str) -> str:
    """A queue's ARN."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"


def _redrive(prefix: str, queue: WorkQueue) -> dict[str, str]:
    policy = {"deadLetterTargetArn": arn(prefix + queue.dead_letters), "maxReceiveCount": queue.max_receives}
    return {"RedrivePolicy": json.dumps(policy), "VisibilityTimeout": str(queue.visibility_seconds)}


def _ensure_queue(sqs: Any, name: str, queue: WorkQueue, more: Mapping[str, str]) -> str:
    attributes = {"MessageRetentionPeriod": KEPT_SECONDS, **more}
    fixed = {"FifoQueue": "true"} if queue.fifo else {}
    per_group = {"DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}
    if queue.fifo:
        attributes |= per_group
    url = _find(sqs, name)
    if url is None:
        return str(sqs.create_queue(QueueName=name, Attributes=fixed | attributes)["QueueUrl"])
    sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    return url


def _find(sqs: Any, name: str) -> str | None:
    try:
        return str(sqs.get_queue_url(QueueName=name)["QueueUrl"])
    except ClientError as error:
        if "NonExistentQueue" not in error.response["Error"]["Code"]:
            raise
        return None


def _ensure_rules(events: Any, bus: str, wanted: Mapping[str, Rule]) -> None:
    for name, rule in wanted.items():
        events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps(rule.pattern))
        events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": rule.target}])
    for found in events.list_rules(EventBusName=bus)["Rules"]:
        if found["Name"] not in wanted:
            events.remove_targets(Rule=found["Name"], EventBusName=bus, Ids=["queue"])
            events.delete_rule(Name=found["Name"], EventBusName=bus)
