"""Events of payments on their orders: in any order and any number, one end; what cannot be recorded is kept for people."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from random import Random

import pytest

from domain.lifecycle import OrderStatus, PaymentStatus, RefundStatus
from domain.order import Order
from domain.payment_report import PaymentReport, ProviderState
from providers.asking import asking
from providers.provider import WebhookEvent
from resolvers.cancel_order import cancel_order
from resolvers.shapes.inputs import CancelOrderInput
from storage.calling import settle_money
from tests.consumers.webhook_world import World, told
from tests.paying import asked, authorized, paying, prepaid, stored
from tests.shopkeeping import ADA, NOW, contents, done
from tests.storage.damaging import findings


@pytest.fixture
def world() -> World:
    return World()


def unpaid(world: World) -> Order:
    """A prepaid order whose payment waits at its provider."""
    order = prepaid(world.store, world.trial, "test_pending")
    return asked(world.store, world.trial, order.id)


def six(order: Order) -> list[WebhookEvent]:
    """A payment's whole way, told by cumulative reports."""
    payment = order.payments[0]
    first = PaymentReport(payment.reference, ProviderState.PENDING, payment.currency)
    held = replace(first, state=ProviderState.AUTHORIZED, authorized=payment.amount)
    part = replace(held, state=ProviderState.CAPTURED, captured=200)
    whole = replace(part, captured=payment.amount)
    asks = replace(first, state=ProviderState.ACTION_REQUIRED, action_url="https://pay.example/1")
    reports = [first, asks, held, part, whole, replace(whole, refunded=100)]
    return [
        WebhookEvent(f"evt_{order.id}_{number}", order.id, payment.id, report)
        for number, report in enumerate(reports)
    ]


def state(order: Order) -> tuple[object, ...]:
    """All that the money of an order comes to; what is its own alone (ids, reference) left out."""
    payments = [replace(each, reference="") for each in order.payments]
    return order.status, order.totals, payments, order.refunds


def test_all_720_orders_of_six_events_end_in_one_state(world: World) -> None:
    ends = set()
    for way in permutations(range(6)):
        order = unpaid(world)
        events = six(order)
        for number in way:
            world.post("test", told(events[number]))
            assert world.work() == []
        ends.add(repr(state(stored(world.store, order.id))))
    assert len(ends) == 1
    payment = stored(world.store, order.id).payments[0]
    assert (payment.status, payment.refunded) == (PaymentStatus.CAPTURED, 100)
    assert findings(world.store) == []


def test_any_order_with_repeats_and_any_timing_ends_in_the_same_state(world: World) -> None:
    straight = unpaid(world)
    world.post("test", *(told(each) for each in six(straight)))
    world.work()
    for seed in range(200):
        dice, order = Random(seed), unpaid(world)
        events = six(order)
        for number in dice.sample([*range(6)] * 3, 18):
            world.post("test", told(events[number], NOW + timedelta(seconds=dice.randrange(300))))
            if dice.random() < 0.3:
                world.line.forget()
            if dice.random() < 0.3:
                world.work()
        world.work()
        assert state(stored(world.store, order.id)) == state(stored(world.store, straight.id)), seed


def test_an_event_that_is_recorded_is_neither_sent_nor_recorded_again(world: World) -> None:
    order = unpaid(world)
    event = told(six(order)[2])
    world.post("test", event)
    world.work()
    world.line.forget()
    before, sends = contents(world.store), world.line.sends
    world.post("test", event)
    assert (contents(world.store), world.line.sends) == (before, sends)


def test_a_message_that_comes_twice_records_once(world: World) -> None:
    order = unpaid(world)
    world.post("test", told(six(order)[2]))
    message = world.line.waiting[0]
    world.work()
    before = contents(world.store)
    world.line.waiting.append(message)
    assert (world.work(), contents(world.store)) == ([], before)


def late(world: World, method: str) -> Order:
    """An order that ended while its payment was still under way."""
    order = prepaid(world.store, world.trial, method)
    asked(world.store, world.trial, order.id)
    ended = done(paying(cancel_order, CancelOrderInput(order.id), ADA, world.store, world.trial))
    assert ended.status is OrderStatus.CANCELLED
    return stored(world.store, order.id)


@pytest.mark.parametrize("method", ["test_pending", "test_action"])
def test_a_payment_that_is_approved_too_late_is_given_back_and_the_order_stays_ended(
    world: World, method: str
) -> None:
    order = late(world, method)
    world.post("test", *world.trial.settle(order.payments[0].reference, NOW))
    assert world.work() == []
    assert stored(world.store, order.id).payments[0].voiding
    after = settle_money(world.store, order.id, asking(world.trial), NOW)
    assert (after.status, after.payments[0].status) == (OrderStatus.CANCELLED, PaymentStatus.VOIDED)
    assert world.trial.look(order.payments[0].reference).state is ProviderState.VOIDED


