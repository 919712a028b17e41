"""Makes boto3 clients for the embedded AWS: dummy keys, one region, no retries, nothing of the user's AWS settings."""

import os
import threading
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, overload

import boto3
import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodbstreams import DynamoDBStreamsClient

REGION = "eu-west-1"
CONNECT_SECONDS = 0.5
READ_SECONDS = 5.0

_MAKING = threading.Lock()


@cache
def _session() -> boto3.Session:
    """Make the one session: no profile, no config file, so that a developer's own AWS settings play no part."""
    nothing = {
        "profile": (None, None, None, None),
        "config_file": (None, None, os.devnull, None),
        "credentials_file": (None, None, os.devnull, None),
    }
    plain = botocore.session.Session(session_vars=nothing)
    plain.set_credentials("local", "local")
    return boto3.Session(region_name=REGION, botocore_session=plain)


@overload
def make_client(service: Literal["dynamodb"], endpoint: str) -> "DynamoDBClient": ...
@overload
def make_client(service: Literal["dynamodbstreams"], endpoint: str) -> "DynamoDBStreamsClient": ...
@overload
def make_client(service: Literal["cognito-idp"], endpoint: str) -> "CognitoIdentityProviderClient": ...
@overload
def make_client(service: Literal["sqs", "events", "s3", "stepfunctions"], endpoint: str) -> Any: ...
def make_client(service: str, endpoint: str) -> Any:
    """Make a client of `service` (such as `dynamodb`) at `endpoint` (such as `http://127.0.0.1:4566`).

    One attempt a call: who calls decides what to retry. A proxy in the environment is not used for loopback.
    """
    config = Config(
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        max_pool_connections=50,
        proxies={},
        # S3 alone reads these: the engine checks no older signature, and a bucket has no host name here.
        signature_version="s3v4" if service == "s3" else None,
        s3={"addressing_style": "path"},
    )
    with _MAKING:  # a session makes clients from one thread at a time
        return _session().client(service, endpoint_url=endpoint, config=config)  # type: ignore[call-overload]
