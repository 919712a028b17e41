"""The API as a client meets it: AppSync's event into the real handler; requests and answers get lost on either side."""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from domain.actors import Actor, ActorKind
from domain.shop import Shop
from resolvers import fields as modules
from resolvers.context import Context
from storage.store import Store
from wiring import dispatch
from wiring.declarations import Source, fields
from wiring.dispatch import InternalError, RefusedQuery
from wiring.identity import Issuers, actor_of

from .faults import Fault, Faults, Killed, Violated
from .network import Clock

ISSUERS = Issuers("https://customers", "https://staff")
SECRET = b"a secret of the simulation"
STAGE = "simulation"

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One call of a root field."""

    field: str
    arguments: Mapping[str, Any]
    actor: Actor


@dataclass(frozen=True, slots=True)
class Reply:
    """What the caller got: an answer, a typed error's name, or (neither) nothing at all."""

    answer: Any = None
    error: str | None = None
    lost: bool = False

    @property
    def codes(self) -> list[str]:
        """The codes of a mutation's refusals."""
        return [each["code"] for each in (self.answer or {}).get("userErrors", ())]

    @property
    def unsure(self) -> bool:
        """Whether the same request should be sent again."""
        return self.lost or self.error == "Busy" or bool({"BUSY", "UNKNOWN_OUTCOME"} & set(self.codes))


LOST = Reply(lost=True)


@cache
def _declared() -> tuple[Any, ...]:
    modules.load()
    return tuple(field for field in fields() if field.source is not Source.NONE)


@dataclass(slots=True)
class Api:
    """The handler of every field over one store, and the weather on the way to it."""

    store: Store
    shop: Shop
    clock: Clock
    chance: Random
    faults: Faults
    under_way: list[Request] = field(default_factory=list)
    calls: int = 0
    _handle: Callable[[Any, object], Any] = field(init=False)

    def __post_init__(self) -> None:
        self._handle = dispatch.handler(_declared(), self._context)

    def ask(self, request: Request) -> Reply:
        """Send a request and get what comes back."""
        repeated = 0.03 if _may_be_repeated(request) else 0.0
        fault = self.faults.draw(
            {Fault.DROPPED: 0.04, Fault.REORDERED: 0.03, Fault.MESSAGE_REPEATED: repeated}
        )
        if fault is Fault.DROPPED:
            return LOST
        if fault in {Fault.REORDERED, Fault.MESSAGE_REPEATED}:
            self.under_way.append(request)
        if fault is Fault.REORDERED:
            return LOST
        reply = self.carry_out(request)
        return LOST if self.faults.strikes(Fault.UNANSWERED, 0.05) else reply

    def carry_out(self, request: Request) -> Reply:
        """The handler's answer to a request that has reached it."""
        self.calls += 1
        try:
            return Reply(self._handle(_event(request), None))
        except Killed:
            return LOST
        except RefusedQuery as error:
            return Reply(error=type(error).__name__)
        except InternalError as error:
            raise Violated(f"{request.field}: internal error: {_bug(error.__context__)}") from error

    def _context(self, event: Mapping[str, Any]) -> Context:
        at = datetime.fromtimestamp(self.clock.now + self.faults.skew(), UTC)
        return Context(
            actor=actor_of(event["identity"], ISSUERS),
            now=at.replace(microsecond=at.microsecond // 1000 * 1000),
            store=self.store,
            shop=self.shop,
            secret=SECRET,
            stage=STAGE,
            selection=frozenset(event["info"]["selectionSetList"]),
        )


def _bug(error: BaseException | None) -> str:
    """What the client is not told: the error behind an internal one, and where it was raised."""
    frames = traceback.extract_tb(error.__traceback__) if error else []
    ours = [frame for frame in frames if "/tests/" not in frame.filename]
    place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "?"
    return f"{error!r} at {place}"


def _may_be_repeated(request: Request) -> bool:
    """Whether the network's repeating it is harmless by contract: it changes nothing, or carries a key."""
    return "idempotencyKey" in request.arguments.get("input", {"idempotencyKey": ""})


def _event(request: Request) -> dict[str, Any]:
    parent, _, name = request.field.partition(".")
    return {
        "info": {
            "parentTypeName": parent,
            "fieldName": name,
            "selectionSetList": ["history"] if name == "order" else [],
        },
        "arguments": request.arguments,
        "identity": _identity(request.actor),
        "request": {"headers": {}},
    }


def _identity(actor: Actor) -> dict[str, Any]:
    issuer = ISSUERS.staff if actor.kind is ActorKind.STAFF else ISSUERS.customers
    return {"issuer": issuer, "sub": actor.id, "groups": sorted(actor.groups)}
