"""A consumer's function: what it may do and what it is told follow from what it declares."""

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra import permissions, symptoms
from infra.function import ServiceFunction, Work
from infra.surroundings import Surroundings
from wiring.declarations import Consumer


def consumer_function(
    scope: Construct, consumer: Consumer, around: Surroundings, *waking: iam.PolicyStatement
) -> ServiceFunction:
    """The function; `waking` are the statements that its source needs."""
    name = consumer.name.replace("_", "-")
    statements = [*waking, *permissions.mutations(around.api.api.attr_arn, consumer.publishes)]
    if consumer.writes:
        statements += permissions.tables(around.data, name, consumer.writes, consumer.writes)
    work = Work(
        name=name,
        handler="consumers.handler.handler",
        memory_mb=consumer.memory_mb,
        timeout_seconds=consumer.timeout_seconds,
        concurrency=consumer.concurrency,
        environment=_environment(consumer, around),
        statements=statements,
        errors=symptoms.CONSUMER_ERRORS,
    )
    return ServiceFunction(scope, "Consumer", work=work, around=around)


def _environment(consumer: Consumer, around: Surroundings) -> dict[str, str]:
    given = {"STAGE": around.stage.name, "CONSUMER": consumer.name}
    if consumer.publishes:
        given["APPSYNC_ENDPOINT"] = around.api.api.attr_graph_ql_url
    if consumer.writes:
        given |= around.data.table_variables() | {"WORK_SHARDS": str(around.stage.work_shards)}
    return given
