"""The API that the portable cases are held against: AppSync itself where the environment names one, else the laptop's."""

import json
import os
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import boto3
import httpx
import jwt
from botocore.credentials import ReadOnlyCredentials
from cryptography.hazmat.primitives.asymmetric import rsa
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from infra.neutral import authorizer, function
from infra.neutral.stack import BATCHES, SCHEMA, TOKENS, resolved_fields
from local.appsync.api import Api, ApiKey, Auth, IamCaller, LambdaAuthorizer, Resolver, UserPool
from local.appsync.serve import LocalServer, running
from local.appsync.server import create_app
from tests.conformance.callers import EXPORTS, Callers, encoded
from tests.conformance.wire import SECONDS, Wire

LAPTOP_KEY = "da2-local0000000000000000000000"
ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_neutral"
SIGNER = IamCaller(
    "AKIALOCAL", "secret-of-nobody", "123456789012", "arn:aws:iam::123456789012:user/u", "AIDA"
)
STANDARD = re.compile(r"\.appsync-api\.([^.]+)\.")
"""The host of an API that has no custom domain: its region."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where it is, and who may call it."""

    url: str
    callers: Callers

    @property
    def realtime(self) -> str:
        """Its realtime address: AppSync has another host for it, a custom domain and the laptop another path."""
        address = self.url.replace("http", "ws", 1)
        if STANDARD.search(address):
            return address.replace(".appsync-api.", ".appsync-realtime-api.")
        return f"{address}/realtime"

    def post(self, body: str | bytes, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Exactly this body, with the key unless other headers are given."""
        sent = self.callers.by_key() if headers is None else headers
        return httpx.post(self.url, content=body, headers=dict(sent), timeout=SECONDS)

    def ask(self, query: str, headers: Mapping[str, str] | None = None, **variables: Any) -> dict[str, Any]:
        """A request's result."""
        answer: dict[str, Any] = self.post(body_of(query, **variables), headers).json()
        return answer

    def ask_signed(self, query: str, **variables: Any) -> dict[str, Any]:
        """A request's result, for a signer."""
        body = body_of(query, **variables)
        answer: dict[str, Any] = self.post(body, self.callers.signed(body)).json()
        return answer

    @asynccontextmanager
    async def connected(self, headers: Mapping[str, str] | None = None) -> AsyncIterator[Wire]:
        """A WebSocket that has said nothing yet; the key's unless other headers are given."""
        known = self.callers.by_key() if headers is None else headers
        async with self.upgraded(Subprotocol(f"header-{encoded(known)}")) as wire:
            yield Wire(wire.socket, known)

    @asynccontextmanager
    async def upgraded(
        self, *protocols: Subprotocol, query: str = "", headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[Wire]:
        """A WebSocket by exactly this upgrade."""
        async with connect(
            self.realtime + query, subprotocols=[Subprotocol("graphql-ws"), *protocols],
            additional_headers=dict(headers or {}), proxy=None, close_timeout=2,
        ) as socket:  # fmt: skip
            yield Wire(socket, self.callers.by_key())


def body_of(query: str, **variables: Any) -> str:
    """A request."""
    return json.dumps({"query": query, "variables": variables})


@contextmanager
def target() -> Iterator[Target]:
    """AppSync at APPSYNC_URL (the stack of infra/neutral), or a laptop's for the while.

    APPSYNC_KEY is its key; the users' tokens are what `tests.conformance.callers` prints; signatures are made with
    the AWS credentials of the environment, for APPSYNC_REGION where the address does not tell it.
    """
    if url := os.environ.get("APPSYNC_URL"):
        yield Target(url, _of_environment(url))
        return
    with running(LocalServer(_laptop())) as server:
        host = f"localhost:{server.port}"
        signer = ReadOnlyCredentials(SIGNER.access_key, SIGNER.secret_key, None)
        callers = Callers(host, LAPTOP_KEY, token=_token(), admin_token=_token("Admin"), credentials=signer)
        yield Target(f"http://{host}/graphql", callers)


def _of_environment(url: str) -> Callers:
    host = urlsplit(url).netloc
    found = STANDARD.search(host)
    region = os.environ.get("APPSYNC_REGION") or (found[1] if found else "")
    credentials = boto3.Session().get_credentials() if region else None
    token, admin_token = (os.environ.get(name) for name in EXPORTS)
    return Callers(
        host, os.environ["APPSYNC_KEY"], region, token, admin_token,
        credentials.get_frozen_credentials() if credentials else None,
    )  # fmt: skip


POOL_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


async def _keys(_: str) -> dict[str, Any]:
    return {"keys": [{**jwt.algorithms.RSAAlgorithm.to_jwk(POOL_KEY.public_key(), as_dict=True), "kid": "k"}]}


def _token(*groups: str) -> str:
    """An access token as the pool would give it."""
    claims = {
        "iss": ISSUER, "sub": "5f2b9f4a", "username": "u", "token_use": "access", "client_id": "app",
        "exp": datetime.now(UTC) + timedelta(hours=1), "cognito:groups": list(groups),
    }  # fmt: skip
    return jwt.encode(claims, POOL_KEY, algorithm="RS256", headers={"kid": "k"})


def _laptop() -> Any:
    """The neutral API's application."""
    resolvers = tuple(
        Resolver(*names, invoke=function.handler, batch_size=BATCHES.get(names, 0))
        for names in resolved_fields()
    )
    auth = Auth(
        api_keys=(ApiKey(LAPTOP_KEY, datetime.now(UTC) + timedelta(hours=1)),),
        iam_callers=(SIGNER,),
        user_pools=(UserPool(ISSUER, "keys"),),
        authorizer=LambdaAuthorizer(authorizer.handler, identity_validation=TOKENS),
    )
    return create_app(Api(SCHEMA.read_text(), resolvers, auth), fetch=_keys)
