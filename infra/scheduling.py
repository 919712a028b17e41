"""A consumer that time wakes: a rule of EventBridge that calls its alias."""

from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import symptoms
from infra.consuming import consumer_function
from infra.function import ALIAS
from infra.metrics import of_function
from infra.surroundings import Surroundings
from wiring.declarations import Consumer, Schedule

PATIENCE_SECONDS = 60  # the least that both services take


class Scheduling(Construct):
    """One consumer. A run that fails is not repeated: the next one is the repetition, and none is told to operators."""

    def __init__(
        self, scope: Construct, name: str, *, consumer: Consumer, source: Schedule, around: Surroundings
    ) -> None:
        super().__init__(scope, name)
        self.function = consumer_function(self, consumer, around)
        alias = self.function.alias
        lambda_.CfnEventInvokeConfig(
            self,
            "Once",
            function_name=alias.lambda_.function_name,
            qualifier=ALIAS,
            maximum_retry_attempts=0,
            maximum_event_age_in_seconds=PATIENCE_SECONDS,
        ).node.add_dependency(alias)
        rule = events.CfnRule(
            self,
            "Rule",
            description=f"Wakes {consumer.name}",
            schedule_expression=rate(source),
            targets=[
                events.CfnRule.TargetProperty(
                    id="Consumer",
                    arn=alias.function_arn,
                    retry_policy=events.CfnRule.RetryPolicyProperty(
                        maximum_retry_attempts=0, maximum_event_age_in_seconds=PATIENCE_SECONDS
                    ),
                )
            ],
        )
        lambda_.CfnPermission(
            self,
            "ByTheRule",
            action="lambda:InvokeFunction",
            function_name=alias.function_arn,
            principal="events.amazonaws.com",
            source_arn=rule.attr_arn,
        )
        runs = of_function(
            self.function.function, "Invocations", minutes=max(symptoms.SILENT.minutes, source.every_minutes)
        )
        around.operators.alarm(self, symptoms.SILENT, runs, of=self.function.work.name)


def rate(source: Schedule) -> str:
    """`rate(1 minute)`, `rate(5 minutes)`: EventBridge minds the grammar."""
    return f"rate({source.every_minutes} minute{'' if source.every_minutes == 1 else 's'})"
