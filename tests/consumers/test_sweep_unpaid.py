"""Prepaid orders that nobody pays in time expire, and give their stock back; nothing else does."""

from datetime import timedelta

import pytest

from consumers.sweep import Sweeper, sweep
from domain.order import PaymentTerms
from providers.asking import asking
from providers.trial import Trial
from resolvers.confirm_order import ConfirmOrderInput, confirm_order
from resolvers.hold_order import HoldOrderInput, hold_order
from resolvers.place_order import place_order
from resolvers.retry_payment import RetryPaymentInput, retry_payment
from storage.calling import settle_money
from storage.store import Store
from tests.paying import asked, looked, paying, prepaid, stored, trial
from tests.shopkeeping import ADA, ADMIN, NOW, basket, context, do, done, fake, key, placed, stock, stocked
from tests.storage.damaging import findings

EXPIRY = timedelta(minutes=120)
LATE = EXPIRY + timedelta(seconds=1)


@pytest.fixture
def store() -> Store:
    return stocked("LANTERN", units=100, shards=3)


@pytest.fixture
def provider() -> Trial:
    return trial()


def swept(store: Store, after: timedelta = LATE) -> dict[str, int]:
    answer: dict[str, int] = sweep({}, Sweeper(store, NOW + after, expiry=EXPIRY))
    return answer


@pytest.mark.parametrize(
    "method", [None, "test_stolen_card", "test_action_unanswered", "test_approved"], ids=str
)
def test_an_order_that_nobody_paid_expires_once(store: Store, provider: Trial, method: str | None) -> None:
    order = prepaid(store, provider, method)
    if method != "test_approved":  # else nobody has asked the provider
        asked(store, provider, order.id)
    assert stock(store) == (98, 2)
    assert swept(store, EXPIRY) == {"ended": 0, "left": 0}
    assert swept(store) == {"ended": 1, "left": 0}
    after = stored(store, order.id)
    assert (after.status.value, after.totals.balance, stock(store)) == ("EXPIRED", 0, (100, 0))
    assert swept(store) == {"ended": 0, "left": 0}
    assert findings(store) == []


@pytest.mark.parametrize("method", ["test_approved", "test_pending_unanswered"])
def test_an_order_whose_money_is_held_or_under_way_stays(store: Store, provider: Trial, method: str) -> None:
    order = prepaid(store, provider, method)
    asked(store, provider, order.id)
    assert swept(store, timedelta(days=9)) == {"ended": 0, "left": 0}
    assert stored(store, order.id).status.value == "PLACED"


def test_on_account_confirmed_and_held_orders_stay(store: Store, provider: Trial) -> None:
    placed(store)
    for command, given in ((confirm_order, ConfirmOrderInput), (hold_order, HoldOrderInput)):
        done(do(command, given(prepaid(store, provider, None).id), ADMIN, store))
    assert swept(store, timedelta(days=9)) == {"ended": 0, "left": 0}


def test_a_new_try_to_pay_starts_the_time_anew(store: Store, provider: Trial) -> None:
    order = prepaid(store, provider, None, now=NOW - timedelta(days=1))
    done(paying(retry_payment, RetryPaymentInput(order.id, key(), "test_action"), ADA, store, provider))
    assert swept(store, timedelta(minutes=90)) == {"ended": 0, "left": 0}
    assert swept(store) == {"ended": 1, "left": 0}


def test_a_payment_after_the_expiry_is_given_back(store: Store, provider: Trial) -> None:
    order = prepaid(store, provider, "test_action")
    asked(store, provider, order.id)
    swept(store)
    provider.confirm(stored(store, order.id).payments[0].reference, accept=True, now=NOW)
    looked(store, provider, order.id)
    after = settle_money(store, order.id, asking(provider), NOW)
    assert (after.status.value, after.payments[0].status.value) == ("EXPIRED", "VOIDED")
    assert findings(store) == []


def test_a_payment_between_the_index_and_the_order_keeps_it(store: Store, provider: Trial) -> None:
    order = prepaid(store, provider)
    paid: list[object] = []

    def pay(name: str, request: object) -> None:
        if name == "query" and f"O#{order.id}" in str(request) and not paid:
            paid.append(None)
            asked(store, provider, order.id)

    fake(store).before(pay)
    assert swept(store) == {"ended": 0, "left": 0}
    assert stored(store, order.id).status.value == "PLACED"


def test_a_large_order_expires_in_chunks(provider: Trial) -> None:
    skus = [f"BIG-{number:03d}" for number in range(100)]
    store = stocked(*skus, price="1.00", units=10)
    wanted = basket(*((sku, 2) for sku in skus), payment_terms=PaymentTerms.PREPAID)
    assert place_order(wanted, context(ADA, store)).order is not None
    assert swept(store) == {"ended": 1, "left": 0}
    assert {stock(store, sku) for sku in skus} == {(10, 0)}
    assert findings(store) == []
