"""How far a long look at the whole store has come, kept in the state folder so that the next run goes on from there."""

import json
from dataclasses import asdict, dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from domain.recount import Level
from storage.attributes import Item


class Step(Enum):
    """What is being done: counters read, orders counted, the two compared."""

    LEVELS = "reading stock"
    ORDERS = "reading orders"
    SETTLING = "comparing stock"


@dataclass(slots=True)
class Place:
    """Where a segment of a scan is: the key to go on after, or done."""

    after: Item | None = None
    done: bool = False


@dataclass(slots=True)
class Progress:
    """Everything that a run must not do twice. `about` names the store and what is done to it.

    `levels` were read before the orders; a SKU leaves them when it is settled. `wanted` are the SKUs of a later round
    (None: all). `findings` were said already; `unread` of them are orders that cannot be read.
    """

    about: str
    segments: int
    step: Step = Step.LEVELS
    round: int = 1
    places: list[Place] = field(default_factory=list)
    levels: dict[str, Level] = field(default_factory=dict)
    reserved: dict[str, int] = field(default_factory=dict)
    wanted: list[str] | None = None
    items: int = 0
    orders: int = 0
    findings: int = 0
    unread: int = 0

    def __post_init__(self) -> None:
        """Begin at the segments' beginning where nothing else is said."""
        self.places = self.places or self._beginning()

    def begin(self, step: Step) -> None:
        """Go on to a step, at its beginning."""
        self.step, self.places = step, self._beginning()

    def again(self, skus: list[str]) -> None:
        """Begin another round for these SKUs alone."""
        self.round, self.wanted, self.levels, self.reserved = self.round + 1, skus, {}, {}
        self.begin(Step.LEVELS)

    def unsettled(self) -> list[str]:
        """SKUs whose counters are still to be compared."""
        known = set(self.levels) | set(self.reserved)
        return sorted(known if self.wanted is None else known & set(self.wanted))

    def settled(self, sku: str) -> None:
        """Leave out a SKU: it is compared."""
        self.levels.pop(sku, None)
        self.reserved.pop(sku, None)

    def _beginning(self) -> list[Place]:
        return [Place() for _ in range(self.segments)]


def save(progress: Progress, path: Path) -> None:
    """Write the file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = {
        sku: [each.on_hand, each.available, each.reserved, each.version]
        for sku, each in progress.levels.items()
    }
    text = json.dumps(asdict(progress) | {"step": progress.step.value, "levels": rows})
    draft = path.with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def load(path: Path, about: str) -> Progress | None:
    """What an earlier run about the same left; None where there is nothing, or nothing that can be gone on with."""
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        data["step"] = Step(data["step"])
        data["places"] = [Place(**each) for each in data["places"]]
        data["levels"] = {sku: Level(sku, *row) for sku, row in data["levels"].items()}
        progress = Progress(**data)
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return progress if progress.about == about else None
