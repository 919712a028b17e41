"""A consumer's function: what it may do and what it is told follow from what it declares."""

from aws_cdk import aws_iam as iam
from constructs import Construct

from consumers.sending import variable
from infra import permissions, symptoms
from infra.function import ServiceFunction, Work
from infra.surroundings import Surroundings
from wiring.declarations import Consumer, Upload


def consumer_function(
    scope: Construct, consumer: Consumer, around: Surroundings, *waking: iam.PolicyStatement
) -> ServiceFunction:
    """The function; `waking` are the statements that its source needs."""
    name = consumer.name.replace("_", "-")
    statements = [*waking, *permissions.mutations(around.api.api.attr_arn, consumer.publishes)]
    tables = dict.fromkeys(consumer.reads + consumer.writes)
    if tables:
        statements += permissions.tables(around.data, name, tables, consumer.writes)
    if consumer.puts_to_bus:
        statements += permissions.put_events(around.bus.bus.attr_arn)
    if consumer.sends_to:
        arns = [around.queues.pairs[each].queue.queue_arn for each in consumer.sends_to]
        statements += permissions.send(arns, around.queues.key)
    if consumer.sends_mail:
        statements += permissions.send_mail(around.mail.arns, around.mail.sender)
    if consumer.workflow:
        statements += permissions.ask_workflow(_machine(around), consumer.workflow)
    statements += _secrets(consumer, around)
    if consumer.tells:
        topics = around.topics
        statements += permissions.tell(topics.topics[consumer.tells].topic_arn, topics.key)
    if isinstance(consumer.source, Upload):
        statements += permissions.read_uploads(around.data, consumer.source.prefix)
    if consumer.puts_under:
        statements += permissions.put_files(around.data, consumer.puts_under)
    work = Work(
        name=name,
        handler="consumers.handler.handler",
        memory_mb=consumer.memory_mb,
        timeout_seconds=consumer.timeout_seconds,
        concurrency=consumer.concurrency,
        environment=_environment(consumer, around),
        statements=statements,
        errors=symptoms.CONSUMER_ERRORS,
        carries=consumer.carries,
    )
    return ServiceFunction(scope, "Consumer", work=work, around=around)


def _secrets(consumer: Consumer, around: Surroundings) -> list[iam.PolicyStatement]:
    """Reads of the server secret and of the payment provider's, where they are declared."""
    ours = permissions.secret(around.data) if consumer.secret else []
    return [*ours, *(permissions.payments(around.stage) if consumer.payments else ())]


def _environment(consumer: Consumer, around: Surroundings) -> dict[str, str]:
    given = {"STAGE": around.stage.name, "CONSUMER": consumer.name}
    if consumer.publishes:
        given["APPSYNC_ENDPOINT"] = around.api.api.attr_graph_ql_url
    if consumer.tells:
        given["TOPIC_ARN"] = around.topics.topics[consumer.tells].topic_arn
    if isinstance(consumer.source, Upload):
        given["PICTURES_BUCKET"] = around.data.pictures.bucket.bucket_name
    if consumer.puts_to_bus:
        given["BUS_NAME"] = around.bus.bus.ref
    given |= {variable(each): around.queues.pairs[each].queue.queue_url for each in consumer.sends_to}
    if "StartExecution" in consumer.workflow:
        given["WORKFLOW_ARN"] = _machine(around)
    if consumer.reads or consumer.writes:
        given |= around.data.table_variables() | {"WORK_SHARDS": str(around.stage.work_shards)}
    if consumer.sends_mail:
        given |= {"MAIL_FROM": around.mail.sender, "MAIL_SET": around.mail.set_name}
    if consumer.secret:
        given |= {
            "CUSTOMER_ISSUER": around.data.customers.pool.user_pool_provider_url,
            "STAFF_ISSUER": around.data.staff.pool.user_pool_provider_url,
            "SECRET_ID": around.data.secret.secret_arn,
        }
    if consumer.payments:
        given |= permissions.payment_variables(around.stage)
    return given


def _machine(around: Surroundings) -> str:
    if around.workflow is None:
        raise ValueError("no queue of the workflow's steps is declared")
    return around.workflow.arn
