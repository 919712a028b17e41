"""A shop that takes payments of the built-in test provider: prepaid orders, their payers, and the provider's answers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.actors import Actor
from domain.order import Order as DomainOrder
from domain.order import PaymentTerms
from domain.recording import RecordPayment, SystemCommand
from providers.asking import asking
from providers.provider import Provider
from providers.trial import Trial
from resolvers.confirm_order import ConfirmOrderInput, confirm_order
from resolvers.place_order import place_order
from resolvers.shapes.orders import Order, OrderPayload
from resolvers.shapes.payments import PaymentInput
from storage.calling import call_due
from storage.deciding import carry_out
from storage.order_reads import load_order
from storage.store import Store
from tests.providers.trials import MemoryLedger
from tests.shopkeeping import ADA, ADMIN, NOW, basket, call, context, done


def trial() -> Trial:
    """The test provider with empty books."""
    return Trial(MemoryLedger(), (b"a secret of the tests",), "https://pay.example/{reference}")


def opening(provider: Provider | None) -> Callable[[], Provider] | None:
    """How a request opens it; None where the shop takes no payments."""
    return None if provider is None else lambda: provider


def paying(
    command: Callable[..., Any], input: object, actor: Actor, store: Store, provider: Provider | None
) -> Any:
    """Run a resolver in a shop of this provider; a refusal becomes the payload's `user_errors`."""
    return call(command, input, replace(context(actor, store), provider=opening(provider)))


def prepaid(
    store: Store,
    provider: Provider,
    method: str | None = "test_approved",
    *lines: tuple[str, int],
    now: datetime = NOW,
) -> Order:
    """Ada's prepaid order as placed; its payment begins, and nobody was asked yet."""
    wanted = basket(
        *lines or (("LANTERN", 2),),
        payment_terms=PaymentTerms.PREPAID,
        payment=PaymentInput(method) if method else None,
    )
    payload: OrderPayload = place_order(wanted, replace(context(ADA, store, now), provider=opening(provider)))
    return done(payload)


def asked(store: Store, provider: Provider, order_id: str) -> DomainOrder:
    """The order after every call that was due, as a consumer makes them."""
    return call_due(store, stored(store, order_id), asking(provider), NOW)[0]


def stored(store: Store, order_id: str) -> DomainOrder:
    """The order as it is stored."""
    loaded = load_order(store, order_id)
    assert loaded is not None
    return loaded.order


def authorized(
    store: Store, provider: Provider, *lines: tuple[str, int], method: str = "test_approved"
) -> Order:
    """A confirmed prepaid order whose money is held."""
    order = prepaid(store, provider, method, *lines)
    asked(store, provider, order.id)
    return done(paying(confirm_order, ConfirmOrderInput(order.id), ADMIN, store, provider))


def record(store: Store, order_id: str, command: SystemCommand) -> DomainOrder:
    """The order after something was recorded of it."""
    return carry_out(store, order_id, command, NOW).order


def looked(store: Store, provider: Provider, order_id: str) -> DomainOrder:
    """The order after its first payment was read back at the provider."""
    payment = stored(store, order_id).payments[0]
    return record(store, order_id, RecordPayment(payment.id, provider.look(payment.reference)))
