"""The one place that makes a Lambda function: role, log group, version and alias of its own, nothing shared."""

from collections.abc import Iterable, Mapping

from aws_cdk import Annotations, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.stages import StageConfig

RETENTION = {
    7: logs.RetentionDays.ONE_WEEK,
    30: logs.RetentionDays.ONE_MONTH,
    365: logs.RetentionDays.ONE_YEAR,
}
ALIAS = "live"


class ServiceFunction(Construct):
    """A function whose callers reach it by the alias `live` alone: a snapshot serves published versions only."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: StageConfig,
        code: lambda_.Code,
        handler: str,
        memory_mb: int,
        timeout_seconds: int,
        environment: Mapping[str, str],
        statements: Iterable[iam.PolicyStatement],
    ) -> None:
        super().__init__(scope, name)
        log_group = log_group_of(self, stage)
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(self.role)
        for statement in statements:
            self.role.add_to_policy(statement)
        function = lambda_.Function(
            self,
            "Function",
            code=code,
            handler=handler,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            memory_size=memory_mb,
            timeout=Duration.seconds(timeout_seconds),
            environment=dict(environment),
            role=self.role,
            log_group=log_group,
            tracing=lambda_.Tracing.ACTIVE,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if stage.snap_start else None,
            # Kept for going back; deployment deletes all but the newest two after the alias has moved.
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.RETAIN),
        )
        Annotations.of(function).acknowledge_warning(
            "@aws-cdk/aws-lambda:snapStartRequirePublish",
            "Every caller targets the alias of a published version",
        )
        self.alias = lambda_.Alias(self, "Live", alias_name=ALIAS, version=function.current_version)


def log_group_of(scope: Construct, stage: StageConfig, name: str | None = None) -> logs.LogGroup:
    """A log group with the stage's retention. Logs may go with the stack: what must stay is in the tables."""
    return logs.LogGroup(
        scope,
        "Logs",
        log_group_name=name,
        retention=RETENTION[stage.log_days],
        removal_policy=RemovalPolicy.DESTROY,
    )