def test_a_capture_that_is_told_too_late_is_paid_back_and_the_order_stays_ended(world: World) -> None:
    order = late(world, "test_pending")
    payment = order.payments[0]
    world.trial.settle(payment.reference, NOW)
    world.trial.capture(payment.reference, payment.amount, payment.currency, "by hand")
    world.post("test", *reversed(world.trial.deliveries(payment.reference, NOW)))
    assert world.work() == []
    after = settle_money(world.store, order.id, asking(world.trial), NOW)
    assert (after.status, after.totals.captured, after.totals.refunded) == (
        OrderStatus.CANCELLED,
        payment.amount,
        payment.amount,
    )
    assert [each.status for each in after.refunds] == [RefundStatus.SUCCEEDED]
    assert findings(world.store) == []


def test_all_720_orders_of_events_leave_an_ended_order_ended_and_ask_all_back(world: World) -> None:
    for way in permutations(range(6)):
        order = late(world, "test_pending")
        *events, last = six(order)
        assert last.payment is not None
        given_back = replace(last.payment, state=ProviderState.VOIDED, refunded=0)
        events.append(replace(last, payment=given_back))
        world.post("test", *(told(events[number]) for number in way))
        assert world.work() == []
        after = stored(world.store, order.id)
        asked_back = sum(each.amount for each in after.refunds)
        assert (after.status, asked_back) == (OrderStatus.CANCELLED, order.payments[0].amount), way


def test_a_refund_that_the_provider_ends_later_is_ended_on_the_order(world: World) -> None:
    order = authorized(world.store, world.trial, method="test_refund_pending")
    payment = stored(world.store, order.id).payments[0]
    world.trial.capture(payment.reference, payment.amount, payment.currency, "by hand")
    world.post("test", *world.trial.deliveries(payment.reference, NOW))
    world.work()
    done(paying(cancel_order, CancelOrderInput(order.id), ADA, world.store, world.trial))
    pending = settle_money(world.store, order.id, asking(world.trial), NOW).refunds
    assert [each.status for each in pending] == [RefundStatus.PENDING]
    world.post("test", *world.trial.settle(payment.reference, NOW))
    assert world.work() == []
    assert [each.status for each in stored(world.store, order.id).refunds] == [RefundStatus.SUCCEEDED]


def wrong(order: Order) -> Iterator[tuple[str, WebhookEvent]]:
    """What an order refuses to record."""
    right = six(order)[2]
    assert right.payment is not None
    yield "amount", replace(right, payment=replace(right.payment, authorized=1))
    yield "currency", replace(right, payment=replace(right.payment, currency="EUR"))
    yield "reference", replace(right, payment=replace(right.payment, reference="another"))
    yield "payment", replace(right, payment_id="pay_0007")


@pytest.mark.parametrize("number", range(4))
def test_what_an_order_refuses_changes_nothing_holds_back_nobody_and_becomes_a_dead_letter(
    world: World, number: int
) -> None:
    order = unpaid(world)
    what, event = list(wrong(order))[number]
    before = stored(world.store, order.id)
    world.post("test", told(replace(event, id=event.id + what)))
    (failed,) = world.work()  # it was set aside, and failed there: so it will be until it is parked
    assert failed.startswith("aside-")
    assert stored(world.store, order.id) == before
    world.post("test", told(six(order)[2]))
    assert world.work() == [failed]
    assert stored(world.store, order.id).payments[0].status is PaymentStatus.AUTHORIZED
    world.line.waiting.clear()


def test_another_body_under_a_known_id_is_kept_for_people_and_changes_nothing(world: World) -> None:
    order = unpaid(world)
    first, second = six(order)[2], replace(six(order)[4], id=six(order)[2].id)
    world.post("test", told(first), told(second))
    (failed,) = world.work()
    assert failed.startswith("aside-")
    assert stored(world.store, order.id).payments[0].status is PaymentStatus.AUTHORIZED
    world.line.waiting.clear()


def test_an_event_of_an_order_that_is_not_there_waits_for_it(world: World) -> None:
    event = replace(six(unpaid(world))[2], id="evt_unknown", order_id="ord_unknown")
    world.post("test", told(event), told(replace(event, id="evt_nowhere", order_id=None)))
    assert world.work() == ["ord_unknown", event.payment.reference if event.payment else ""]
    assert [each.get("doneAt") for each in world.inbox() if "unknown" in each["PK"]["S"]] == [None]
    world.line.waiting.clear()


def test_a_provider_reports_on_its_own_payments_alone(world: World) -> None:
    order = unpaid(world)
    event = six(order)[2]
    world.post("test", told(event))
    message = world.line.waiting[0]
    message["body"] = message["body"].replace('"from":"test"', '"from":"stripe"')
    (failed,) = world.work()
    assert failed.startswith("aside-")
    assert stored(world.store, order.id).payments == order.payments
    world.line.waiting.clear()
