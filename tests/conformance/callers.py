"""Who calls the neutral API: a key, a signer, two users of its pool, and whoever its authorizer lets in.

`python -m tests.conformance.callers POOL CLIENT` makes the two users in a pool of AWS and prints what to export.
"""

import argparse
import base64
import json
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials

from local.aws.pools import Pool, ensure_user, sign_in

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient

USERS: Mapping[str, tuple[str, ...]] = {"reader@example.com": (), "admin@example.com": ("Admin",)}
EXPORTS = ("APPSYNC_TOKEN", "APPSYNC_ADMIN_TOKEN")
"""The users' access tokens, in the order of USERS."""
FRAMES = {
    "accept": "application/json, text/javascript",
    "content-encoding": "amz-1.0",
    "content-type": "application/json; charset=UTF-8",
}
"""Beside the host, what is signed in AWS's page on the WebSocket protocol; over HTTP it is the type alone."""


@dataclass(frozen=True, slots=True)
class Callers:
    """Credentials, each as the headers of a request to a host. None: nobody gave one."""

    host: str
    key: str
    region: str = "eu-west-1"
    token: str | None = field(default=None, repr=False)
    admin_token: str | None = field(default=None, repr=False)
    credentials: ReadOnlyCredentials | None = field(default=None, repr=False)

    def by_key(self, key: str | None = None) -> dict[str, str]:
        """The API key, or another."""
        return {"host": self.host, "x-api-key": key or self.key}

    def by_authorization(self, value: str) -> dict[str, str]:
        """A token."""
        return {"host": self.host, "authorization": value}

    def signed(self, body: str, service: str = "appsync") -> dict[str, str]:
        """The signature of a request. Raises LookupError where there are no credentials."""
        return self._signed(body, "/graphql", service, {"content-type": "application/json"})

    def signed_frame(self, data: str = "{}", path: str = "/graphql/connect") -> dict[str, str]:
        """The signature of a handshake, or with another path of what is started. Raises LookupError."""
        return self._signed(data, path, "appsync", FRAMES)

    def _signed(self, body: str, path: str, service: str, headers: Mapping[str, str]) -> dict[str, str]:
        if self.credentials is None:
            raise LookupError("there are no AWS credentials")
        request = AWSRequest(
            "POST", f"https://{self.host}{path}", headers={"host": self.host, **headers}, data=body
        )
        SigV4Auth(self.credentials, service, self.region).add_auth(request)
        return {name.lower(): str(value) for name, value in request.headers.items()}


def encoded(headers: Mapping[str, str]) -> str:
    """Headers as clients put them into a subprotocol."""
    return base64.urlsafe_b64encode(json.dumps(headers).encode()).decode().rstrip("=")


def made(client: "CognitoIdentityProviderClient", pool_id: str, client_id: str) -> list[str]:
    """Make USERS, with passwords that nobody keeps, and sign them in: their access tokens, good for an hour."""
    pool = Pool(pool_id, client_id, issuer="", jwks_url="")
    tokens = []
    for email, groups in USERS.items():
        password = f"Aa1-{secrets.token_urlsafe(24)}"
        ensure_user(client, pool, email, password, groups)
        tokens.append(sign_in(client, pool, email, password).access)
    return tokens


def main() -> None:
    """Make the users and print their tokens for a shell's `eval`."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.callers", description=__doc__)
    parser.add_argument("pool", help="the stack's output Pool, such as eu-west-1_AbCdEf")
    parser.add_argument("client", help="the stack's output Client")
    given = parser.parse_args()
    client = boto3.client("cognito-idp", region_name=given.pool.partition("_")[0])
    tokens = made(client, given.pool, given.client)
    sys.stdout.writelines(f"export {name}={value}\n" for name, value in zip(EXPORTS, tokens, strict=True))


if __name__ == "__main__":
    main()
