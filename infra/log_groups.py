"""Log groups with a retention: one that Lambda or AppSync makes by itself keeps its lines, and their cost, for ever."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.stages import StageConfig

RETENTION = {
    7: logs.RetentionDays.ONE_WEEK,
    30: logs.RetentionDays.ONE_MONTH,
    365: logs.RetentionDays.ONE_YEAR,
}


def log_group_of(scope: Construct, stage: StageConfig, name: str | None = None) -> logs.LogGroup:
    """A log group with the stage's retention. Logs may go with the stack: what must stay is in the tables."""
    return logs.LogGroup(
        scope,
        "Logs",
        log_group_name=name,
        retention=RETENTION[stage.log_days],
        removal_policy=RemovalPolicy.DESTROY,
    )
