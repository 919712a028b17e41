"""Who calls: the class that field authorization sees, and the identity that a resolver's event carries."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from local.appsync.api import IamCaller, Mode
from local.appsync.guards import CallerClass
from local.appsync.problems import Json


@dataclass(frozen=True, slots=True)
class Caller:
    """An authorized caller. `may` names the root fields that an IAM policy allows; None: no policy applies."""

    kind: CallerClass
    facts: Json | None = None
    may: Collection[str] | None = None
    expires: float | None = field(default=None, compare=False)

    def identity(self, addresses: list[str]) -> Json | None:
        """`identity` of an event (section 4.1): null for an API key, nothing but its context for an authorizer's caller."""
        if self.facts is None or self.kind.mode is Mode.AWS_LAMBDA:
            return self.facts
        return {**self.facts, "sourceIp": addresses}

    def may_call(self, type_name: str, field_name: str) -> bool:
        """What an IAM policy says of a root field; groups and modes are the schema's matter."""
        if self.may is None:
            return True
        return any(allowed in self.may for allowed in ("*", f"{type_name}.*", f"{type_name}.{field_name}"))


def api_key_caller() -> Caller:
    """A caller with an API key has no identity."""
    return Caller(CallerClass(Mode.API_KEY))


def iam_caller(who: IamCaller) -> Caller:
    """A caller who signed."""
    facts: Json = {
        "accountId": who.account_id,
        "cognitoIdentityAuthProvider": None,
        "cognitoIdentityAuthType": None,
        "cognitoIdentityId": None,
        "cognitoIdentityPoolId": None,
        "userArn": who.user_arn,
        "username": who.user_name,
    }
    return Caller(CallerClass(Mode.AWS_IAM), facts, who.may)


def cognito_caller(claims: dict[str, Any], default_action: str) -> Caller:
    """A caller with a user pool's token; id and access tokens name the user differently."""
    groups = claims.get("cognito:groups")
    facts: Json = {
        "claims": claims,
        "defaultAuthStrategy": default_action,
        "groups": groups,
        "issuer": claims["iss"],
        "sub": claims.get("sub"),
        "username": claims.get("cognito:username", claims.get("username")),
    }
    kind = CallerClass(Mode.AMAZON_COGNITO_USER_POOLS, frozenset(groups or ()))
    return Caller(kind, facts, None, float(claims["exp"]))


def oidc_caller(claims: dict[str, Any]) -> Caller:
    """A caller with a token of an OpenID Connect provider."""
    facts: Json = {"claims": claims, "issuer": claims.get("iss"), "sub": claims.get("sub")}
    expires = claims.get("exp")
    return Caller(CallerClass(Mode.OPENID_CONNECT), facts, None, float(expires) if expires else None)
