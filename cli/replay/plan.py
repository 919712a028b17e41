"""The replay as steps in file order: place an invoice, or cancel one credited quantity."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cli.replay.invoices import Row
from cli.replay.openlines import LineKey
from cli.replay.rule import Judged, Outcome, pence


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose order it is: an identified customer, or a guest named by the invoice."""

    name: str
    identified: bool
    country: str


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line to order, at `pence` each; `agreed` where that is not the list price."""

    file_line: int
    sku: str
    quantity: int
    pence: int
    agreed: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Place and confirm an invoice; the position of a line, from 1, is its place in `lines`."""

    invoice: str
    owner: Owner
    lines: tuple[OrderLine, ...]

    @property
    def idempotency_key(self) -> str:
        """The same for every run: an invoice becomes one order however often it is replayed."""
        return f"replay-place-{self.invoice:0>10}"

    @property
    def by_owner(self) -> bool:
        """Placed with the owner's own token; else by staff on the owner's behalf."""
        return self.owner.identified and not any(line.agreed for line in self.lines)


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel `quantity` units of an order line, as the line at `position` (from 1) of a credit note says."""

    document: str
    position: int
    file_line: int
    line: LineKey
    quantity: int

    @property
    def idempotency_key(self) -> str:
        """One for each credited line, the same in whatever file the document stands."""
        return f"replay-cancel-{self.document}-{self.position:0>4}"


Step = Place | Cancel


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps, in file order. What is still open after the last is shipped and delivered."""

    steps: tuple[Step, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """The invoices in file order."""
        return tuple(step for step in self.steps if isinstance(step, Place))

    @property
    def cancels(self) -> tuple[Cancel, ...]:
        """The credited lines in file order."""
        return tuple(step for step in self.steps if isinstance(step, Cancel))


def make_plan(judged: Iterable[Judged], list_prices: Mapping[str, int]) -> Plan:
    """Turn judged lines into steps; `list_prices` (pence by SKU) are those that the store holds.

    An invoice is placed where its first line stands, whole, under that line's customer.
    """
    judged = tuple(judged)
    invoices: dict[str, list[Row]] = {}
    for one in judged:
        if one.outcome is Outcome.LINE:
            invoices.setdefault(one.row.invoice, []).append(one.row)
    positions: Counter[str] = Counter()
    steps: list[Step] = []
    for one in judged:
        row = one.row
        positions[row.invoice] += 1
        if one.position == 1:
            steps.append(_place(invoices[row.invoice], list_prices))
        if one.takes is not None:
            steps.append(Cancel(row.invoice, positions[row.invoice], row.line, one.takes, -row.quantity))
    return Plan(tuple(steps))


def _place(rows: list[Row], list_prices: Mapping[str, int]) -> Place:
    first = rows[0]
    name = f"guest-{first.invoice}" if first.customer is None else f"customer-{first.customer}"
    owner = Owner(name, first.customer is not None, first.country)
    return Place(first.invoice, owner, tuple(_line(row, list_prices) for row in rows))


def _line(row: Row, list_prices: Mapping[str, int]) -> OrderLine:
    price = pence(row.price)
    return OrderLine(row.line, row.sku, row.quantity, price, price != list_prices.get(row.sku))
