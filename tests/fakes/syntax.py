"""The parsed forms of DynamoDB's expressions, with names (#n) and values (:v) as they were written."""

from dataclasses import dataclass

Part = str | int
"""One step of a document path: an attribute's name (or #alias), or a position in a list."""


@dataclass(frozen=True, slots=True)
class Path:
    """A document path such as a.#b[0]."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """A value given beside the expression, such as :v."""

    name: str


@dataclass(frozen=True, slots=True)
class Size:
    """The size of what a path leads to."""

    path: Path


Operand = Path | Literal | Size


@dataclass(frozen=True, slots=True)
class Comparison:
    """One of = <> < <= > >= between two operands."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Between:
    """An operand between two others, both included."""

    operand: Operand
    low: Operand
    high: Operand


@dataclass(frozen=True, slots=True)
class Among:
    """An operand that equals one of several."""

    operand: Operand
    options: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function that is true or false of what a path leads to."""

    function: str
    path: Path
    argument: Operand | None


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class Both:
    """AND."""

    left: "Condition"
    right: "Condition"


@dataclass(frozen=True, slots=True)
class Either:
    """OR."""

    left: "Condition"
    right: "Condition"


Condition = Comparison | Between | Among | Call | Not | Both | Either


@dataclass(frozen=True, slots=True)
class IfNotExists:
    """What a path leads to, or else an operand."""

    path: Path
    otherwise: "Source"


@dataclass(frozen=True, slots=True)
class ListAppend:
    """Two lists, one after the other."""

    first: "Source"
    second: "Source"


@dataclass(frozen=True, slots=True)
class Sum:
    """Two numbers added, or the second taken from the first."""

    left: "Source"
    right: "Source"
    minus: bool


Source = Path | Literal | IfNotExists | ListAppend | Sum
"""What SET can give to a path."""


@dataclass(frozen=True, slots=True)
class Update:
    """The four sections of an update expression; each pair is a path and what it is given."""

    sets: tuple[tuple[Path, Source], ...]
    removes: tuple[Path, ...]
    adds: tuple[tuple[Path, Literal], ...]
    deletes: tuple[tuple[Path, Literal], ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every path that the update changes."""
        given = (*self.sets, *self.adds, *self.deletes)
        return (*(path for path, _ in given), *self.removes)
