"""What consumers tell people of the shop by: a topic each, encrypted, with the operators' mailboxes to begin with.

Whoever else is to be told subscribes to the topic that the stack's outputs name (docs/stock.md).
"""

from collections.abc import Iterable

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.stages import StageConfig
from wiring.declarations import Consumer


class Topics(Construct):
    """Every topic that a consumer declares (`tells`), by its name; the key is there when one is."""

    def __init__(
        self, scope: Construct, name: str, *, stage: StageConfig, consumers: Iterable[Consumer]
    ) -> None:
        super().__init__(scope, name)
        self.topics: dict[str, sns.Topic] = {}
        told = sorted({each.tells for each in consumers if each.tells})
        if not told:
            return
        self.key = kms.Key(
            self,
            "Key",
            description=f"Orderbell {stage.name}: what people of the shop are told",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.DESTROY,  # messages are passed on, none is kept
        )
        for each in told:
            self.topics[each] = self._topic(each, stage)

    def _topic(self, name: str, stage: StageConfig) -> sns.Topic:
        construct = "".join(part.capitalize() for part in name.split("-"))
        topic = sns.Topic(self, construct, master_key=self.key, enforce_ssl=True)
        for address in stage.operators:
            topic.add_subscription(subscriptions.EmailSubscription(address))
        CfnOutput(Stack.of(self), f"{construct}Topic", value=topic.topic_arn)
        return topic
