"""What the stories need of the place that they happen in: a laptop, or a stage that was deployed somewhere."""

from typing import Protocol

import httpx

from cli.outside import Outside
from providers.provider import Webhook
from storage.store import Store


class Ground(Protocol):
    """A running shop, and what stands around it. `client` speaks to its GraphQL endpoint at `/graphql`."""

    @property
    def client(self) -> httpx.Client:
        """Where the shop is asked."""
        ...

    @property
    def realtime(self) -> str:
        """Where it is followed live."""
        ...

    @property
    def store(self) -> Store:
        """Its tables, for those who stand outside of the API: the provider's books, the audit."""
        ...

    @property
    def outside(self) -> Outside:
        """The provider and the carriers, with the secrets that they sign with."""
        ...

    def guest(self) -> dict[str, str]:
        """What a guest sends along."""
        ...

    def signed_in(self, email: str) -> dict[str, str]:
        """What somebody sends along who has signed in: staff by `group@shop.example`, customers otherwise."""
        ...

    def posted(self, sender: str, webhook: Webhook) -> int:
        """What the shop's own route answers to a webhook."""
        ...

    def confirmed(self, page: str) -> int:
        """What the bank's page answers to the payer's click."""
        ...

    def picture(self, url: str) -> bytes:
        """What a browser gets at a picture's address."""
        ...

    def subjects(self, order_id: str) -> list[str]:
        """What was written about an order, oldest first."""
        ...

    def execution(self, order_id: str) -> str:
        """Where the order's workflow stands."""
        ...

    def hours_later(self, hours: float) -> None:
        """Let the sweep run as it would so much later."""
        ...

    def drained(self) -> bool:
        """Whether every event that was written was delivered, after waiting for it."""
        ...

    def dead_letters(self) -> int:
        """How many messages no consumer could handle."""
        ...
