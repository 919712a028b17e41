"""Who calls the API: the demo staff, and one customer made for each identified customer of the file."""

import asyncio
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from cli.replay.phases import Phases
from cli.replay.site import Home
from local.aws.clients import make_client
from local.aws.demo import DEMO_PASSWORD
from local.aws.pools import Pool, ensure_user, sign_in

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient

SUPPORT, WAREHOUSE, ADMIN = "support@shop.example", "warehouse@shop.example", "admin@shop.example"
FRESH_SECONDS = 45 * 60  # access tokens live an hour


def email_of(customer: str) -> str:
    """The e-mail address of a customer such as `customer-17850`."""
    return f"{customer}@replay.example"


class Callers:
    """Tokens by who calls, signed in at first use and again before they expire."""

    def __init__(self, home: Home) -> None:
        self._pools = home.pools
        self._client: CognitoIdentityProviderClient = make_client("cognito-idp", home.engine.endpoint)
        self._tokens: dict[str, tuple[float, str]] = {}
        self.subs: dict[str, str] = {}
        """Ids of the customers made, by name."""

    async def enrol(self, customers: Iterable[str], phases: Phases) -> None:
        """Make a user of each customer: one after another, as the engine wants it."""
        for name in customers:
            self.subs[name] = await asyncio.to_thread(
                ensure_user, self._client, self._pools.customers, email_of(name), DEMO_PASSWORD
            )
            phases.done()

    async def staff(self, email: str) -> str:
        """A token of a member of the demo staff."""
        return await self._token(self._pools.staff, email)

    async def customer(self, name: str) -> str:
        """A token of a customer that was enrolled."""
        return await self._token(self._pools.customers, email_of(name))

    async def _token(self, pool: Pool, email: str) -> str:
        now = time.monotonic()
        made, token = self._tokens.get(email, (-FRESH_SECONDS, ""))
        if now - made >= FRESH_SECONDS:
            answer = await asyncio.to_thread(sign_in, self._client, pool, email, DEMO_PASSWORD)
            token = answer.access
            self._tokens[email] = (now, token)
        return token
