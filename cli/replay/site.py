"""Where a replay goes: a store that it has for itself, or the server that runs in this checkout."""

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from cli.replay.api import ApiError
from cli.state import state_dir
from local.aws.clients import make_client
from local.aws.pools import Pools, ensure_pools
from local.aws.record import Previous, inspect_previous
from local.laptop import Laptop


class Engine(Protocol):
    """The embedded AWS, as far as users are made in it."""

    @property
    def endpoint(self) -> str:
        """Where it answers."""


class Home(Protocol):
    """Where the callers' users live: a laptop in this process, or a site."""

    @property
    def pools(self) -> Pools:
        """The user pools."""

    @property
    def engine(self) -> Engine:
        """The embedded AWS that they are in."""


@dataclass(frozen=True, slots=True)
class Site:
    """An API to replay into; `alone` says that nobody else has ever written to its store."""

    endpoint: str
    realtime: str
    pools: Pools
    engine: Engine
    alone: bool


def own_site(laptop: Laptop) -> Site:
    """A laptop whose state folder belongs to the replayed file alone."""
    return Site(laptop.endpoint, laptop.realtime, laptop.pools, laptop.engine, alone=True)


def served_site(endpoint: str) -> Site:
    """The server of this checkout, at its GraphQL endpoint. Raises ApiError where none runs."""
    url = urlsplit(endpoint)
    if url.scheme not in {"http", "https"} or not url.netloc:
        raise ApiError(f"{endpoint!r} is no endpoint: give one such as http://localhost:4000/graphql.")
    found = inspect_previous(state_dir())
    if found.state is not Previous.IN_USE or found.record is None:
        raise ApiError("No server runs in this checkout: start one with `make run`, then replay into it.")
    pools = ensure_pools(make_client("cognito-idp", found.record.endpoint))
    realtime = url._replace(scheme=url.scheme.replace("http", "ws"), path=f"{url.path.rstrip('/')}/realtime")
    return Site(endpoint, realtime.geturl(), pools, found.record, alone=False)
