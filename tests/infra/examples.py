"""Consumers of each kind of source, for templates of what no consumer of the product declares yet."""

from dataclasses import replace
from typing import Any

from infra.declared import Declared
from wiring.declarations import Consumer, FromBus, HttpRoute, Queue


def _never_called(_event: Any, _tool: Any) -> None:
    raise AssertionError


BUS = Consumer(
    "example_bus", _never_called, FromBus(("ORDER_PLACED", "ORDER_CANCELLED")), 256, 20, 5, reads=("orders",)
)
ORDERED = Consumer("example_ordered", _never_called, Queue("example-events", fifo=True), 256, 10, 1)
HOOK = Consumer(
    "example_hook",
    _never_called,
    HttpRoute("POST /examples/{provider}"),
    256,
    10,
    5,
    writes=("orders",),
    sends_to=("example-events",),
)
EXAMPLES = (BUS, ORDERED, HOOK)


def with_examples(declared: Declared) -> Declared:
    """What the product declares, and the examples."""
    return replace(declared, consumers=(*declared.consumers, *EXAMPLES))
