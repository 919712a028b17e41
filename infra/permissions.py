"""IAM statements by exact action and resource; wildcards are those that IAM leaves no choice about, listed here.

`Table.grant` adds no statement for a customer key, which passes every check and is denied on AWS: these add it.
"""

from collections.abc import Iterable

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from infra.data import Data
from infra.grants import ENCRYPTING, grants
from infra.stages import StageConfig
from storage.uploads import UPLOADS

STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")

RECEIVE = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
"""What a mapping does: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html."""

DECRYPT = ("kms:Decrypt",)
QUEUE_ENCRYPT = ("kms:Decrypt", "kms:GenerateDataKey")
"""A sender decrypts, too: SQS checks that the data key that it reuses is whole.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
"""
TABLE_DECRYPT = ("kms:Decrypt", "kms:DescribeKey")
"""DynamoDB uses a table's customer key by the rights of its caller, and looks at the key itself, too.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
"""
TABLE_ENCRYPT = (
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)

LOG_DELIVERY = (
    "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
)  # fmt: skip
"""What Step Functions needs to log: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html."""
TRACING = (
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)
"""What Step Functions needs to trace: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html."""

ON_ANY_RESOURCE = frozenset({"cloudwatch:DescribeAlarms", "dynamodb:ListStreams", *LOG_DELIVERY, *TRACING})
"""Actions for which IAM knows no resource; everything else names what it touches."""

PARKED_OBJECTS = "aws/lambda/*"
"""Where Lambda writes batches that failed, by mapping and moment: the one prefix that anything may write under."""


def tables(data: Data, name: str, reads: Iterable[str], writes: Iterable[str]) -> list[iam.PolicyStatement]:
    """What the function of this name does to these declared tables (infra/grants.py), and the key behind them."""
    granted = grants(name, reads, writes, data.index_names)
    statements = [
        _allow([f"dynamodb:{action}" for action in actions], _table_or_index(data, place))
        for place, actions in granted.items()
    ]
    encrypts = any(ENCRYPTING & set(actions) for actions in granted.values())
    return [*statements, through(data.key, "dynamodb", TABLE_DECRYPT + (TABLE_ENCRYPT if encrypts else ()))]


def _table_or_index(data: Data, place: str) -> str:
    table, slash, index = place.partition("/")
    return f"{data.tables[table].table_arn}{slash}{index}"


def secret(data: Data) -> list[iam.PolicyStatement]:
    """Read the server secret."""
    return [
        _allow(("secretsmanager:GetSecretValue",), data.secret.secret_arn),
        through(data.key, "secretsmanager", DECRYPT),
    ]


def payments(stage: StageConfig) -> list[iam.PolicyStatement]:
    """Read a real payment provider's secret, where the stage has one. It has AWS's own key, which asks for no more."""
    wanted = stage.payment_secret
    return [_allow(("secretsmanager:GetSecretValue",), wanted)] if wanted else []


def payment_variables(stage: StageConfig) -> dict[str, str]:
    """What tells a function which secret that is."""
    return {"PAYMENT_SECRET_ID": stage.payment_secret} if stage.payment_secret else {}


def stream(data: Data, table: str) -> list[iam.PolicyStatement]:
    """Follow one table's stream."""
    arn = data.tables[table].table_stream_arn
    if arn is None:
        raise ValueError(f"the table {table} has no stream")
    return [
        _allow(STREAM, arn),
        _allow(("dynamodb:ListStreams",), "*"),
        through(data.key, "dynamodb", DECRYPT),
    ]


def park(data: Data) -> list[iam.PolicyStatement]:
    """Put batches that failed into the bucket; Lambda chooses their names, and looks whether it is there.

    https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
    """
    return [
        _allow(("s3:PutObject",), data.parked.arn_for_objects(PARKED_OBJECTS)),
        _allow(("s3:ListBucket",), data.parked.bucket_arn),
        through(data.key, "s3", ("kms:GenerateDataKey",)),
    ]


def take_uploads(data: Data) -> list[iam.PolicyStatement]:
    """Sign forms for uploads: whoever posts one acts by the right of the function that signed it."""
    return [_allow(("s3:PutObject",), data.pictures.bucket.arn_for_objects(f"{UPLOADS}*"))]


