"""One day of the shop for the whole folder: every function of the dev stage, over the embedded AWS, listened to."""

from datetime import timedelta
from typing import Any

import boto3
import pytest
import urllib3
from templates import Stacks

import consumers.sweep
from local.aws.engine import Engine
from tests.infra.iam import exercise
from tests.infra.iam.acting import Stage
from tests.infra.iam.deployed import Deployed, Place
from tests.infra.iam.recording import Recorder

TABLE = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")
"""What CreateTable takes as the template says it."""


@pytest.fixture(scope="session")
def stages(synthesized: dict[str, Stacks]) -> dict[str, Deployed]:
    """Every stage as deployed."""
    return {name: Deployed(stacks) for name, stacks in synthesized.items()}


@pytest.fixture(params=["dev", "prod"])
def deployed(request: pytest.FixtureRequest, stages: dict[str, Deployed]) -> Deployed:
    """Each stage in turn."""
    return stages[request.param]


@pytest.fixture(scope="session")
def day(engine: Engine, stages: dict[str, Deployed]) -> Stage:
    """The dev stage after its day: what its functions asked of AWS."""
    dev = stages["dev"]
    secrets = {dev.arn(place): place.name for place in dev.of_kind("SecretsManager::Secret")}
    recorder = Recorder(engine.endpoint, secrets)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", engine.endpoint)
        patch.setenv("AWS_ACCESS_KEY_ID", "iam-exercise")  # a world of its own in the embedded AWS
        patch.setenv("AWS_SECRET_ACCESS_KEY", "nobody's")
        patch.setattr(boto3, "DEFAULT_SESSION", recorder.session())
        patch.setattr(urllib3.PoolManager, "request", recorder.post)
        patch.setattr(consumers.sweep, "PATIENCE", timedelta(0))
        create(dev, secrets)
        stage = Stage(dev, recorder)
        exercise.run(stage)
    return stage


def create(deployed: Deployed, secrets: dict[str, str]) -> None:
    """The tables as the template has them, and the secrets."""
    dynamodb = boto3.client("dynamodb")
    for table in deployed.of_kind("DynamoDB::Table"):
        dynamodb.create_table(TableName=table.name, **settings(deployed, table))
    for name in secrets.values():
        boto3.client("secretsmanager").create_secret(Name=name, SecretString="a secret of the tests")


def settings(deployed: Deployed, table: Place) -> dict[str, Any]:
    """A table's own settings, without what the embedded AWS does not do."""
    return {name: value for name, value in deployed.resolved(table).items() if name in TABLE}
