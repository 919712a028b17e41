"""Chooses a caller's mode by the shape of the credential and verifies it (sections 2.1 to 2.4)."""

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime

from local.appsync.api import Auth, Mode
from local.appsync.authorizing import Authorizer
from local.appsync.callers import Caller, api_key_caller, iam_caller
from local.appsync.problems import unauthorized
from local.appsync.signatures import PREFIX, Signed, verify
from local.appsync.tokens import NOT_VALID, Fetch, Tokens, fetch_keys

DOTS = 2
"""Of a JSON web token."""

Clock = Callable[[], datetime]


class Credentials:
    """All credentials of an API. A value in Authorization goes before an API key beside it."""

    def __init__(self, auth: Auth, clock: Clock, fetch: Fetch = fetch_keys) -> None:
        self._auth = auth
        self._clock = clock
        self._tokens = Tokens(auth, fetch)
        self._authorizer = Authorizer(auth.authorizer) if auth.authorizer else None
        self._iam = {caller.access_key: caller for caller in auth.iam_callers}

    async def caller(self, headers: Mapping[str, str], signed: Signed) -> Caller:
        """Who sent these headers (lower-case names); TransportProblem when nobody known did."""
        authorization = headers.get("authorization", "").strip()
        if authorization.startswith(PREFIX):
            return iam_caller(verify(headers, signed, self._iam, self._auth.region, self._clock()))
        if authorization and self._is_for_tokens(authorization):
            return await self._tokens.caller(_without_scheme(authorization), self._clock())
        if authorization and self._authorizer is not None:
            return await self._authorizer.caller(authorization, headers, signed, self._clock().timestamp())
        if "x-api-key" in headers:
            return self._by_key(headers["x-api-key"])
        if authorization or self._auth.default in {Mode.AMAZON_COGNITO_USER_POOLS, Mode.OPENID_CONNECT}:
            raise unauthorized(NOT_VALID)
        raise unauthorized("Missing authorization header")

    def _is_for_tokens(self, authorization: str) -> bool:
        """A JSON web token never goes to an authorizer where pools or providers are on; anything else does, if there is one."""
        if not self._auth.modes & {Mode.AMAZON_COGNITO_USER_POOLS, Mode.OPENID_CONNECT}:
            return False
        return self._authorizer is None or _without_scheme(authorization).count(".") == DOTS

    def _by_key(self, given: str) -> Caller:
        for known in self._auth.api_keys:
            if hmac.compare_digest(known.key.encode(), given.encode()) and self._clock() < known.expires:
                return api_key_caller()
        raise unauthorized()


def _without_scheme(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else authorization
