"""Customers for a few minutes: made by who runs this, signed in as any front end would (SRP), deleted at the end."""

import secrets
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError
from pycognito.aws_srp import AWSSRP  # type: ignore[import-untyped]

from cli.smoke.place import Place
from cli.smoke.report import SmokeError


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody of the customers' pool, signed in."""

    email: str
    token: str = field(repr=False)


def new_address() -> str:
    """An address under a reserved name: a mail to it reaches nobody."""
    return f"smoke-{secrets.token_hex(6)}@example.com"


def sign_up(place: Place, email: str) -> Customer:
    """A new customer of this address, signed in. Raises SmokeError; then, too, the customer may be there."""
    password = f"{secrets.token_urlsafe(24)}-Aa1"
    try:
        place.cognito.admin_create_user(
            UserPoolId=place.pool_id,
            Username=email,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
        )
        place.cognito.admin_set_user_password(
            UserPoolId=place.pool_id, Username=email, Password=password, Permanent=True
        )
    except (ClientError, BotoCoreError) as error:
        raise SmokeError(f"no customer could be made in {place.pool_id}: {error}") from None
    return Customer(email, _signed_in(place, email, password))


def delete(place: Place, emails: list[str]) -> None:
    """Delete them all; one who was never made is no fault. Raises SmokeError with those who are left."""
    left = [(email, problem) for email in emails if (problem := _deleted(place, email))]
    if left:
        names = ", ".join(email for email, _ in left)
        raise SmokeError(
            f"still in {place.pool_id}: {names} ({left[0][1]}). "
            "Delete them: aws cognito-idp admin-delete-user --user-pool-id POOL --username ADDRESS"
        )


def _deleted(place: Place, email: str) -> str:
    """What kept a customer from being deleted; empty where nothing did."""
    try:
        place.cognito.admin_delete_user(UserPoolId=place.pool_id, Username=email)
    except (ClientError, BotoCoreError) as error:
        missing = (
            isinstance(error, ClientError) and error.response["Error"]["Code"] == "UserNotFoundException"
        )
        return "" if missing else str(error)
    return ""


def _signed_in(place: Place, email: str, password: str) -> str:
    """The access token: the password itself never goes over the wire."""
    srp = AWSSRP(
        username=email,
        password=password,
        pool_id=place.pool_id,
        client_id=place.client_id,
        client=place.cognito,
    )
    try:
        answer = srp.authenticate_user()
    except (ClientError, BotoCoreError) as error:
        raise SmokeError(f"the new customer could not sign in: {error}") from None
    token: str = answer["AuthenticationResult"]["AccessToken"]
    return token
