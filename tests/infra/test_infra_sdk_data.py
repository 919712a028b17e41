"""The trimmed SDK data sends and understands what the whole does, for every operation in use."""

import ast
import json
import subprocess
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from infra import packages
from infra.packages import Package
from infra.sdk_data import OPERATIONS, trim_model

REGIONS = ["eu-west-1", "us-east-1", "cn-north-1", "us-gov-west-1", "ap-southeast-5"]
KEY = {"PK": {"S": "p"}, "SK": {"S": "s"}}
ITEM = {**KEY, "n": {"N": "1"}, "l": {"L": [{"BOOL": True}]}, "b": {"B": "eA=="}}

ARGUMENTS: dict[str, dict[str, Any]] = {
    "GetItem": {"TableName": "t", "Key": KEY, "ConsistentRead": True},
    "BatchGetItem": {"RequestItems": {"t": {"Keys": [KEY], "ConsistentRead": True}}},
    "Query": {
        "TableName": "t",
        "IndexName": "by-x",
        "KeyConditionExpression": "PK = :p",
        "ExpressionAttributeValues": {":p": {"S": "p"}},
        "Limit": 3,
        "ScanIndexForward": False,
        "ExclusiveStartKey": KEY,
    },
    "TransactWriteItems": {
        "TransactItems": [
            {"Put": {"TableName": "t", "Item": KEY, "ConditionExpression": "attribute_not_exists(PK)"}},
            {"Delete": {"TableName": "t", "Key": KEY}},
        ],
        "ClientRequestToken": "token",
    },
    "UpdateItem": {
        "TableName": "t",
        "Key": KEY,
        "UpdateExpression": "SET n = :n",
        "ExpressionAttributeValues": {":n": {"N": "1"}},
        "ReturnValues": "ALL_NEW",
    },
    "GetSecretValue": {"SecretId": "s"},
    "SendEmail": {
        "FromEmailAddress": "Shop <a@example.com>",
        "Destination": {"ToAddresses": ["b@example.com"]},
        "Content": {
            "Simple": {
                "Subject": {"Data": "s", "Charset": "UTF-8"},
                "Body": {"Text": {"Data": "t"}, "Html": {"Data": "<p>t</p>"}},
            }
        },
        "ConfigurationSetName": "c",
    },
    "CreateBucket": {"Bucket": "b", "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}},
    "Publish": {"TopicArn": "arn:aws:sns:eu-west-1:111111111111:t", "Subject": "s", "Message": "m"},
    "GetObject": {"Bucket": "b", "Key": "uploads/p/1", "Range": "bytes=0-9"},
    "DeleteObject": {"Bucket": "b", "Key": "uploads/p/1", "IfMatch": '"e"'},
    "PutObject": {
        "Bucket": "b",
        "Key": "pictures/p/1.webp",
        "Body": "x",
        "ContentType": "image/webp",
        "CacheControl": "immutable",
    },
    "PutEvents": {"Entries": [{"EventBusName": "b", "Source": "s", "DetailType": "d", "Detail": "{}"}]},
    "SendMessage": {
        "QueueUrl": "https://sqs.eu-west-1.amazonaws.com/111111111111/q.fifo",
        "MessageBody": "{}",
        "MessageGroupId": "g",
        "MessageDeduplicationId": "d",
    },
    "StartExecution": {"stateMachineArn": "arn:m", "name": "ord_a", "input": "{}"},
    "SendTaskSuccess": {"taskToken": "t", "output": "{}"},
    "SendTaskFailure": {"taskToken": "t", "error": "Retryable", "cause": "c"},
}
ANSWERS: dict[str, dict[str, Any]] = {
    "GetItem": {"Item": ITEM},
    "BatchGetItem": {"Responses": {"t": [ITEM]}, "UnprocessedKeys": {"t": {"Keys": [KEY]}}},
    "Query": {"Items": [ITEM], "Count": 1, "ScannedCount": 1, "LastEvaluatedKey": KEY},
    "TransactWriteItems": {"ConsumedCapacity": [{"TableName": "t", "CapacityUnits": 2.0}]},
    "UpdateItem": {"Attributes": ITEM},
    "SendEmail": {"MessageId": "m"},
    "PutEvents": {"FailedEntryCount": 1, "Entries": [{"EventId": "e"}, {"ErrorCode": "InternalFailure"}]},
    "SendMessage": {"MessageId": "m", "MD5OfMessageBody": "99914b932bd37a50b983c5e7c90ae93b"},
    "CreateBucket": {},
    "GetObject": {"a": "file"},
    "Publish": {},
    "DeleteObject": {},
    "PutObject": {},
    "StartExecution": {"executionArn": "arn:e", "startDate": 1523477145.7},
    "SendTaskSuccess": {},
    "SendTaskFailure": {},
    "GetSecretValue": {"ARN": "a", "Name": "n", "SecretString": "s", "CreatedDate": 1523477145.7},
}
CANCELLED = {
    "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    "Message": "cancelled",
    "CancellationReasons": [
        {"Code": "ConditionalCheckFailed", "Item": ITEM, "Message": "failed"},
        {"Code": "None"},
    ],
}


TEXTS = {
    "Publish": "<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>",
    "CreateBucket": "",
    "DeleteObject": "",
    "PutObject": "",
}
"""What S3 and SNS answer is no JSON."""
BY_NAME = {"generate_presigned_post": "CreateBucket"}
"""What the SDK works out by an operation that it never calls."""


def case(service: str, operation: str, answer: dict[str, Any], status: int = 200) -> dict[str, Any]:
    return {
        "service": service,
        "method": xform_name(operation),
        "arguments": ARGUMENTS[operation],
        "text": TEXTS.get(operation, json.dumps(answer)),
        "status": status,
        "regions": REGIONS if status == 200 else REGIONS[:1],
    }


CASES = [case(service, name, ANSWERS[name]) for service, names in OPERATIONS.items() for name in names]
CASES.append(case("dynamodb", "TransactWriteItems", CANCELLED, status=400))
CASES.append(case("dynamodb", "GetItem", {"__type": "x#ProvisionedThroughputExceededException"}, status=400))
CASES.append(case("sesv2", "SendEmail", {"__type": "MessageRejected"}, status=400))
CASES.append(case("stepfunctions", "StartExecution", {"__type": "ExecutionAlreadyExists"}, status=400))
CASES.append(case("stepfunctions", "SendTaskSuccess", {"__type": "TaskTimedOut"}, status=400))
CASES.append(case("secretsmanager", "GetSecretValue", {"__type": "ResourceNotFoundException"}, status=400))


def probe(python: Path, folder: Path) -> list[dict[str, Any]]:
    command = [str(python), "-B", "-S", "-I", str(Path(__file__).with_name("sdk_probe.py"))]
    found = subprocess.run(
        [*command, str(folder), json.dumps(CASES)], stdout=subprocess.PIPE, text=True, check=True
    )
    results: list[dict[str, Any]] = json.loads(found.stdout)
    return results


@pytest.fixture(scope="module")
def results(package: Package) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    trimmed = probe(package.interpreter, package.layer / "python")
    return list(zip(trimmed, probe(package.interpreter, packages.dependencies()), strict=True))


def test_what_is_sent_is_the_same(results: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    assert [trimmed["sent"] for trimmed, _ in results] == [whole["sent"] for _, whole in results]
    assert all(trimmed["sent"]["url"].startswith("https://") for trimmed, _ in results)


def test_what_is_understood_is_the_same(results: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    assert [trimmed["understood"] for trimmed, _ in results] == [whole["understood"] for _, whole in results]


def test_errors_keep_their_class_and_reasons(results: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    errors = [trimmed["understood"] for trimmed, _ in results if "class" in trimmed["understood"]]

    assert [error["class"] for error in errors] == [
        "TransactionCanceledException",
        "ProvisionedThroughputExceededException",
        "MessageRejected",
        "ExecutionAlreadyExists",
        "TaskTimedOut",
        "ResourceNotFoundException",
    ]
    assert errors[0]["CancellationReasons"][0]["Item"]["n"] == {"N": "1"}


def test_the_operations_are_those_that_the_sources_call() -> None:
    session = botocore.session.get_session()
    methods = {
        xform_name(name): name
        for service in OPERATIONS
        for name in session.get_service_model(service).operation_names
    } | BY_NAME
    called = {
        methods[node.attr]
        for name, path in packages.sources()
        if name.endswith(".py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in methods and names_a_client(node.value)
    }

    assert called == {name for names in OPERATIONS.values() for name in names}


def names_a_client(node: ast.expr) -> bool:
    return getattr(node, "attr", getattr(node, "id", "")) == "client"


def test_a_member_named_documentation_stays() -> None:
    model = {
        "operations": {"Get": {"input": {"shape": "In"}, "documentation": "words"}, "Put": {}},
        "shapes": {"In": {"members": {"documentation": {"shape": "Text"}}}, "Text": {}, "Unused": {}},
    }

    trimmed = trim_model(model, ("Get",))

    assert trimmed["operations"] == {"Get": {"input": {"shape": "In"}}}
    assert trimmed["shapes"] == {"In": {"members": {"documentation": {"shape": "Text"}}}, "Text": {}}
