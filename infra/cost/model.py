"""The bill of a month: lines of a quantity and a price, from what is deployed, what a request takes, and how much is sent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from infra.cost.assumed import Assumed, Inputs
from infra.cost.capacity import Capacity
from infra.cost.deployed import Deployed
from infra.cost.fixed import fixed
from infra.cost.lines import Line
from infra.cost.metered import metered
from infra.cost.prices import Prices
from infra.cost.work import Work, consumer_work, request_work
from infra.declared import Declared


@dataclass(frozen=True, slots=True)
class Model:
    """All but the inputs: a stage, the declarations behind it, the capacity table, prices, and what is assumed."""

    deployed: Deployed
    declared: Declared
    capacity: Capacity
    prices: Prices
    assumed: Assumed = field(default_factory=Assumed)

    def bill(self, inputs: Inputs) -> "Bill":
        """The month's bill."""
        work = tuple(self.work(inputs))
        lines = [
            *fixed(self.deployed, self.assumed),
            *metered(self.deployed, work, inputs, self.assumed, self.stored(inputs)),
        ]
        return Bill(tuple(line for line in lines if line.quantity), self.prices)

    def work(self, inputs: Inputs) -> Iterator[Work]:
        """Everything that functions do in the month."""
        yield from request_work(inputs, self.assumed, self.declared, self.capacity)
        yield from consumer_work(inputs, self.assumed, self.declared, self.capacity)

    def stored(self, inputs: Inputs) -> float:
        """Bytes in the table of orders once it holds as many months as are kept."""
        return self.capacity.stored(inputs.lines) * inputs.orders * self.assumed.months_kept


@dataclass(frozen=True, slots=True)
class Bill:
    """The lines of a month, in the order in which they were made."""

    lines: tuple[Line, ...]
    prices: Prices

    def usd(self, line: Line) -> float:
        """What one line costs."""
        return self.prices[line.price].of(line.quantity)

    @property
    def total(self) -> float:
        """US dollars of the month."""
        return sum(map(self.usd, self.lines))

    def of(self, lines: Iterable[Line]) -> float:
        """US dollars of some of its lines."""
        return sum(map(self.usd, lines))

    def parts(self) -> dict[str, float]:
        """US dollars by part."""
        names = dict.fromkeys(line.part for line in self.lines)
        return {name: self.of(line for line in self.lines if line.part == name) for name in names}

    @property
    def standing(self) -> float:
        """What is paid in a month without a single order."""
        return self.of(line for line in self.lines if line.fixed)
