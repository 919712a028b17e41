"""Customers for a few minutes: made by who runs this, signed in as any front end would (SRP), deleted at the end."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError
from pycognito.aws_srp import AWSSRP  # type: ignore[import-untyped]

from cli.smoke.place import Place, PlaceError


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody of the customers' pool, signed in."""

    email: str
    token: str = field(repr=False)


@contextmanager
def customer(place: Place) -> Iterator[Customer]:
    """A new customer, who is deleted when the block ends in whatever way. Raises PlaceError."""
    email = f"smoke-{secrets.token_hex(6)}@example.com"  # reserved: a mail to it reaches nobody
    password = f"{secrets.token_urlsafe(24)}-Aa1"
    try:
        place.cognito.admin_create_user(
            UserPoolId=place.pool_id,
            Username=email,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
        )
    except (ClientError, BotoCoreError) as error:
        raise PlaceError(f"No customer could be made in {place.pool_id}: {error}") from None
    try:
        yield Customer(email, _signed_in(place, email, password))
    finally:
        with suppress(ClientError, BotoCoreError):
            place.cognito.admin_delete_user(UserPoolId=place.pool_id, Username=email)


def _signed_in(place: Place, email: str, password: str) -> str:
    """The access token: the password itself never goes over the wire."""
    try:
        place.cognito.admin_set_user_password(
            UserPoolId=place.pool_id, Username=email, Password=password, Permanent=True
        )
        srp = AWSSRP(
            username=email,
            password=password,
            pool_id=place.pool_id,
            client_id=place.client_id,
            client=place.cognito,
        )
        answer = srp.authenticate_user()
    except (ClientError, BotoCoreError) as error:
        raise PlaceError(f"The new customer could not sign in: {error}") from None
    token: str = answer["AuthenticationResult"]["AccessToken"]
    return token
