"""What an API is made of: its SDL, its resolvers, who may call it and its limits, as frozen values."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

Invoke = Callable[[Any], Any]


class Mode(Enum):
    """An authorization mode, by AppSync's own name."""

    API_KEY = "API_KEY"
    AWS_IAM = "AWS_IAM"
    AMAZON_COGNITO_USER_POOLS = "AMAZON_COGNITO_USER_POOLS"
    OPENID_CONNECT = "OPENID_CONNECT"
    AWS_LAMBDA = "AWS_LAMBDA"


class Kind(Enum):
    """What stands behind a field."""

    LAMBDA = "LAMBDA"
    """A direct Lambda resolver: the answer is what the function returns."""
    PUBLISH = "PUBLISH"
    """No data source; a constant JavaScript resolver answers `arguments.input`."""
    SUBSCRIBE = "SUBSCRIBE"
    """A Subscription field: the function returns its filter, and without one nothing is registered."""
    END = "END"
    """A mutation that ends subscriptions: the function names which (`extensions.invalidateSubscriptions`)."""


@dataclass(frozen=True, slots=True)
class Function:
    """The Lambda function behind resolvers: after so many seconds it is ended, and a call beyond `concurrency` (0: any) is refused."""

    name: str
    timeout_seconds: float = 900.0
    concurrency: int = 0


@dataclass(frozen=True, slots=True)
class Resolver:
    """Ties a function to a field.

    `invoke` blocks: it takes the event (`batch_size` > 0: a list of events) and returns a JSON-able value.
    Raising is a Lambda error: the exception's class name is the errorType. For SUBSCRIBE it returns
    `{"filterGroup": [...], "invalidation": {"filterGroup": [...]}}`; for END
    `{"result": ..., "invalidate": [{"subscriptionField": ..., "payload": {...}}]}`; for PUBLISH it is not called.
    """

    type_name: str
    field_name: str
    kind: Kind = Kind.LAMBDA
    invoke: Invoke | None = None
    batch_size: int = 0
    function: Function | None = None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key and the moment from which it is refused."""

    key: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class UserPool:
    """A Cognito user pool whose tokens are accepted; `client_ids` empty accepts every app client."""

    issuer: str
    jwks_url: str
    client_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IamCaller:
    """A role or user that may sign; `may` holds "Mutation.publishX", "Mutation.*" or "*", and is asked anew each time."""

    access_key: str
    secret_key: str = field(repr=False)
    account_id: str
    user_arn: str
    user_name: str
    may: Collection[str] = ("*",)


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """An OpenID Connect provider whose tokens are accepted. `client_id` is a pattern for `aud` or `azp`.

    `issued_ttl` and `authenticated_ttl` (seconds, 0: not asked) bound the age of `iat` and `auth_time`.
    """

    issuer: str
    jwks_url: str
    client_id: str | None = None
    issued_ttl: float = 0.0
    authenticated_ttl: float = 0.0


@dataclass(frozen=True, slots=True)
class LambdaAuthorizer:
    """A function that says who may call. `ttl_seconds` keeps its answers (0: asks each time); an answer may say otherwise.

    A token in which `identity_validation` (a pattern) is not found is refused before the function is asked.
    """

    invoke: Invoke
    ttl_seconds: float = 0.0
    identity_validation: str | None = None
    timeout_seconds: float = 10.0


class DefaultAction(Enum):
    """What a user pool that is the only mode does with unmarked fields."""

    ALLOW = "ALLOW"
    DENY = "DENY"


@dataclass(frozen=True, slots=True)
class Auth:
    """The modes that are on: the default one, and every other that has a credential here."""

    default: Mode = Mode.API_KEY
    api_keys: tuple[ApiKey, ...] = ()
    user_pools: tuple[UserPool, ...] = ()
    iam_callers: tuple[IamCaller, ...] = ()
    region: str = "eu-west-1"
    default_action: DefaultAction = DefaultAction.ALLOW
    oidc_providers: tuple[OidcProvider, ...] = ()
    authorizer: LambdaAuthorizer | None = None

    @property
    def modes(self) -> frozenset[Mode]:
        """Every mode that is on."""
        on = {self.default}
        on |= {Mode.API_KEY} if self.api_keys else set()
        on |= {Mode.AMAZON_COGNITO_USER_POOLS} if self.user_pools else set()
        on |= {Mode.AWS_IAM} if self.iam_callers else set()
        on |= {Mode.OPENID_CONNECT} if self.oidc_providers else set()
        on |= {Mode.AWS_LAMBDA} if self.authorizer else set()
        return frozenset(on)


@dataclass(frozen=True, slots=True)
class Limits:
    """AppSync's quotas, in its units. `depth` 0 and `resolver_count` 0 mean no limit."""

    depth: int = 0
    resolver_count: int = 10_000
    introspection: bool = True
    timeout_seconds: float = 30.0
    payload_bytes: int = 240 * 1024
    body_bytes: int = 1024 * 1024
    subscriptions_per_connection: int = 100
    connection_hours: float = 24.0
    keep_alive_seconds: float = 60.0
    queued_frames: int = 1000
    """Frames that wait for a slow reader before its connection is closed."""


@dataclass(frozen=True, slots=True)
class Api:
    """A whole API. `domain_name` is set where a custom domain stands before it."""

    sdl: str
    resolvers: tuple[Resolver, ...] = ()
    auth: Auth = Auth()
    limits: Limits = Limits()
    domain_name: str | None = None
