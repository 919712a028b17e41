"""The one place that makes a Lambda function: role, log group, version, alias and alarms of its own, nothing shared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Annotations, Duration, RemovalPolicy
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra import symptoms
from infra.log_groups import log_group_of
from infra.metrics import expression, metric, of_function
from infra.stages import Provisioned
from infra.surroundings import Surroundings

ALIAS = "live"
ENOUGH_CALLS = 20
"""Below so many calls a minute a share of errors says nothing."""
ENOUGH_RELEASED = 5
"""The same of a version that takes a tenth of the calls."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a function is for: who `name`s it in alarms, what runs, its bounds, what it is told and may do.

    `carries` is the layer of its own that it has (infra/packages.py).
    """

    name: str
    handler: str
    memory_mb: int
    timeout_seconds: int
    concurrency: int
    environment: Mapping[str, str]
    statements: Sequence[iam.PolicyStatement]
    errors: symptoms.Symptom
    carries: str = ""


class ServiceFunction(Construct):
    """A function whose callers reach it by the alias `live` alone: a snapshot serves published versions only."""

    def __init__(self, scope: Construct, name: str, *, work: Work, around: Surroundings) -> None:
        super().__init__(scope, name)
        stage, self.work = around.stage, work
        log_group = log_group_of(self, stage)
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(self.role)
        for statement in work.statements:
            self.role.add_to_policy(statement)
        provisioned = stage.provisioned.get(work.name)
        self.function = self._function(around, log_group, snap_start=provisioned is None)
        self.alias = lambda_.Alias(
            self,
            "Live",
            alias_name=ALIAS,
            version=self.function.current_version,
            provisioned_concurrent_executions=provisioned.least if provisioned else None,
        )
        if provisioned:
            scale(self.alias, provisioned)
        self._errors(around)
        self._bounds(around)
        if around.release.by_degrees:
            around.release.shift(
                self, self.alias, [self._new_versions_errors(around), *around.release.alarms]
            )

    def _function(
        self, around: Surroundings, log_group: logs.LogGroup, *, snap_start: bool
    ) -> lambda_.Function:
        stage, work = around.stage, self.work
        function = lambda_.Function(
            self,
            "Function",
            code=around.code,
            layers=[around.layer, *([around.carried[work.carries]] if work.carries else [])],
            handler=work.handler,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            memory_size=work.memory_mb,
            timeout=Duration.seconds(work.timeout_seconds),
            environment=dict(work.environment),
            role=self.role,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            # Without Lambda's line for each call, which costs more than ours; errors of starting still show.
            system_log_level_v2=lambda_.SystemLogLevel.INFO
            if stage.platform_logs
            else lambda_.SystemLogLevel.WARN,
            tracing=lambda_.Tracing.ACTIVE,
            reserved_concurrent_executions=work.concurrency if stage.reserve_concurrency else None,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if snap_start else None,
            # Kept for going back; deployment deletes all but the newest two after the alias has moved.
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.RETAIN),
        )
        Annotations.of(function).acknowledge_warning(
            "@aws-cdk/aws-lambda:snapStartRequirePublish",
            "Every caller targets the alias of a published version",
        )
        return function

    def _new_versions_errors(self, around: Surroundings) -> cloudwatch.Alarm:
        """Errors among the calls that the alias gives to the version being released."""
        symptom, version = symptoms.RELEASE_ERRORS, self.function.current_version.version
        taken = {
            "FunctionName": self.function.function_name,
            "Resource": f"{self.function.function_name}:{ALIAS}",
            "ExecutedVersion": version,
        }
        share = expression(
            f"IF(calls >= {ENOUGH_RELEASED}, 100 * errors / calls, 0)",
            {
                "errors": metric("AWS/Lambda", "Errors", taken, minutes=symptom.minutes),
                "calls": metric("AWS/Lambda", "Invocations", taken, minutes=symptom.minutes),
            },
            minutes=symptom.minutes,
        )
        return around.operators.alarm(self, symptom, share, of=self.work.name)

    def _errors(self, around: Surroundings) -> cloudwatch.Alarm:
        symptom = self.work.errors
        errors = of_function(self.function, "Errors", minutes=symptom.minutes)
        if symptom is symptoms.CONSUMER_ERRORS:
            return around.operators.alarm(self, symptom, errors, of=self.work.name)
        share = expression(
            f"IF(calls >= {ENOUGH_CALLS}, 100 * errors / calls, 0)",
            {"errors": errors, "calls": of_function(self.function, "Invocations", minutes=symptom.minutes)},
            minutes=symptom.minutes,
        )
        return around.operators.alarm(self, symptom, share, of=self.work.name)

    def _bounds(self, around: Surroundings) -> None:
        """It is turned away, or about to run out of time."""
        throttled, slow = symptoms.THROTTLED, symptoms.NEAR_TIMEOUT
        throttles = of_function(self.function, "Throttles", minutes=throttled.minutes)
        around.operators.alarm(self, throttled, throttles, of=self.work.name)
        took = of_function(self.function, "Duration", statistic="p99", minutes=slow.minutes)
        bound = slow.at(slow.threshold * self.work.timeout_seconds * 1000)
        around.operators.alarm(self, bound, took, of=self.work.name)


def scale(alias: lambda_.Alias, provisioned: Provisioned) -> None:
    """Keep copies warm: as many as are in use and some, and never fewer than the hour wants."""
    target = alias.add_auto_scaling(min_capacity=provisioned.least, max_capacity=provisioned.most)
    target.scale_on_utilization(utilization_target=provisioned.utilization)
    for hours in provisioned.schedule:
        target.scale_on_schedule(
            hours.name,
            schedule=scaling.Schedule.expression(f"cron({hours.cron})"),
            min_capacity=hours.least,
            max_capacity=provisioned.most,
        )
