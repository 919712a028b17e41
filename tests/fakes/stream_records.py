"""Stream records as Lambda hands them to a consumer. Source: "Using Lambda with DynamoDB", example event."""

from typing import Any

from .attribute_values import Item, copied_item
from .capacity import item_size
from .key_rules import KEYS

StreamRecord = dict[str, Any]

REGION, ACCOUNT = "eu-west-1", "000000000000"


def stream_record(
    table: str, position: int, at: float, old: Item | None, new: Item | None, *, by_service: bool = False
) -> StreamRecord:
    """The record of one change, both images. `at` in seconds since 1970; `by_service` marks a deletion by TTL."""
    image = new or old or {}
    images = {
        name: copied_item(each) for name, each in (("NewImage", new), ("OldImage", old)) if each is not None
    }
    keys = {name: image[name] for name in KEYS}
    record: StreamRecord = {
        "eventID": f"{table}-{position + 1:021}",
        "eventName": "REMOVE" if new is None else "INSERT" if old is None else "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "dynamodb": {
            "ApproximateCreationDateTime": int(at),
            "Keys": copied_item(keys),
            **images,
            "SequenceNumber": f"{position + 1:021}",
            "SizeBytes": item_size(keys) + sum(item_size(each) for each in images.values()),
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}/stream/2026-01-01T00:00:00.000",
    }
    if by_service:
        record["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    return record
