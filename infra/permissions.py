"""IAM statements by exact action and resource; wildcards are those that IAM leaves no choice about, listed here.

`Table.grant` adds no statement for a customer key, which passes every check and is denied on AWS: these add it.
"""

from collections.abc import Iterable

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from infra.data import Data
from infra.grants import ENCRYPTING, grants

STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")

DECRYPT = ("kms:Decrypt",)
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

ON_ANY_RESOURCE = frozenset({
    "cloudwatch:DescribeAlarms", "dynamodb:ListStreams", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
})  # fmt: skip
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


def mutations(api_arn: str, names: Iterable[str]) -> list[iam.PolicyStatement]:
    """Call exactly these mutations of the API."""
    arns = [f"{api_arn}/types/Mutation/fields/{name}" for name in names]
    return [_allow(("appsync:GraphQL",), *arns)] if arns else []


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
