"""The laptop's delivery by the settings of the deployed mappings: streams by our pump, queues by our pollers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from local.consuming import Delivery
from local.events.lanes import Mapping
from local.events.pump import Pump
from local.events.queues import QueueMapping, Queues
from local.events.timetable import Timetable
from tests.emulator.account import Account
from tests.emulator.deploying import Deployment
from tests.emulator.front import invoke
from wiring.declarations import TableStream
from wiring.sources import WorkQueue

Settings = dict[str, Any]


@contextmanager
def delivering(account: Account, streams: list[Mapping], behind: list[QueueMapping]) -> Iterator[Delivery]:
    """Deliver until the block ends. Nothing is woken by time: tests call what would be."""
    pump = Pump(account.client("dynamodbstreams"), streams)
    delivery = Delivery(pump, Queues(account.client("sqs"), behind), Timetable(()), ())
    delivery.start()
    try:
        yield delivery
    finally:
        pump.stop()
        delivery.queues.stop()


def stream_mappings(account: Account, deployed: Deployment) -> list[Mapping]:
    """Every deployed mapping of a stream; one lane each, so that one set of credentials is used."""
    return [
        Mapping(consumer, _stream(deployed, made), partial(invoke, account, alias))
        for consumer, alias, made in _mappings(deployed)
        if "FilterCriteria" in made
    ]


def queue_mappings(account: Account, deployed: Deployment) -> list[QueueMapping]:
    """Every deployed mapping of a queue."""
    return [
        _behind(account, deployed, consumer, alias, made)
        for consumer, alias, made in _mappings(deployed)
        if "FilterCriteria" not in made
    ]


def _mappings(deployed: Deployment) -> Iterator[tuple[str, str, Settings]]:
    """The consumer's name in the template, its function's alias, and the settings of its mapping."""
    for each in deployed.of_type("Lambda::EventSourceMapping").values():
        made = each["Properties"]
        alias = made["FunctionName"]["Ref"]
        yield alias.partition("ConsumerLive")[0], deployed.names[alias], made


def _stream(deployed: Deployment, made: Settings) -> TableStream:
    (pattern,) = (json.loads(each["Pattern"]) for each in made["FilterCriteria"]["Filters"])
    return TableStream(
        deployed.named(
            "DynamoDB::Table", "Catalog" if "Catalog" in str(made["EventSourceArn"]) else "Orders"
        ),
        sort_key_prefix=pattern["dynamodb"]["Keys"]["SK"]["S"][0]["prefix"],
        event_names=tuple(pattern["eventName"]),
        batch_size=made["BatchSize"],
        parallelization=1,
        retries=made["MaximumRetryAttempts"],
        record_age_seconds=made["MaximumRecordAgeInSeconds"],
    )


def _behind(
    account: Account, deployed: Deployment, consumer: str, alias: str, made: Settings
) -> QueueMapping:
    id_, _ = made["EventSourceArn"]["Fn::GetAtt"]
    queue = deployed.of_type("SQS::Queue")[id_]["Properties"]
    name = queue["QueueName"]
    shape = WorkQueue(
        name.removesuffix(".fifo"),
        bool(queue.get("FifoQueue")),
        made["BatchSize"],
        queue["RedrivePolicy"]["maxReceiveCount"],
        queue["VisibilityTimeout"],
    )
    address = account.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:eu-west-1:{account.id}:{name}"
    return QueueMapping(consumer, shape, address, arn, partial(invoke, account, alias))
