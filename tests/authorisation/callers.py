"""Everybody who may call, each by the identity that AppSync hands on, and by the order's token that a guest brings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wiring.identity import Issuers

ISSUERS = Issuers("https://cognito.example/customers", "https://cognito.example/staff")
GROUPS = ("support", "warehouse", "finance", "catalog", "admin")


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """`token`: which order's token comes along, by the name that `Shop.tokens` has for it."""

    name: str
    identity: Mapping[str, Any] | None = None
    token: str | None = None
    groups: frozenset[str] = frozenset()


def _pool(issuer: str, subject: str, groups: tuple[str, ...] = ()) -> dict[str, Any]:
    """An identity of user pools, as an event has it."""
    claims = {"sub": subject, "iss": issuer, "token_use": "access"}
    told = {"claims": claims | ({"cognito:groups": list(groups)} if groups else {})}
    return told | {"issuer": issuer, "sub": subject, "username": subject, "groups": list(groups) or None}


def _staff(*groups: str) -> Caller:
    identity = _pool(ISSUERS.staff, "eve", groups)
    return Caller(" ".join(groups) or "staff of no group", identity, groups=frozenset(groups))


GUEST = Caller("guest")
HOLDER = Caller("guest with token", token="right")
OTHER_HOLDERS = tuple(
    Caller(f"guest with a token {kind}", token=kind)
    for kind in ("of another order", "expired", "revoked", "forged", "of another stage")
)
OWNER = Caller("customer", _pool(ISSUERS.customers, "ada"))
STRANGER = Caller("another customer", _pool(ISSUERS.customers, "ben"))
INVITED = Caller("another customer with token", STRANGER.identity, token="right")
CLAIMANT = Caller("customer who claims to be staff", _pool(ISSUERS.customers, "ben", GROUPS))
STAFF = tuple(_staff(group) for group in GROUPS)
NO_GROUP = _staff()
SYSTEM = Caller(
    "system",
    {"userArn": "arn:aws:sts::111122223333:assumed-role/publisher/x", "accountId": "111122223333"},
)

CALLERS = (GUEST, HOLDER, *OTHER_HOLDERS, OWNER, STRANGER, INVITED, CLAIMANT, *STAFF, NO_GROUP, SYSTEM)