def read_uploads(data: Data, prefix: str) -> list[iam.PolicyStatement]:
    """Read and take away what was uploaded; without the right to list, one that is gone would look forbidden.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    bucket = data.pictures.bucket
    return [
        _allow(("s3:DeleteObject", "s3:GetObject"), bucket.arn_for_objects(f"{prefix}*")),
        _allow(("s3:ListBucket",), bucket.bucket_arn),
    ]


def put_files(data: Data, prefix: str) -> list[iam.PolicyStatement]:
    """Put files into one folder of the bucket of pictures."""
    return [_allow(("s3:PutObject",), data.pictures.bucket.arn_for_objects(f"{prefix}*"))]


def mutations(api_arn: str, names: Iterable[str]) -> list[iam.PolicyStatement]:
    """Call exactly these mutations of the API."""
    arns = [f"{api_arn}/types/Mutation/fields/{name}" for name in names]
    return [_allow(("appsync:GraphQL",), *arns)] if arns else []


def put_events(bus_arn: str) -> list[iam.PolicyStatement]:
    """Put events on one bus."""
    return [_allow(("events:PutEvents",), bus_arn)]


def send(queue_arns: Iterable[str], key: kms.IKey) -> list[iam.PolicyStatement]:
    """Send to these queues."""
    return [_allow(("sqs:SendMessage",), *queue_arns), through(key, "sqs", QUEUE_ENCRYPT)]


def send_mail(arns: Iterable[str], sender: str) -> list[iam.PolicyStatement]:
    """Send mails by this identity and configuration set, in the name of this address alone."""
    return [
        iam.PolicyStatement(
            actions=["ses:SendEmail"],
            resources=list(arns),
            conditions={"StringEquals": {"ses:FromAddress": sender}},
        )
    ]


def tell(topic_arn: str, key: kms.IKey) -> list[iam.PolicyStatement]:
    """Publish to one topic; SNS encrypts by the right of who publishes.

    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    return [_allow(("sns:Publish",), topic_arn), through(key, "sns", QUEUE_ENCRYPT)]


def workflow(machine_arn: str, steps_arn: str, key: kms.IKey) -> list[iam.PolicyStatement]:
    """What a state machine does by its role: it sends its steps, encrypts its own data, is logged and traced.

    Step Functions uses the key by the role itself, through no other service, so that its uses are told by what they encrypt.
    https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
    """
    stack = Stack.of(key)
    groups = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:*"
    return [
        *send([steps_arn], key),
        _encrypting(key, QUEUE_ENCRYPT, "StringEquals", "aws:states:stateMachineArn", machine_arn),
        _encrypting(key, ("kms:GenerateDataKey",), "StringLike", "SourceArn", groups),
        _allow(LOG_DELIVERY, "*"),
        _allow(TRACING, "*"),
    ]


def ask_workflow(machine_arn: str, actions: Iterable[str]) -> list[iam.PolicyStatement]:
    """Ask these things of one state machine (`StartExecution`, `SendTaskSuccess`)."""
    return [_allow([f"states:{each}" for each in actions], machine_arn)]


def _encrypting(
    key: kms.IKey, actions: Iterable[str], like: str, context: str, told: str
) -> iam.PolicyStatement:
    """Use the key for what is told, by the context that goes along with its encryption."""
    conditions = {like: {f"kms:EncryptionContext:{context}": told}}
    return iam.PolicyStatement(actions=list(actions), resources=[key.key_arn], conditions=conditions)


def receive(queue_arn: str, key: kms.IKey) -> list[iam.PolicyStatement]:
    """Have Lambda poll one queue, which it does by the function's role."""
    return [_allow(RECEIVE, queue_arn), through(key, "sqs", DECRYPT)]


def through(key: kms.IKey, service: str, actions: Iterable[str]) -> iam.PolicyStatement:
    """Use the key by way of one service alone."""
    region = Stack.of(key).region
    return iam.PolicyStatement(
        actions=list(actions),
        resources=[key.key_arn],
        conditions={"StringEquals": {"kms:ViaService": f"{service}.{region}.amazonaws.com"}},
    )


def serves(service: str, account: str, source: str | None = None) -> iam.ServicePrincipal:
    """The service (`appsync`), working for our account, and for the one `source` (an ARN, perhaps with `*`) if given.

    Without this, a service could be talked into using a role of ours for somebody else (the confused deputy).
    https://docs.aws.amazon.com/appsync/latest/devguide/cross-service-confused-deputy-prevention.html
    https://docs.aws.amazon.com/codedeploy/latest/userguide/security_confused_deputy.html
    """
    only: dict[str, dict[str, str]] = {"StringEquals": {"aws:SourceAccount": account}}
    if source:
        only["ArnLike"] = {"aws:SourceArn": source}
    return iam.ServicePrincipal(f"{service}.amazonaws.com", conditions=only)


def _allow(actions: Iterable[str], *resources: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))
