"""Verifies user pool tokens against their pool's keys, and remembers what it verified."""

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import httpx
import jwt
from jwt.types import Options

from local.appsync.api import Auth, Mode, OidcProvider, UserPool
from local.appsync.callers import Caller, cognito_caller, oidc_caller
from local.appsync.problems import Json, TransportProblem, unauthorized

log = logging.getLogger(__name__)
NOT_VALID = "Valid authorization header not provided."
REFETCH_SECONDS = 30.0
KEPT = 2000
OIDC_ALGORITHMS = [f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)]
"""Those of key pairs: a JWKS that anybody reads holds no shared secrets, so HS is left out."""
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
    """The keys of a pool or provider; an unknown kid has them fetched again, though not more often than every 30 s."""

    def __init__(self, pool: UserPool | OidcProvider, fetch: Fetch) -> None:
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
    """The tokens of every user pool and OpenID Connect provider of an API."""

    def __init__(self, auth: Auth, fetch: Fetch = fetch_keys) -> None:
        self._pools = {pool.issuer: (pool, PoolKeys(pool, fetch)) for pool in auth.user_pools}
        self._providers = {each.issuer: (each, PoolKeys(each, fetch)) for each in auth.oidc_providers}
        self._sole = auth.modes == {Mode.OPENID_CONNECT} and len(self._providers) == 1
        self._default_action = auth.default_action.value
        self._known: OrderedDict[str, Caller] = OrderedDict()

    async def caller(self, token: str, now: datetime) -> Caller:
        """The caller of a token; 401 when it is not one of these pools', is badly signed or has expired."""
        caller = self._known.get(token)
        if caller is None:
            caller = await self._verified(token, now.timestamp())
            self._known[token] = caller
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        if caller.expires is not None and caller.expires <= now.timestamp():
            raise unauthorized("Token has expired.")
        return caller

    async def _verified(self, token: str, now: float) -> Caller:
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        except jwt.PyJWTError:
            raise unauthorized(NOT_VALID) from None
        if not isinstance(kid, str):
            raise unauthorized(NOT_VALID)
        if issuer in self._pools:
            pool, keys = self._pools[issuer]
            claims = await _signed(token, await keys.get(kid, now), ["RS256"])
            _check_claims(claims, pool)
            return cognito_caller(claims, self._default_action)
        # Where it is the only mode, whoever issued a token is not asked (security-authz).
        found = next(iter(self._providers.values()), None) if self._sole else self._providers.get(str(issuer))
        if found is None:
            raise unauthorized(NOT_VALID)
        provider, keys = found
        claims = await _signed(token, await keys.get(kid, now), OIDC_ALGORITHMS)
        _check_age(claims, provider, now)
        return oidc_caller(claims)


async def _signed(token: str, key: jwt.PyJWK | None, algorithms: list[str]) -> dict[str, Any]:
    """The claims of a token that this key has signed; 401 otherwise."""
    if key is None:
        raise unauthorized(NOT_VALID)
    try:
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=algorithms, options=UNCHECKED)
    except jwt.PyJWTError:
        raise unauthorized(NOT_VALID) from None
    return claims


def _check_age(claims: dict[str, Any], provider: OidcProvider, now: float) -> None:
    """An OpenID Connect token says when it was issued, may be too old, and is for a client that the pattern names."""
    issued, authenticated = claims.get("iat"), claims.get("auth_time")
    problem: TransportProblem = unauthorized(NOT_VALID)
    if not isinstance(issued, int | float) or not isinstance(claims.get("exp"), int | float):
        raise problem
    if provider.issued_ttl and issued + provider.issued_ttl < now:
        raise problem
    if provider.authenticated_ttl and not (
        isinstance(authenticated, int | float) and authenticated + provider.authenticated_ttl >= now
    ):
        raise problem
    audience = claims.get("aud")
    clients = [*(audience if isinstance(audience, list) else [audience]), claims.get("azp")]
    if provider.client_id and not any(each and re.search(provider.client_id, str(each)) for each in clients):
        raise problem


def _check_claims(claims: dict[str, Any], pool: UserPool) -> None:
    problem: TransportProblem = unauthorized(NOT_VALID)
    if claims.get("token_use") not in ("id", "access") or not isinstance(claims.get("exp"), (int, float)):
        raise problem
    names = {"id": "aud", "access": "client_id"}
    client = claims.get(names[claims["token_use"]])
    if pool.client_ids and client not in pool.client_ids:
        raise problem
