"""Verifies user pool tokens against their pool's keys, and remembers what it verified."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import httpx
import jwt
from jwt.types import Options

from local.appsync.api import Auth, UserPool
from local.appsync.callers import Caller, cognito_caller
from local.appsync.problems import Json, TransportProblem, unauthorized

log = logging.getLogger(__name__)
NOT_VALID = "Valid authorization header not provided."
REFETCH_SECONDS = 30.0
KEPT = 2000
Fetch = Callable[[str], Awaitable[Json]]
UNCHECKED: Options = {
    "verify_aud": False,
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_iss": False,
}


async def fetch_keys(url: str) -> Json:
    """Read a JWKS document over HTTP."""
    async with httpx.AsyncClient(timeout=5.0) as client:
        answer = await client.get(url)
        answer.raise_for_status()
        document: Json = answer.json()
        return document


class PoolKeys:
    """One pool's keys; an unknown kid has them fetched again, though not more often than every 30 s."""

    def __init__(self, pool: UserPool, fetch: Fetch) -> None:
        self._pool = pool
        self._fetch = fetch
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = float("-inf")
        self._lock = asyncio.Lock()

    async def get(self, kid: str, now: float) -> jwt.PyJWK | None:
        """The key of a kid, or None."""
        async with self._lock:
            if kid not in self._keys and now - self._fetched >= REFETCH_SECONDS:
                self._fetched = now
                await self._read()
        return self._keys.get(kid)

    async def _read(self) -> None:
        try:
            document = await self._fetch(self._pool.jwks_url)
            self._keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(document).keys if key.key_id}
        except (httpx.HTTPError, ValueError, jwt.PyJWTError) as error:
            log.warning("The keys of %s cannot be read: %s", self._pool.jwks_url, error)


class Tokens:
    """The tokens of every user pool of an API."""

    def __init__(self, auth: Auth, fetch: Fetch = fetch_keys) -> None:
        self._pools = {pool.issuer: (pool, PoolKeys(pool, fetch)) for pool in auth.user_pools}
        self._default_action = auth.default_action.value
        self._known: OrderedDict[str, Caller] = OrderedDict()

    async def caller(self, token: str, now: datetime) -> Caller:
        """The caller of a token; 401 when it is not one of these pools', is badly signed or has expired."""
        caller = self._known.get(token)
        if caller is None:
            caller = cognito_caller(await self._claims(token, now.timestamp()), self._default_action)
            self._known[token] = caller
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        if caller.expires is not None and caller.expires <= now.timestamp():
            raise unauthorized("Token has expired.")
        return caller

    async def _claims(self, token: str, now: float) -> dict[str, Any]:
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        except jwt.PyJWTError:
            raise unauthorized(NOT_VALID) from None
        if issuer not in self._pools or not isinstance(kid, str):
            raise unauthorized(NOT_VALID)
        pool, keys = self._pools[issuer]
        key = await keys.get(kid, now)
        if key is None:
            raise unauthorized(NOT_VALID)
        try:
            claims: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], options=UNCHECKED)
        except jwt.PyJWTError:
            raise unauthorized(NOT_VALID) from None
        _check_claims(claims, pool)
        return claims


def _check_claims(claims: dict[str, Any], pool: UserPool) -> None:
    problem: TransportProblem = unauthorized(NOT_VALID)
    if claims.get("token_use") not in ("id", "access") or not isinstance(claims.get("exp"), (int, float)):
        raise problem
    names = {"id": "aud", "access": "client_id"}
    client = claims.get(names[claims["token_use"]])
    if pool.client_ids and client not in pool.client_ids:
        raise problem
