"""An AWS account as deployment commands see it, in memory: pages of two, and a list of all that was done, in order."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.deploying.acting import Acting
from infra.packages import Package
from infra.stages import StageConfig

NUMBER = "123456789012"
PAGE = 2


def refusal(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


@dataclass
class Account:
    """What is deployed; `done` is what happened to it."""

    number: str = NUMBER
    bootstrapped: bool = True
    resources: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    versions: dict[str, list[str]] = field(default_factory=dict)
    aliases: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    objects: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    undeletable: dict[str, str] = field(default_factory=dict)
    rolled_back: frozenset[str] = frozenset()
    done: list[str] = field(default_factory=list)

    def __call__(self, service: str) -> "Client":
        return Client(self, service)


@dataclass
class Paginator:
    answer: Callable[..., tuple[str, list[Any]]]

    def paginate(self, **given: str) -> Iterator[dict[str, Any]]:
        name, found = self.answer(**given)
        for start in range(0, max(len(found), 1), PAGE):
            yield {name: found[start : start + PAGE]}


@dataclass
class Client:
    """One client for all services: their operations' names do not meet."""

    account: Account
    service: str

    def get_paginator(self, operation: str) -> Paginator:
        return Paginator(getattr(self, f"_{operation}"))

    def get_caller_identity(self) -> dict[str, str]:
        self.account.done.append("identity")
        return {"Account": self.account.number, "Arn": f"arn:aws:iam::{self.account.number}:user/anna"}

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        raise refusal("ValidationError", f"Stack with id {StackName} does not exist")

    def get_parameter(self, Name: str) -> dict[str, Any]:  # noqa: N803 - as AWS spells it
        if not self.account.bootstrapped:
            raise refusal("ParameterNotFound")
        return {"Parameter": {"Value": "30"}}

    def delete_function(self, FunctionName: str, Qualifier: str) -> None:  # noqa: N803
        if code := self.account.undeletable.get(FunctionName):
            raise refusal(code)
        self.account.done.append(f"delete {FunctionName}:{Qualifier}")

    def delete_objects(self, Bucket: str, Delete: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        self.account.done.append(f"empty {Bucket}: {len(Delete['Objects'])}")
        locked = [each["Key"] for each in Delete["Objects"] if each["Key"] in self.account.undeletable]
        return {"Errors": [{"Key": key, "Code": self.account.undeletable[key]} for key in locked]}

    def list_backups(self, TableName: str, BackupType: str) -> dict[str, Any]:  # noqa: N803
        if code := self.account.undeletable.get(TableName):
            raise refusal(code)
        return {"BackupSummaries": [{"BackupArn": f"arn:{BackupType}:{TableName}"}]}

    def describe_key(self, KeyId: str) -> dict[str, Any]:  # noqa: N803
        return {"KeyMetadata": {"DeletionDate": date(2027, 2, 1)}}

    def _list_stack_resources(self, StackName: str) -> tuple[str, list[Any]]:  # noqa: N803
        if StackName not in self.account.resources:
            raise refusal("ValidationError", f"Stack with id {StackName} does not exist")
        return "StackResourceSummaries", [
            {
                "ResourceType": kind,
                "PhysicalResourceId": id_,
                "ResourceStatus": "DELETE_COMPLETE" if id_ in self.account.rolled_back else "CREATE_COMPLETE",
            }
            for kind, id_ in self.account.resources[StackName]
        ]

    def _list_versions_by_function(self, FunctionName: str) -> tuple[str, list[Any]]:  # noqa: N803
        return "Versions", [{"Version": each} for each in self.account.versions[FunctionName]]

    def _list_aliases(self, FunctionName: str) -> tuple[str, list[Any]]:  # noqa: N803
        return "Aliases", self.account.aliases[FunctionName]

    def _list_object_versions(self, Bucket: str) -> tuple[str, list[Any]]:  # noqa: N803
        return "Versions", self.account.objects[Bucket]

    def _describe_log_groups(self, logGroupNamePrefix: str) -> tuple[str, list[Any]]:  # noqa: N803
        self.account.done.append(f"look for logs {logGroupNamePrefix}")
        return "logGroups", []


def acting(
    account: Account, package: Package, *, cdk: Callable[[Sequence[str]], int], answer: str = ""
) -> Acting:
    """Everything that a command acts through, noting it in `account.done`; words to the user as `say ...`."""

    def noted(words: str, result: Any) -> Any:
        account.done.append(words)
        return result

    def run(words: Sequence[str]) -> int:
        account.done.append("cdk " + " ".join(each for each in words if each not in {"--app", "cdk.out"}))
        return cdk(words)

    return Acting(
        today=lambda: date(2026, 12, 1),
        build=lambda: noted("build", package),
        write=lambda stage: noted(f"write {stage.name}", Path("cdk.out")),
        ready=lambda: noted("ready", None),
        cdk=run,
        client=account,
        say=lambda words: account.done.append(f"say {words}"),
        ask=lambda words: noted(f"ask {words}", answer),
    )


def in_account(stage: StageConfig, **changes: Any) -> StageConfig:
    return replace(
        stage, account=NUMBER, operators=("ops@example.com",), mail_from="orders@example.com", **changes
    )
