"""One day of the shop for the whole folder: every function of the dev stage, over the embedded AWS, listened to."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
import urllib3
from templates import Stacks

import consumers.sweep
from consumers.settle_money import Till
from local.aws.engine import Engine
from tests.infra.iam import exercise
from tests.infra.iam.acting import Stage
from tests.infra.iam.deployed import Deployed, Place
from tests.infra.iam.recording import Recorder

TABLE = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")
"""What CreateTable takes as the template says it."""


@pytest.fixture(scope="session")
def stages(synthesized: dict[str, Stacks], exemplary: Stacks) -> dict[str, Deployed]:
    """Every stage as deployed, and the one with examples of every source."""
    return {name: Deployed(stacks) for name, stacks in (synthesized | {"examples": exemplary}).items()}


@pytest.fixture(params=["dev", "prod"])
def deployed(request: pytest.FixtureRequest, stages: dict[str, Deployed]) -> Deployed:
    """Each stage in turn."""
    return stages[request.param]


@pytest.fixture(scope="session")
def day(engine: Engine, stages: dict[str, Deployed]) -> Stage:
    """The dev stage after its day: what its functions asked of AWS."""
    dev = stages["dev"]
    names: dict[str, str] = {}
    recorder = Recorder(engine.endpoint, names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", engine.endpoint)
        patch.setenv("AWS_ACCESS_KEY_ID", "iam-exercise")  # a world of its own in the embedded AWS
        patch.setenv("AWS_SECRET_ACCESS_KEY", "nobody's")
        patch.setattr(boto3, "DEFAULT_SESSION", recorder.session())
        patch.setattr(urllib3.PoolManager, "request", recorder.post)
        patch.setattr(consumers.sweep, "PATIENCE", timedelta(0))
        patch.setattr(
            Till, "clock", lambda _: datetime.now(UTC) + timedelta(hours=3)
        )  # what is unpaid expires
        create(dev)
        names |= secrets(dev) | machines(dev)
        stage = Stage(dev, recorder)
        exercise.run(stage)
    return stage


def create(deployed: Deployed) -> None:
    """The tables as the template has them, and the bus."""
    dynamodb = boto3.client("dynamodb")
    for table in deployed.of_kind("DynamoDB::Table"):
        dynamodb.create_table(TableName=table.name, **settings(deployed, table))
    for bucket in deployed.of_kind("S3::Bucket"):
        where = {"LocationConstraint": "eu-west-1"}
        boto3.client("s3").create_bucket(Bucket=bucket.name, CreateBucketConfiguration=where)
    for sender in deployed.of_kind("SES::EmailIdentity"):
        boto3.client("sesv2").create_email_identity(EmailIdentity=sender.properties["EmailIdentity"])
    for topic in deployed.of_kind("SNS::Topic"):
        boto3.client("sns").create_topic(Name=topic.name)
    for bus in deployed.of_kind("Events::EventBus"):
        boto3.client("events").create_event_bus(Name=bus.name)
    for queue in deployed.of_kind("SQS::Queue"):
        ordered = {"FifoQueue": "true"} if queue.name.endswith(".fifo") else {}
        boto3.client("sqs").create_queue(QueueName=queue.name, Attributes=ordered)


def secrets(deployed: Deployed) -> dict[str, str]:
    """Makes the secrets; their names by ARN."""
    found = {deployed.arn(place): place.name for place in deployed.of_kind("SecretsManager::Secret")}
    for name in found.values():
        boto3.client("secretsmanager").create_secret(Name=name, SecretString="a secret of the tests")
    return found


def machines(deployed: Deployed) -> dict[str, str]:
    """Makes the state machines; their ARNs in the embedded AWS by the deployed ones."""
    found = {}
    for place in deployed.of_kind("StepFunctions::StateMachine"):
        said = deployed.resolved(place)
        given = {"definition": said["DefinitionString"], "roleArn": said["RoleArn"]}
        made = boto3.client("stepfunctions").create_state_machine(name=said["StateMachineName"], **given)
        found[deployed.arn(place)] = made["stateMachineArn"]
    return found


def settings(deployed: Deployed, table: Place) -> dict[str, Any]:
    """A table's own settings, without what the embedded AWS does not do."""
    return {name: value for name, value in deployed.resolved(table).items() if name in TABLE}
