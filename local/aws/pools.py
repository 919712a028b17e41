"""The two Cognito user pools of the laptop (customers and staff), their app clients, users and tokens."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wiring.access import STAFF_GROUPS

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_cognito_idp.type_defs import AttributeTypeTypeDef

CUSTOMERS_POOL = "orderbell-customers"
STAFF_POOL = "orderbell-staff"
APP_CLIENT = "orderbell-web"


@dataclass(frozen=True, slots=True)
class Pool:
    """A user pool with its app client. `issuer` is what its tokens say (AWS's address, not the laptop's)."""

    id: str
    client_id: str
    issuer: str
    jwks_url: str


@dataclass(frozen=True, slots=True)
class Pools:
    """Customers sign up by themselves; staff are made by an administrator and belong to groups."""

    customers: Pool
    staff: Pool


@dataclass(frozen=True, slots=True)
class User:
    """A user to make: the e-mail address is the user name."""

    email: str
    password: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in answers: JWTs, as Cognito signs them. Never log them."""

    access: str
    id: str


def ensure_pools(client: "CognitoIdentityProviderClient") -> Pools:
    """Find both pools by name, or make them, with their app clients and the staff's groups."""
    staff = _ensure_pool(client, STAFF_POOL, self_sign_up=False)
    for group in STAFF_GROUPS:
        _ensure_group(client, staff, group)
    return Pools(customers=_ensure_pool(client, CUSTOMERS_POOL, self_sign_up=True), staff=staff)


def ensure_user(
    client: "CognitoIdentityProviderClient",
    pool: Pool,
    email: str,
    password: str,
    groups: tuple[str, ...] = (),
) -> str:
    """Make a confirmed user of this pool, or give an existing one this password and these groups; returns the sub."""
    try:
        answer = client.admin_create_user(
            UserPoolId=pool.id,
            Username=email,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
        )
        name, attributes = answer["User"]["Username"], answer["User"]["Attributes"]
    except client.exceptions.UsernameExistsException:
        existing = client.admin_get_user(UserPoolId=pool.id, Username=email)
        name, attributes = existing["Username"], existing["UserAttributes"]
    # By the pool's own name of the user: the engine finds an e-mail address by going through all users.
    client.admin_set_user_password(UserPoolId=pool.id, Username=name, Password=password, Permanent=True)
    for group in groups:
        client.admin_add_user_to_group(UserPoolId=pool.id, Username=name, GroupName=group)
    return _sub(attributes)


def ensure_users(
    client: "CognitoIdentityProviderClient", pool: Pool, users: Iterable[User]
) -> tuple[str, ...]:
    """Make many users of one pool; returns their subs in the order given.

    One after another: two at once make the engine fail now and then (InternalError, its dictionary of users changed
    while it went through it), and are no faster.
    """
    return tuple(ensure_user(client, pool, user.email, user.password, user.groups) for user in users)


def sign_in(client: "CognitoIdentityProviderClient", pool: Pool, email: str, password: str) -> Tokens:
    """Sign a user in by password. A wrong password or unknown user is Cognito's NotAuthorizedException."""
    answer = client.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=pool.client_id,
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )
    result = answer["AuthenticationResult"]
    return Tokens(access=result["AccessToken"], id=result["IdToken"])


def _ensure_pool(client: "CognitoIdentityProviderClient", name: str, *, self_sign_up: bool) -> Pool:
    pool_id = _pool_id(client, name)
    if pool_id is None:
        answer = client.create_user_pool(
            PoolName=name,
            UsernameAttributes=["email"],
            AutoVerifiedAttributes=["email"],
            AdminCreateUserConfig={"AllowAdminCreateUserOnly": not self_sign_up},
        )
        pool_id = answer["UserPool"]["Id"]
    region = client.meta.region_name
    return Pool(
        id=pool_id,
        client_id=_ensure_app_client(client, pool_id),
        issuer=f"https://cognito-idp.{region}.amazonaws.com/{pool_id}",
        jwks_url=f"{client.meta.endpoint_url}/{pool_id}/.well-known/jwks.json",
    )


def _pool_id(client: "CognitoIdentityProviderClient", name: str) -> str | None:
    pages = client.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 60})
    return next((pool["Id"] for page in pages for pool in page["UserPools"] if pool["Name"] == name), None)


def _ensure_app_client(client: "CognitoIdentityProviderClient", pool_id: str) -> str:
    existing = client.list_user_pool_clients(UserPoolId=pool_id, MaxResults=60)["UserPoolClients"]
    for app in existing:
        if app["ClientName"] == APP_CLIENT:
            return app["ClientId"]
    made = client.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName=APP_CLIENT,
        PreventUserExistenceErrors="ENABLED",
        ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )
    return made["UserPoolClient"]["ClientId"]


def _ensure_group(client: "CognitoIdentityProviderClient", pool: Pool, group: str) -> None:
    try:
        client.create_group(UserPoolId=pool.id, GroupName=group)
    except client.exceptions.GroupExistsException:
        return


def _sub(attributes: "list[AttributeTypeTypeDef]") -> str:
    return next(attribute["Value"] for attribute in attributes if attribute["Name"] == "sub")
