"""What a resolver is given beside its arguments: who calls, when, and what to work with."""

from collections.abc import Callable
from datetime import datetime

from domain.actors import Action, Actor, ActorKind, Grant, Owner, authorise
from domain.refusals import Refused, not_allowed
from domain.shop import Shop
from domain.values import value
from providers.provider import Provider
from storage.store import Store
from storage.uploads import Uploads
from wiring.metrics import Meter


@value
class Context:
    """One request. `secret` keys the ids that nobody may guess; `selection` holds the paths that the caller selected.

    `pictures_url` is what a picture's key is appended to; `uploads` opens the place for new ones (None: there is none).
    `provider` opens who takes new payments (None: the shop takes none).
    """

    actor: Actor
    now: datetime
    store: Store
    shop: Shop
    secret: bytes
    stage: str = "laptop"
    selection: frozenset[str] = frozenset()
    meter: Meter = Meter()
    pictures_url: str = ""
    provider: Callable[[], Provider] | None = None
    uploads: Callable[[], Uploads] | None = None

    @property
    def is_staff(self) -> bool:
        """Whether the caller is staff of some group, who are told more: a member of none has no part in the shop yet."""
        return self.actor.kind is ActorKind.STAFF and bool(self.actor.groups)

    def may(self, action: Action, owner: Owner | None = None, grant: Grant | None = None) -> bool:
        """Whether the caller may do this to a thing of this owner, which a token that says `grant` opens."""
        return authorise(self.actor, action, owner, grant)

    def require(self, action: Action) -> None:
        """Refuse a caller who may not do this at all. Raises Refused(NotAllowed)."""
        if not self.may(action):
            raise Refused(not_allowed("NOT_PERMITTED", "You are not permitted to do this."))
