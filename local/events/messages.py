"""Queue messages as values: from SQS's API to the shape that Lambda hands to a function, and what its answer means."""

from collections.abc import Iterable, Mapping
from typing import Any

Received = Mapping[str, Any]


def as_event(messages: Iterable[Received], queue_arn: str) -> dict[str, Any]:
    """The event of a batch, as https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html shows it."""
    return {"Records": [_record(message, queue_arn) for message in messages]}


def failed_of(answer: object, identifiers: Iterable[str]) -> frozenset[str]:
    """Which messages an answer says have failed: those it names, none where it names none.

    An answer of another shape, or one that names no message of the batch, fails them all.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    batch = frozenset(identifiers)
    if answer is None:
        return frozenset()
    failures = answer.get("batchItemFailures") if isinstance(answer, Mapping) else [answer]
    if failures is None:
        return frozenset()
    if not isinstance(failures, list):
        return batch
    named = {each.get("itemIdentifier") if isinstance(each, Mapping) else None for each in failures}
    return frozenset(str(each) for each in named) if named <= batch else batch


def _record(message: Received, queue_arn: str) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "md5OfBody": message["MD5OfBody"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {
            name: {"stringValue": each.get("StringValue"), "dataType": each["DataType"]}
            for name, each in message.get("MessageAttributes", {}).items()
        },
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": queue_arn.split(":")[3],
    }
