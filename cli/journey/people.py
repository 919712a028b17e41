"""Who takes part: each asks the running API as a front end does, over HTTP, by key or token."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from cli.journey.ground import Ground
from cli.journey.telling import JourneyError

_KEYS = count(1)


def new_key() -> str:
    """An idempotency key that is new in this story."""
    return f"journey-key-{next(_KEYS):08d}"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with what proves it: an API key or an access token."""

    name: str
    client: httpx.Client = field(repr=False)
    headers: dict[str, str] = field(repr=False)

    def ask(self, document: str, **variables: object) -> Any:
        """The one root field's answer. Raises JourneyError where it has errors."""
        body = {"query": document, "variables": variables}
        answer = self.client.post("/graphql", json=body, headers=self.headers).json()
        if answer.get("errors"):
            error = answer["errors"][0]
            raise JourneyError(f"{self.name} was answered {error.get('errorType')}: {error['message']}")
        (data,) = answer["data"].values()
        return data

    def do(self, document: str, **variables: object) -> Any:
        """A mutation's payload. Raises JourneyError where it was refused."""
        payload = self.ask(document, **variables)
        if payload["userErrors"]:
            raise JourneyError(f"{self.name} was refused: {payload['userErrors'][0]['message']}")
        return payload


@dataclass(frozen=True, slots=True)
class People:
    """Everybody, by the ground that they stand on."""

    ground: Ground

    @property
    def guest(self) -> Person:
        """Nobody in particular: by the API key."""
        return Person("a guest", self.ground.client, self.ground.guest())

    def customer(self, name: str) -> Person:
        """Ada, Ben or Cleo."""
        return self._signed_in(name, f"{name.lower()}@example.com")

    def staff(self, group: str) -> Person:
        """Somebody of a group of staff."""
        return self._signed_in(group, f"{group}@shop.example")

    def _signed_in(self, name: str, email: str) -> Person:
        return Person(name, self.ground.client, self.ground.signed_in(email))
