"""A small API of things, declared by hand: what dispatch, decoding and encoding are tried on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

from domain.actors import Actor
from domain.ids import Id
from domain.refusals import NotFound, Refused, UserError, invalid, not_found
from wiring.access import EVERYONE, staff
from wiring.bounds import Between, Length, Matching
from wiring.declarations import Field, Source
from wiring.identity import Issuers, actor_of

POOL = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_"
ISSUERS = Issuers(customers=f"{POOL}customers", staff=f"{POOL}staff")


class Color(Enum):
    """What an enum argument is tried with."""

    RED = "RED"
    DARK_BLUE = "DARK_BLUE"


@dataclass(frozen=True, slots=True)
class PartInput:
    """An input inside an input."""

    line_id: Id
    quantity: Annotated[int, Between(1, 9)]


@dataclass(frozen=True, slots=True)
class ThingInput:
    """An input with a field of each kind."""

    name: Annotated[str, Length(1, 10)]
    size: Annotated[int, Between(0, 9)] = 0
    fragile: bool = False
    color: Color | None = None
    shipped_at: datetime | None = None
    code: Annotated[str, Matching("[A-Z]{2}", "two capital letters")] | None = None
    tags: Annotated[tuple[str, ...], Length(0, 3)] = ()
    parts: tuple[PartInput, ...] | None = None
    note: str | None = None
    from_: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """A plain answer."""

    id: Id
    size: int
    seen_by: str


@dataclass(frozen=True, slots=True)
class ThingPayload:
    """A payload: it can carry refusals."""

    thing: Thing | None = None
    user_errors: tuple[UserError, ...] = ()


def thing(id: Id, context: Actor, first: Annotated[int, Between(1, 50)] = 20) -> Thing | None:
    """Answers, refuses or breaks, by the id."""
    if id == "missing":
        raise Refused(not_found("thing", "id"))
    if id == "broken":
        raise RuntimeError(f"{context.id} has {id} this")
    return Thing(id, first, context.id)


def make_thing(input: ThingInput, context: Actor) -> ThingPayload:
    """Refuses by the name; else answers what it was given."""
    if input.name == "Refused":
        raise Refused(invalid("Too big.", "input", "size"), NotFound("NOT_FOUND", "No shelf."))
    return ThingPayload(Thing(Id(input.name), input.size, context.id))


FIELDS = (
    Field("Query", "thing", EVERYONE, thing, Source.FUNCTION, "read"),
    Field("Mutation", "makeThing", staff(), make_thing, Source.FUNCTION, "write"),
)


def captured(name: str) -> Any:
    """A captured event: what AppSync sends to a function that it calls directly."""
    return json.loads((Path(__file__).parents[1] / "events" / f"{name}.json").read_text())


def caller(event: Mapping[str, Any]) -> Actor:
    """The context of these tests is the actor."""
    return actor_of(event["identity"], ISSUERS)
