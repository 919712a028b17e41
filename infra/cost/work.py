"""What functions do in a month: requests of clients, pushes of events, and what time wakes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from infra.cost.assumed import Assumed, Inputs
from infra.cost.capacity import Capacity
from infra.cost.lines import MINUTES_A_MONTH
from infra.cost.traffic import traffic
from infra.declared import Declared
from wiring.declarations import FromBus, HttpRoute, Queue, Schedule, TableStream, Upload


@dataclass(frozen=True, slots=True)
class Work:
    """A function's calls of one kind, what each takes, and whether a client waits for its answer."""

    function: str
    calls: float
    usage: Mapping[str, float]
    asked: bool

    def total(self, *kinds: str) -> float:
        """The month's sum of some kinds of usage."""
        return self.calls * sum(self.usage.get(kind, 0) for kind in kinds)


def request_work(inputs: Inputs, assumed: Assumed, declared: Declared, capacity: Capacity) -> Iterator[Work]:
    """A call for each request to the API."""
    for each in traffic(inputs, assumed, declared):
        yield Work(each.function, each.number, capacity.of(each.request, inputs.lines), asked=True)


def consumer_work(inputs: Inputs, assumed: Assumed, declared: Declared, capacity: Capacity) -> Iterator[Work]:
    """A call for each batch of an order's events, and for each time that a schedule is due.

    Raises KeyError for a consumer that was not metered: bench/capacity.py has to learn it.
    """
    for consumer in declared.consumers:
        match consumer.source:
            case TableStream() | FromBus() | Queue() | HttpRoute():
                an_order = capacity.of(consumer.name, inputs.lines)
                calls = inputs.orders * an_order["batches"] / assumed.records_a_batch
                share = {
                    kind: value * assumed.records_a_batch / an_order["batches"]
                    for kind, value in an_order.items()
                }
                yield Work(
                    consumer.name,
                    calls,
                    share | {"pushed_bytes": an_order.get("pushed_bytes", 0)},
                    asked=False,
                )
            case Upload():  # what it does to tables is next to nothing beside its compute
                yield Work(consumer.name, assumed.pictures_a_month, {"messages": 1}, asked=False)
            case Schedule(every_minutes=minutes):
                usage = capacity.of(consumer.name, inputs.lines)
                yield Work(consumer.name, MINUTES_A_MONTH / minutes, usage, asked=False)
