"""Deletes the spare versions of a stage's functions, after a deployment has moved its aliases."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from infra.deploying import stacks, versions
from infra.deploying.identity import Client


def prune(client: Client, stack: str) -> Iterator[str]:
    """Delete, and tell. A function that cannot be tidied is told of and stops nothing: the deployment is done."""
    deleted: dict[str, list[str]] = {}
    failed: dict[str, str] = {}
    lambda_ = client("lambda")
    for function in stacks.resources(client, stack, "AWS::Lambda::Function"):
        deleted[function] = []
        try:
            for version in _spare(lambda_, function):
                lambda_.delete_function(FunctionName=function, Qualifier=version)
                deleted[function].append(version)
        except ClientError as error:
            failed[function] = error.response["Error"]["Code"]
    yield from versions.told(deleted, failed)


def _spare(lambda_: Any, function: str) -> list[str]:
    published = lambda_.get_paginator("list_versions_by_function").paginate(FunctionName=function)
    aliases = lambda_.get_paginator("list_aliases").paginate(FunctionName=function)
    return versions.spare(
        [each["Version"] for page in published for each in page["Versions"]],
        [versions.alias(each) for page in aliases for each in page["Aliases"]],
    )
