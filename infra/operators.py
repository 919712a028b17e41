"""Who is told of trouble: one encrypted topic, and policies by which CloudWatch and Budgets really reach it.

CDK's alarm action adds neither statement, and with `enforce_ssl` the topic's policy holds a denial alone: alarms then
look healthy and never arrive (aws-cdk issue 11121). Both are written here, and a test walks alarm, topic and key.
"""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.stages import StageConfig
from infra.symptoms import Symptom

SENDERS = ("cloudwatch", "budgets")


class Operators(Construct):
    """The topic, its key, the mailboxes that the stage names, and the alarms that end here."""

    def __init__(self, scope: Construct, name: str, *, stage: StageConfig) -> None:
        super().__init__(scope, name)
        self.stage = stage
        self.key = kms.Key(
            self,
            "Key",
            description=f"Orderbell {stage.name}: what operators are told",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.DESTROY,  # messages are passed on, none is kept
        )
        self.topic = sns.Topic(self, "Topic", master_key=self.key, enforce_ssl=True)
        for sender in SENDERS:
            self._admit(sender)
        for address in stage.operators:
            self.topic.add_subscription(subscriptions.EmailSubscription(address))

    def alarm(
        self, scope: Construct, symptom: Symptom, metric: cloudwatch.IMetric, *, of: str
    ) -> cloudwatch.Alarm:
        """An alarm on a metric, named by its symptom and what has it; operators are told when it starts and ends."""
        made = cloudwatch.Alarm(
            scope,
            f"{symptom.construct}Alarm",
            alarm_name=f"orderbell-{self.stage.name}-{symptom.name}-{of}",
            alarm_description=f"{symptom.says} What to do: docs/runbooks/{symptom.name}.md",
            metric=metric,
            threshold=symptom.threshold,
            comparison_operator=symptom.comparison,
            evaluation_periods=symptom.periods,
            datapoints_to_alarm=symptom.of_them,
            treat_missing_data=symptom.missing,
        )
        action = actions.SnsAction(self.topic)  # type: ignore[no-untyped-call, unused-ignore]
        made.add_alarm_action(action)
        made.add_ok_action(action)
        return made

    def _admit(self, sender: str) -> None:
        principal = iam.ServicePrincipal(f"{sender}.amazonaws.com")
        ours = {"StringEquals": {"aws:SourceAccount": Stack.of(self).account}}
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid=f"{sender.capitalize()}Publishes",
                actions=["sns:Publish"],
                principals=[principal],
                resources=[self.topic.topic_arn],
                conditions=ours,
            )
        )
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid=f"{sender.capitalize()}Encrypts",
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                principals=[principal],
                resources=["*"],  # a key policy's own key
                conditions=ours,
            )
        )
