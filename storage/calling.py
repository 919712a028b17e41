"""Calls of payment providers that an order's intents ask for: made with derived keys, and their answers recorded.

A crash before, between or after leaves the intent or its answer: the same again ends in the same state, since the same
key moves money once. Resolvers call right after they wrote an intent, consumers whenever they find one.
"""

from collections.abc import Callable
from datetime import datetime

from domain.calls import Call, due
from domain.events import Event
from domain.order import Order
from domain.recording import Settle, SystemCommand
from storage.deciding import carry_out
from storage.store import Store

Ask = Callable[[Call], SystemCommand]
"""Calls the provider and says what to record of its answer. Raises what the provider raises where the outcome is unknown."""


def call_due(
    store: Store, order: Order, ask: Ask, now: datetime, wanted: Callable[[Call], bool] = lambda _: True
) -> tuple[Order, tuple[Event, ...]]:
    """Make every call of the order that is due and wanted, in turn, and record each answer: the order after it, and what that told.

    Raises what `ask` raises, and Refused; what is recorded by then stays, and the rest is still due.
    """
    events: tuple[Event, ...] = ()
    for call in filter(wanted, due(order)):
        outcome = carry_out(store, order.id, ask(call), now)
        order, events = outcome.order, events + outcome.events
    return order, events


def settle_money(store: Store, order_id: str, ask: Ask, now: datetime) -> Order:
    """Ask for what is owed back, then make every call that is due: what a consumer does on any event about money.

    Done again it changes nothing more. Raises as `call_due` does.
    """
    settled = carry_out(store, order_id, Settle(), now).order
    return call_due(store, settled, ask, now)[0]
