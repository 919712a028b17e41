"""Money is moved by key: the same body twice moves it once, another body is a conflict, whatever answer was lost between."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from domain.actors import Actor
from domain.refusals import IdempotencyConflict
from providers.trial import Trial
from resolvers.capture_payment import CapturePaymentInput, capture_payment
from resolvers.refund_order import refund_order
from resolvers.retry_payment import RetryPaymentInput, retry_payment
from resolvers.shapes.payments import RefundOrderInput
from resolvers.void_payment import VoidPaymentInput, void_payment
from storage.store import Store
from tests.paying import authorized, paying, prepaid, stored, trial
from tests.shopkeeping import ADA, contents, done, fake, gbp, key, refusal, staff, stocked
from tests.storage.damaging import findings

FINANCE = staff("finance")
Prepared = tuple[Callable[..., Any], Any, Actor, dict[str, object]]


def prepared(name: str, store: Store, provider: Trial) -> Prepared:
    """A mutation that is due, its input with a key, who sends it, and what makes the body another one."""
    if name == "retryPayment":
        order = prepaid(store, provider, None)
        return (
            retry_payment,
            RetryPaymentInput(order.id, key(), "test_approved"),
            ADA,
            {"method": "test_action"},
        )
    order = authorized(store, provider)
    if name == "capturePayment":
        return capture_payment, CapturePaymentInput(order.id, key()), FINANCE, {"amount": gbp("1.00")}
    if name == "voidPayment":
        given = VoidPaymentInput(order.id, order.payments[0].id, key())
        return void_payment, given, FINANCE, {"payment_id": "pay_0002"}
    done(paying(capture_payment, CapturePaymentInput(order.id, key()), FINANCE, store, provider))
    return (
        refund_order,
        RefundOrderInput(order.id, key(), amount=gbp("1.00")),
        FINANCE,
        {"amount": gbp("2.00")},
    )


NAMES = ["retryPayment", "capturePayment", "voidPayment", "refundOrder"]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_key_and_body_twice_is_one_effect(name: str) -> None:
    store, provider = stocked("LANTERN"), trial()
    command, given, actor, _ = prepared(name, store, provider)
    first = paying(command, given, actor, store, provider)
    assert (first.user_errors, first.replayed) == ((), False)
    after, books = contents(store), dict(provider.ledger.kept)  # type: ignore[attr-defined]
    again = paying(command, given, actor, store, provider)
    assert (again.user_errors, again.replayed, contents(store)) == ((), True, after)
    assert provider.ledger.kept == books  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NAMES)
def test_another_body_under_the_same_key_is_a_conflict_and_changes_nothing(name: str) -> None:
    store, provider = stocked("LANTERN"), trial()
    command, given, actor, other = prepared(name, store, provider)
    paying(command, given, actor, store, provider)
    before = contents(store)
    refused = refusal(paying(command, replace(given, **other), actor, store, provider))
    assert isinstance(refused, IdempotencyConflict)
    assert contents(store) == before


class CrashError(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("name", NAMES[1:])
@pytest.mark.parametrize("writes", [0, 1])
def test_a_crash_before_or_after_the_intent_is_mended_by_the_same_key(name: str, writes: int) -> None:
    store, provider = stocked("LANTERN"), trial()
    command, given, actor, _ = prepared(name, store, provider)
    left = [writes]

    def hook(called: str, _request: object) -> None:
        if called == "transact_write_items":
            left[0] -= 1
            if left[0] < 0:
                raise CrashError

    mended = fake(store).before(hook)
    with pytest.raises(CrashError):
        paying(command, given, actor, store, provider)
    mended()
    assert paying(command, given, actor, store, provider).user_errors == ()
    order = stored(store, given.order_id)
    reported = provider.look(order.payments[0].reference)
    ours = (order.payments[0].captured, order.payments[0].refunded, order.payments[0].released)
    assert ours == (reported.captured, reported.refunded, name == "voidPayment")
    assert findings(store) == []
