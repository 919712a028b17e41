"""Who is calling."""

from domain.actors import ActorKind
from domain.ids import Id
from domain.values import value
from resolvers.context import Context
from wiring.access import EVERYONE
from wiring.declarations import field


@value
class Me:
    """The caller as the API knows it: kind, id (none for a guest) and staff groups."""

    kind: ActorKind
    """The kind of caller."""
    id: Id | None
    """The caller's id; null for a guest."""
    groups: tuple[str, ...]
    """The staff groups that the caller is in; empty for anybody but staff."""


@field("Query.me", access=EVERYONE, runs_in="browse")
def me(context: Context) -> Me:
    """Who is calling, as their credential proves it."""
    actor = context.actor
    known = actor.kind is not ActorKind.GUEST
    return Me(actor.kind, Id(actor.id) if known else None, tuple(sorted(actor.groups)))
