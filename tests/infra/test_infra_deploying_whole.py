"""Deploying and back to nothing with the real CDK command line, on the embedded AWS: what AWS itself does stays unproved."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import pytest
import small_stage
from fake_account import NUMBER, in_account

from infra import staff
from infra.bytecode import Compiler
from infra.deploying import command_line, commands, outputs, stacks
from infra.deploying.acting import PATIENT, Acting
from infra.packages import Package
from infra.stages import DEV
from local.aws.engine import Engine

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

STAGE = in_account(DEV)
COMPILED = Package(Path("package"), Compiler(Path("python3.13"), "3.13.9"))


@dataclass
class Shop:
    """The stage on the embedded AWS: `deploy` with a function that answers so."""

    client: Callable[[str], Any]
    folder: Path
    words: list[str] = field(default_factory=list)

    def acting(self, answer: str) -> Acting:
        return Acting(
            today=lambda: date(2026, 12, 1),
            build=lambda: COMPILED,
            write=lambda stage: small_stage.write(stage, answer, self.folder / f"cdk.out-{answer}"),
            ready=command_line.installed,
            cdk=command_line.run,
            client=self.client,
            say=self.words.append,
            ask=lambda words: "dev",
        )

    def functions(self) -> list[str]:
        return list(stacks.resources(self.client, "orderbell-dev-Service", "AWS::Lambda::Function"))

    def versions(self) -> list[str]:
        (function,) = self.functions()
        found = self.client("lambda").list_versions_by_function(FunctionName=function)["Versions"]
        return [each["Version"] for each in found if each["Version"] != "$LATEST"]

    def live(self) -> str:
        (function,) = self.functions()
        return str(self.client("lambda").get_alias(FunctionName=function, Name="live")["FunctionVersion"])


@pytest.fixture
def shop(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """An account of the embedded AWS that only its credentials tell from the real one."""
    for name in [each for each in os.environ if each.startswith("AWS_")]:
        monkeypatch.delenv(name)
    nowhere = str(tmp_path / "none")
    for name, value in {
        "AWS_ENDPOINT_URL": engine.endpoint, "AWS_ACCESS_KEY_ID": NUMBER, "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_CONFIG_FILE": nowhere, "AWS_SHARED_CREDENTIALS_FILE": nowhere, "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(outputs, "path_of", lambda stage: tmp_path / f"outputs-{stage}.json")
    session = boto3.Session(region_name="eu-west-1")
    return Shop(lambda service: session.client(service, config=PATIENT), tmp_path)


def hire(shop: Shop, email: str) -> None:
    """A member of staff, twice: the second time changes nothing."""
    told: list[str] = []
    asked = [
        "--stage=dev",
        f"--account={NUMBER}",
        "--region=eu-west-1",
        f"--email={email}",
        "--group=admin,support",
    ]

    assert staff.main(asked, tell=told.append) == 0
    assert staff.main(asked, tell=told.append) == 0

    assert "is invited" in told[0]
    assert "has not signed in yet" in told[2]
    pool = stacks.outputs(shop.client, "orderbell-dev-Data")["StaffPoolId"]
    groups = shop.client("cognito-idp").admin_list_groups_for_user(UserPoolId=pool, Username=email)["Groups"]
    assert {each["GroupName"] for each in groups} == {"admin", "support"}


def park(shop: Shop) -> None:
    """Two versions of one object, and a delete marker."""
    (bucket,) = stacks.resources(shop.client, "orderbell-dev-Data", "AWS::S3::Bucket")
    s3 = shop.client("s3")
    for body in (b"1", b"2"):
        s3.put_object(Bucket=bucket, Key="aws/lambda/parked", Body=body)
    s3.delete_object(Bucket=bucket, Key="aws/lambda/parked")


def test_from_nothing_to_a_deployed_stage_and_back(shop: Shop) -> None:
    assert commands.bootstrap(shop.acting("one"), STAGE, yes=True) == 0
    for answer in ("one", "two", "three", "four"):
        assert commands.deploy(shop.acting(answer), STAGE, yes=True) == 0

    assert shop.live() == "4"
    assert shop.versions() == ["3", "4"]
    kept = json.loads((shop.folder / "outputs-dev.json").read_text())
    assert kept["orderbell-dev-Service"] == {"GraphqlUrl": "https://small.example/graphql"}

    hire(shop, "anna@example.com")
    park(shop)

    assert commands.diff(shop.acting("four"), STAGE, yes=False) == 0
    assert commands.destroy(shop.acting("four"), STAGE, yes=False) == 0

    assert shop.functions() == []
    assert not list(stacks.resources(shop.client, "orderbell-dev-Data", "AWS::S3::Bucket"))
    assert any("versions of objects deleted" in each and ": 3 " in each for each in shop.words)
    assert not (shop.folder / "outputs-dev.json").exists()
    assert any("KMS key" in each and "AWS deletes it on" in each for each in shop.words)
