"""Takes a synthesized stage into the emulator as the CDK command would: assets first, then its stacks, by CloudFormation."""

import io
import json
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.emulator.account import Account
from tests.emulator.transforms import Placing, transformed

LOOP = Path(__file__).with_name("runtime_loop.py")
PATIENCE_SECONDS = 60.0


class DeployError(Exception):
    """A stack was not created; the text holds CloudFormation's reasons."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What CloudFormation made: the templates as deployed, names by logical id, and what was changed before."""

    templates: dict[str, dict[str, Any]]
    names: dict[str, str]
    changes: list[str]

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """The resources of a type (without `AWS::`) by logical id."""
        return {
            id_: each
            for template in self.templates.values()
            for id_, each in template["Resources"].items()
            if each["Type"] == f"AWS::{kind}"
        }

    def named(self, kind: str, start: str) -> str:
        """The physical name of the one resource of a type whose logical id starts so."""
        (found,) = (id_ for id_ in self.of_type(kind) if id_.startswith(start))
        return self.names[found]


def deploy(account: Account, assembly: Path, stage: str, placing: Placing) -> Deployment:
    """Deploy both stacks of a stage. Raises DeployError."""
    folder = assembly / f"assembly-orderbell-{stage}"
    account.client("ssm").put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String")
    templates: dict[str, dict[str, Any]] = {}
    names: dict[str, str] = {}
    changes: list[str] = []
    for part in ("Data", "Service"):
        (file,) = folder.glob(f"*{part}*.template.json")
        original = json.loads(file.read_text())
        _upload(account, file.with_name(file.name.replace(".template.", ".assets.")), placing)
        template, said = transformed(original, placing)
        names |= create_stack(account, f"orderbell-{stage}-{part}", template)
        templates[part] = original
        changes += said
    return Deployment(templates, names, changes)


def _upload(account: Account, manifest: Path, placing: Placing) -> None:
    s3 = account.client("s3")
    for asset in json.loads(manifest.read_text())["files"].values():
        for where in asset["destinations"].values():
            bucket, key = where["bucketName"], where["objectKey"]
            if bucket not in {each["Name"] for each in s3.list_buckets()["Buckets"]}:
                s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
            source = manifest.parent / asset["source"]["path"]
            s3.put_object(Bucket=bucket, Key=key, Body=_packed(source, placing))


def _packed(source: Path, placing: Placing) -> bytes:
    """A folder as the CDK command zips it; a function's code has the loop that runs it beside."""
    if source.is_file():
        return source.read_bytes()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(source.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(source))
        if (source / "resolvers").is_dir():
            archive.write(LOOP, LOOP.name)
            start = zipfile.ZipInfo("bootstrap")
            start.external_attr = 0o755 << 16
            archive.writestr(start, start_script(placing.python))
    return held.getvalue()


def start_script(python: Path | str) -> str:
    """What Lambda runs of a custom runtime: the loop, with nothing but the package in reach, which it leaves as it is."""
    return f'#!/bin/sh\nexec {python} -I -S -B "$LAMBDA_TASK_ROOT/{LOOP.name}"\n'


def create_stack(account: Account, name: str, template: dict[str, Any]) -> dict[str, str]:
    """Create a stack and wait for it; physical names by logical id. Raises DeployError."""
    cloudformation, s3 = account.client("cloudformation"), account.client("s3")
    bucket = s3.list_buckets()["Buckets"][0]["Name"]
    s3.put_object(Bucket=bucket, Key=name, Body=json.dumps(template).encode())
    url = f"{account.endpoint}/{bucket}/{name}"  # a template of more than 51,200 bytes goes by its address
    cloudformation.create_stack(StackName=name, TemplateURL=url, Capabilities=["CAPABILITY_NAMED_IAM"])
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        if stack["StackStatus"] == "CREATE_COMPLETE":
            break
        if (
            "FAILED" in stack["StackStatus"]
            or "ROLLBACK" in stack["StackStatus"]
            or time.monotonic() > deadline
        ):
            raise DeployError(f"{name}: {stack['StackStatus']}: {_reasons(cloudformation, name)}")
        time.sleep(0.2)
    made = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in made}


def _reasons(cloudformation: Any, name: str) -> str:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    told = [each for each in events if each.get("ResourceStatusReason")]
    return "; ".join(f"{each['LogicalResourceId']}: {each['ResourceStatusReason']}" for each in told)
