"""From AppSync's identity to the actor: which user pool a caller comes from decides what kind it is."""

from collections.abc import Mapping
from typing import Any

from domain.actors import Actor, ActorKind
from domain.values import value

GUEST = Actor(ActorKind.GUEST, "guest")


class UnauthorizedException(Exception):
    """The caller's identity is none that this API knows."""


@value
class Issuers:
    """The issuers (token claim `iss`) of the two user pools."""

    customers: str
    staff: str


def actor_of(identity: Mapping[str, Any] | None, issuers: Issuers) -> Actor:
    """The actor behind a resolver event's `identity` (null for an API key). Raises UnauthorizedException."""
    if identity is None:
        return GUEST
    issuer, subject = identity.get("issuer"), identity.get("sub")
    if issuer is None and identity.get("userArn"):
        return Actor(ActorKind.SYSTEM, str(identity["userArn"]))
    if issuer == issuers.customers and subject:
        return Actor(ActorKind.CUSTOMER, str(subject))
    if issuer == issuers.staff and subject:
        groups = identity.get("groups") or identity.get("claims", {}).get("cognito:groups") or ()
        return Actor(ActorKind.STAFF, str(subject), frozenset(str(group) for group in groups))
    raise UnauthorizedException("This identity is not known here.")
