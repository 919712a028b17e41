"""Tells people of the shop something, by a topic that they have subscribed to."""

from collections.abc import Callable, Mapping

import boto3
from botocore.config import Config

from domain.values import value

CONFIG = Config(retries={"total_max_attempts": 3, "mode": "standard"}, connect_timeout=0.5, read_timeout=3)


@value
class Teller:
    """One topic. `tell` takes a subject (ASCII, 100 characters at most) and a text, and raises what boto3 raises."""

    tell: Callable[[str, str], None]

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> "Teller":
        """The teller of a function's environment (`TOPIC_ARN`)."""
        client = boto3.client("sns", region_name=environment.get("AWS_REGION", "eu-west-1"), config=CONFIG)
        topic = environment["TOPIC_ARN"]

        def tell(subject: str, text: str) -> None:
            client.publish(TopicArn=topic, Subject=subject, Message=text)

        return cls(tell)
