"""Something decided about an order: the event's type and its data, not yet numbered."""

from collections.abc import Mapping
from dataclasses import field

from domain.lifecycle import EventType
from domain.values import value


@value
class Fact:
    """Something decided. `data` goes into the log; `kept` is kept with the order and told to nobody."""

    type: EventType
    data: Mapping[str, object]
    kept: Mapping[str, str | None] = field(default_factory=dict)


Facts = tuple[Fact, ...]
