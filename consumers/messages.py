"""Works through the messages of a queue one by one: what fails is answered, so that it alone comes again."""

import json
import logging
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from wiring.logs import log

Message = Mapping[str, Any]


def each_message(event: Mapping[str, Any], work: Callable[[Message], None]) -> dict[str, Any]:
    """Call `work` with each message; the answer that Lambda wants (`batchItemFailures`).

    In an ordered queue a failed message holds back those of its group behind it: they are answered as failed, too.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    failed: list[str] = []
    held: set[str] = set()
    for message in event["Records"]:
        group = message.get("attributes", {}).get("MessageGroupId")
        if (group is not None and group in held) or not _done(message, work):
            failed.append(message["messageId"])
            held |= {group} if group is not None else set()
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


def body_of(message: Message) -> dict[str, Any]:
    """The JSON object that a message carries: the bus's event, or what our own code sent. Raises ValueError."""
    body = json.loads(message["body"])
    if not isinstance(body, dict):
        raise ValueError("the message is no JSON object")
    return body


def _done(message: Message, work: Callable[[Message], None]) -> bool:
    try:
        work(message)
    except Exception as error:  # whatever it was, the messages beside it are not to blame
        tries = int(message.get("attributes", {}).get("ApproximateReceiveCount", "1"))
        stack = "".join(traceback.format_tb(error.__traceback__))
        log("message failed", logging.ERROR, attempt=tries, error=type(error).__name__, stack=stack)
        return False
    return True
