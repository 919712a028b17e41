"""IAM statements by exact action and resource; wildcards are those that IAM leaves no choice about, listed here.

`Table.grant` adds no statement for a customer key, which passes every check and is denied on AWS: these add it.
"""

from collections.abc import Iterable

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from infra.data import Data

READS = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")
WRITES = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem")
STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")

DECRYPT = ("kms:Decrypt", "kms:DescribeKey")
ENCRYPT = (
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


def tables(data: Data, reads: Iterable[str], writes: Iterable[str]) -> list[iam.PolicyStatement]:
    """Read and write these tables by their declared names; their indexes are queried and nothing else."""
    reads, writes = list(reads), list(writes)
    statements = [
        _allow(READS, *(data.tables[name].table_arn for name in reads)),
        _allow(("dynamodb:Query",), *(arn for name in reads for arn in _indexes(data, name))),
    ]
    if writes:
        statements.append(_allow(WRITES, *(data.tables[name].table_arn for name in writes)))
    return [*statements, through(data.key, "dynamodb", DECRYPT + (ENCRYPT if writes else ()))]


def _indexes(data: Data, name: str) -> list[str]:
    return [f"{data.tables[name].table_arn}/index/{index}" for index in data.index_names[name]]


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


def _allow(actions: Iterable[str], *resources: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))
