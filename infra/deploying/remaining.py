"""What stays in the account when a stage is gone, each with the command that removes it, or when AWS will."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from infra.deploying import stacks
from infra.deploying.identity import Client
from infra.stages import StageConfig


@dataclass(frozen=True, slots=True)
class Before:
    """What a stage has that may outlive its stacks, noted before they are destroyed; each by its physical id."""

    keys: tuple[str, ...]
    secrets: tuple[str, ...]
    tables: tuple[str, ...]


def noted(client: Client, stage: str) -> Before:
    """Read it from CloudFormation, which forgets it with the stacks."""

    def both(kind: str) -> tuple[str, ...]:
        named = (stacks.data_stack(stage), stacks.service_stack(stage))
        return tuple(each for stack in named for each in stacks.resources(client, stack, kind))

    return Before(
        keys=both("AWS::KMS::Key"),
        secrets=both("AWS::SecretsManager::Secret"),
        tables=both("AWS::DynamoDB::Table"),
    )


def remaining(client: Client, stage: StageConfig, before: Before) -> Iterator[str]:
    """A line each. What cannot be looked at is said, and the next is looked at."""
    looks: list[Callable[[], Iterator[str]]] = [
        lambda: _keys(client, before.keys),
        lambda: _secrets(client, before.secrets),
        lambda: _backups(client, before.tables),
        lambda: _log_groups(client, stage.name),
    ]
    for look in looks:
        try:
            yield from look()
        except ClientError as error:
            yield f"not looked at: {error.operation_name} answered {error.response['Error']['Code']}"
    yield from _bootstrap(stage)


def _keys(client: Client, ids: tuple[str, ...]) -> Iterator[str]:
    for id_ in ids:
        key = client("kms").describe_key(KeyId=id_)["KeyMetadata"]
        if "DeletionDate" in key:
            yield f"KMS key {id_}: AWS deletes it on {key['DeletionDate']:%Y-%m-%d}; it costs nothing till then"
        else:
            yield f"KMS key {id_}: aws kms schedule-key-deletion --key-id {id_} --pending-window-in-days 7"


def _secrets(client: Client, arns: tuple[str, ...]) -> Iterator[str]:
    for arn in arns:
        try:
            found = client("secretsmanager").describe_secret(SecretId=arn)
        except client("secretsmanager").exceptions.ResourceNotFoundException:
            continue
        when = (
            f"AWS deletes it from {found['DeletedDate']:%Y-%m-%d} on; at once: "
            if "DeletedDate" in found
            else ""
        )
        yield (
            f"secret {found['Name']}: {when}aws secretsmanager delete-secret --secret-id {arn}"
            " --force-delete-without-recovery"
        )


def _backups(client: Client, tables: tuple[str, ...]) -> Iterator[str]:
    """The last state of a table that had point-in-time recovery: 35 days, at no cost.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
    """
    for table in tables:
        for each in client("dynamodb").list_backups(TableName=table, BackupType="SYSTEM")["BackupSummaries"]:
            yield f"backup of table {table}: AWS deletes it 35 days after the table; aws dynamodb delete-backup --backup-arn {each['BackupArn']}"


def _log_groups(client: Client, stage: str) -> Iterator[str]:
    for prefix in (f"orderbell-{stage}-", f"/aws/lambda/orderbell-{stage}-"):
        pages = client("logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix)
        for group in (each["logGroupName"] for page in pages for each in page["logGroups"]):
            yield f"log group {group}: aws logs delete-log-group --log-group-name {group}"


def _bootstrap(stage: StageConfig) -> Iterator[str]:
    bucket = f"cdk-hnb659fds-assets-{stage.account}-{stage.region}"
    yield (
        f"what make bootstrap made, and other CDK apps of {stage.account} in {stage.region} use: the stack CDKToolkit"
        f" and the bucket {bucket} with the packages of every deployment. Where no other app is: docs/deploy.md"
    )
