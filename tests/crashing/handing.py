"""What consumers are handed: messages of queues, and records of streams that pass their filters."""

import json

from consumers.app import load
from tests.crashing.tools import Event
from tests.crashing.world import World
from tests.shopkeeping import (
    fake,
)
from wiring.declarations import TableStream


def queued(*bodies: object, group: str = "") -> Event:
    """Messages as SQS hands them on."""
    attributes = {"ApproximateReceiveCount": "1"} | ({"MessageGroupId": group} if group else {})
    return {
        "Records": [
            {"messageId": f"m{number}", "body": json.dumps(body), "attributes": attributes}
            for number, body in enumerate(bodies)
        ]
    }


def told(order_id: str) -> Event:
    """That something happened to an order, as the bus has it."""
    return queued({"detail": {"orderId": order_id}})


def stream(world: World, consumer: str) -> Event:
    """The records that pass a consumer's filter."""
    source = load(consumer).source
    assert isinstance(source, TableStream)
    found = [
        each
        for each in fake(world.store).stream(source.table)
        if each["eventName"] in source.event_names
        and each["dynamodb"]["Keys"]["SK"]["S"].startswith(source.sort_key_prefix)
    ]
    return {"Records": found}
