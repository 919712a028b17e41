"""Deletes the spare versions of a stage's functions, after a deployment has moved their aliases."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from infra.deploying import stacks, versions
from infra.deploying.identity import Client

Serving = Mapping[str, frozenset[str]]
"""By function, the versions that its aliases give calls to."""


def serving(client: Client, stack: str) -> Serving:
    """What serves now; nothing where the stack is not there yet."""
    functions = stacks.resources(client, stack, "AWS::Lambda::Function")
    return {function: versions.serving(_aliases(client("lambda"), function)) for function in functions}


def prune(client: Client, stack: str, before: Serving) -> Iterator[str]:
    """Delete, and tell; `before` served until this deployment.

    A function that cannot be tidied is told of and stops nothing: the deployment is done.
    """
    deleted: dict[str, list[str]] = {}
    failed: dict[str, str] = {}
    lambda_ = client("lambda")
    for function in stacks.resources(client, stack, "AWS::Lambda::Function"):
        deleted[function] = []
        try:
            for version in _spare(lambda_, function, before.get(function, frozenset())):
                lambda_.delete_function(FunctionName=function, Qualifier=version)
                deleted[function].append(version)
        except ClientError as error:
            failed[function] = error.response["Error"]["Code"]
    yield from versions.told(deleted, failed)


def _spare(lambda_: Any, function: str, before: frozenset[str]) -> list[str]:
    published = lambda_.get_paginator("list_versions_by_function").paginate(FunctionName=function)
    found = [each["Version"] for page in published for each in page["Versions"]]
    return versions.spare(found, _aliases(lambda_, function), before)


def _aliases(lambda_: Any, function: str) -> list[versions.Alias]:
    pages = lambda_.get_paginator("list_aliases").paginate(FunctionName=function)
    return [versions.alias(each) for page in pages for each in page["Aliases"]]
