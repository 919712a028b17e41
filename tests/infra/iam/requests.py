"""From a call of the SDK to what IAM is asked: one request for each thing that the call touches.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Callable, Iterator, Mapping
from email.utils import parseaddr
from typing import Any

from graphql import FieldNode, OperationDefinitionNode, parse

from tests.infra.iam.deployed import ARNS, OURS, UnknownValueError
from tests.infra.iam.policies import Request

Parameters = Mapping[str, Any]

WRITES = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
"""The members of a transaction are allowed one by one."""


def requests_of(service: str, operation: str, given: Parameters) -> list[Request]:
    """What a call asks IAM for. Raises UnknownValueError for a call that nobody has mapped yet."""
    found = MAPPED.get((service, operation))
    if found is None:
        raise UnknownValueError(f"map {service}:{operation} in tests/infra/iam/requests.py")
    return [Request(*each) for each in found(operation, given)]


def graphql(api: str, body: Parameters) -> list[Request]:
    """AppSync asks for each root field; `api` is the API's id."""
    (operation,) = (
        each for each in parse(body["query"]).definitions if isinstance(each, OperationDefinitionNode)
    )
    root = operation.operation.value.capitalize()
    on = ARNS["AppSync::GraphQLApi"].format(name=api)
    return [
        Request("appsync:GraphQL", f"{on}/types/{root}/fields/{each.name.value}")
        for each in operation.selection_set.selections
        if isinstance(each, FieldNode)
    ]


Asked = Iterator[tuple[str, str] | tuple[str, str, Mapping[str, str]]]
Map = Callable[[str, Parameters], Asked]


def _table(name: str) -> str:
    return name if name.startswith("arn:") else ARNS["DynamoDB::Table"].format(name=name)


def _on_item(operation: str, given: Parameters) -> Asked:
    yield f"dynamodb:{operation}", _table(given["TableName"])


def _on_index(operation: str, given: Parameters) -> Asked:
    index = given.get("IndexName")
    yield f"dynamodb:{operation}", _table(given["TableName"]) + (f"/index/{index}" if index else "")


def _on_batch(operation: str, given: Parameters) -> Asked:
    for name in given["RequestItems"]:
        yield f"dynamodb:{operation}", _table(name)


def _in_transaction(_operation: str, given: Parameters) -> Asked:
    for item in given["TransactItems"]:
        ((kind, write),) = item.items()
        yield f"dynamodb:{WRITES.get(kind, 'GetItem')}", _table(write["TableName"])


def _secret(operation: str, given: Parameters) -> Asked:
    yield f"secretsmanager:{operation}", given["SecretId"]


def _queue(operation: str, given: Parameters) -> Asked:
    action = operation.removesuffix("Batch")
    yield f"sqs:{action}", ARNS["SQS::Queue"].format(name=given["QueueUrl"].rpartition("/")[2])


def _topic(operation: str, given: Parameters) -> Asked:
    yield f"sns:{operation.removesuffix('Batch')}", given["TopicArn"]


def _object(operation: str, given: Parameters) -> Asked:
    action = {"HeadObject": "GetObject", "CopyObject": "PutObject"}.get(operation, operation)
    yield f"s3:{action}", f"{ARNS['S3::Bucket'].format(name=given['Bucket'])}/{given['Key']}"


def _bucket(_operation: str, given: Parameters) -> Asked:
    yield "s3:ListBucket", ARNS["S3::Bucket"].format(name=given["Bucket"])


def _signing(_operation: str, _given: Parameters) -> Asked:
    """A form is signed without asking anybody; the SDK finds the bucket's address by way of CreateBucket."""
    yield from ()


def _events(_operation: str, given: Parameters) -> Asked:
    for entry in given["Entries"]:
        bus = entry.get("EventBusName", "default")
        yield "events:PutEvents", bus if bus.startswith("arn:") else f"arn:aws:events:{OURS}:event-bus/{bus}"


def _machine(operation: str, given: Parameters) -> Asked:
    yield f"states:{operation}", given["stateMachineArn"]


def _task(operation: str, given: Parameters) -> Asked:
    """IAM asks for the machine of a task; the exercise's tokens say it."""
    yield f"states:{operation}", given["taskToken"].partition("#")[0]


def _mail(operation: str, given: Parameters) -> Asked:
    """Asked for the identity and for the configuration set; the address comes without its name."""
    _, sender = parseaddr(given["FromEmailAddress"])
    for touched in (f"identity/{sender}", f"configuration-set/{given['ConfigurationSetName']}"):
        yield f"ses:{operation}", f"arn:aws:ses:{OURS}:{touched}", {"ses:FromAddress": sender}


MAPPED: dict[tuple[str, str], Map] = {
    **{
        ("dynamodb", name): _on_item
        for name in ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "DescribeTable")
    },
    **{("dynamodb", name): _on_index for name in ("Query", "Scan")},
    **{("dynamodb", name): _on_batch for name in ("BatchGetItem", "BatchWriteItem")},
    **{("dynamodb", name): _in_transaction for name in ("TransactWriteItems", "TransactGetItems")},
    ("secretsmanager", "GetSecretValue"): _secret,
    **{
        ("sqs", name): _queue
        for name in ("SendMessage", "SendMessageBatch", "DeleteMessage", "DeleteMessageBatch")
    },
    **{("sns", name): _topic for name in ("Publish", "PublishBatch")},
    **{
        ("s3", name): _object
        for name in ("GetObject", "HeadObject", "PutObject", "DeleteObject", "CopyObject")
    },
    ("s3", "CreateBucket"): _signing,
    ("s3", "ListObjectsV2"): _bucket,
    ("events", "PutEvents"): _events,
    ("stepfunctions", "StartExecution"): _machine,
    **{("stepfunctions", name): _task for name in ("SendTaskSuccess", "SendTaskFailure")},
    ("sesv2", "SendEmail"): _mail,
}
