"""What CloudFormation holds of a stage."""

from collections.abc import Iterator, Mapping

from botocore.exceptions import ClientError

from infra.deploying.identity import Client


def data_stack(stage: str) -> str:
    """The name of the stack that holds data."""
    return f"orderbell-{stage}-Data"


def service_stack(stage: str) -> str:
    """The name of the stack that holds none."""
    return f"orderbell-{stage}-Service"


def resources(client: Client, stack: str, kind: str) -> Iterator[str]:
    """The physical ids of a stack's resources of a type; none where there is no such stack.

    A stack whose creation failed still lists what its rollback has deleted.
    """
    try:
        for page in client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack):
            for each in page["StackResourceSummaries"]:
                there = each["ResourceStatus"] != "DELETE_COMPLETE" and "PhysicalResourceId" in each
                if there and each["ResourceType"] == kind:
                    yield each["PhysicalResourceId"]
    except ClientError as error:
        if not _missing(error):
            raise


def outputs(client: Client, stack: str) -> Mapping[str, str]:
    """The outputs of a deployed stack; empty where there is no such stack."""
    try:
        (found,) = client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if not _missing(error):
            raise
        return {}
    return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}


def _missing(error: ClientError) -> bool:
    """CloudFormation answers a stack that is not there as an invalid request."""
    return "does not exist" in error.response["Error"]["Message"]
