"""What a resolver is given beside its arguments: who calls, when, and what to work with."""

from datetime import datetime

from domain.actors import Action, Actor, ActorKind, Owner, authorise
from domain.refusals import Refused, not_allowed
from domain.shop import Shop
from domain.values import value
from storage.store import Store
from wiring.metrics import Meter


@value
class Context:
    """One request. `secret` keys the ids that nobody may guess; `selection` holds the paths that the caller selected."""

    actor: Actor
    now: datetime
    store: Store
    shop: Shop
    secret: bytes
    stage: str = "laptop"
    selection: frozenset[str] = frozenset()
    meter: Meter = Meter()

    @property
    def is_staff(self) -> bool:
        """Whether the caller is staff, who are told more."""
        return self.actor.kind is ActorKind.STAFF

    def may(self, action: Action, owner: Owner | None = None) -> bool:
        """Whether the caller may do this to a thing of this owner."""
        return authorise(self.actor, action, owner)

    def require(self, action: Action) -> None:
        """Refuse a caller who may not do this at all. Raises Refused(NotAllowed)."""
        if not self.may(action):
            raise Refused(not_allowed("NOT_PERMITTED", "You are not permitted to do this."))
