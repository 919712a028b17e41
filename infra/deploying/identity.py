"""Whose credentials are at hand: checked before anything is read or changed, so that no stage lands in a wrong account."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploying.asking import RefusedError

Client = Callable[[str], Any]
"""Makes a boto3 client of a service's name."""

GIVE = "Sign in (aws sso login, aws configure) or name a profile: AWS_PROFILE=..."


BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"
"""Written by `cdk bootstrap` under its default qualifier."""


def check_account(client: Client, account: str, purpose: str) -> None:
    """Refuse credentials of another account, and none. `purpose` completes "credentials are needed to ...".

    Raises RefusedError.
    """
    try:
        found = client("sts").get_caller_identity()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise RefusedError(f"AWS does not take the credentials at hand ({code}). {GIVE}") from None
    except (BotoCoreError, ValueError) as error:
        raise RefusedError(f"AWS credentials are needed to {purpose}: {_ended(str(error))} {GIVE}") from None
    if found["Account"] != account:
        raise RefusedError(
            f"The credentials at hand are of account {found['Account']} ({found['Arn']}), not of {account}."
            f" Nothing was changed. Name a profile of {account}: AWS_PROFILE=..."
        )


def check_bootstrapped(client: Client, account: str, region: str) -> None:
    """Refuse where CDK's own stack was never made, before anything is built. Raises RefusedError.

    Who may not look goes on: CDK's command line looks by a role of its own.
    """
    try:
        client("ssm").get_parameter(Name=BOOTSTRAP)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            raise RefusedError(
                f"CDK was never prepared in account {account}, {region}. Once for all stages, type:"
                f" make bootstrap STAGE=dev ACCOUNT={account} REGION={region}"
            ) from None


def _ended(words: str) -> str:
    return words if words.endswith(".") else f"{words}."
