"""The users that the laptop comes with. The password is public on purpose: this server answers on loopback alone."""

from typing import TYPE_CHECKING

from local.aws.pools import Pools, User, ensure_users
from wiring.access import STAFF_GROUPS

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient

DEMO_PASSWORD = "Orderbell-demo-1"  # noqa: S105 - printed in the README; it opens nothing but a laptop's own server

DEMO_CUSTOMERS = tuple(
    User(email, DEMO_PASSWORD) for email in ("ada@example.com", "ben@example.com", "cleo@example.com")
)
DEMO_STAFF = tuple(User(f"{group}@shop.example", DEMO_PASSWORD, (group,)) for group in STAFF_GROUPS)


def ensure_demo_users(client: "CognitoIdentityProviderClient", pools: Pools) -> dict[str, str]:
    """Make the demo customers and one member of staff for each group; returns the sub of each e-mail address."""
    subs = ensure_users(client, pools.customers, DEMO_CUSTOMERS) + ensure_users(
        client, pools.staff, DEMO_STAFF
    )
    return dict(zip((user.email for user in DEMO_CUSTOMERS + DEMO_STAFF), subs, strict=True))
