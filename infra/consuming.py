"""A consumer's function: what it may do and what it is told follow from what it declares."""

from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import permissions
from infra.api import Api
from infra.data import Data
from infra.function import ServiceFunction
from infra.stages import StageConfig
from wiring.declarations import Consumer


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every consumer of a stage stands in."""

    stage: StageConfig
    data: Data
    api: Api
    code: lambda_.Code


def consumer_function(
    scope: Construct, consumer: Consumer, around: Surroundings, *waking: iam.PolicyStatement
) -> ServiceFunction:
    """The function; `waking` are the statements that its source needs."""
    statements = [*waking, *permissions.mutations(around.api.api.attr_arn, consumer.publishes)]
    if consumer.writes:
        statements += permissions.tables(around.data, consumer.writes, consumer.writes)
    return ServiceFunction(
        scope,
        "Consumer",
        stage=around.stage,
        code=around.code,
        handler="consumers.handler.handler",
        memory_mb=consumer.memory_mb,
        timeout_seconds=consumer.timeout_seconds,
        environment=_environment(consumer, around),
        statements=statements,
    )


def _environment(consumer: Consumer, around: Surroundings) -> dict[str, str]:
    given = {"STAGE": around.stage.name, "CONSUMER": consumer.name}
    if consumer.publishes:
        given["APPSYNC_ENDPOINT"] = around.api.api.attr_graph_ql_url
    if consumer.writes:
        given |= around.data.table_variables() | {"WORK_SHARDS": str(around.stage.work_shards)}
    return given
