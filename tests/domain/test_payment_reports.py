"""What providers report of a payment, in any order and any number of times, ends in one payment."""

from dataclasses import replace
from itertools import permutations, product
from random import Random

import pytest

from domain.commands import decide
from domain.history import apply
from domain.lifecycle import OrderStatus, PaymentStatus
from domain.order import Order
from domain.payment import Refund
from domain.payment_report import PaymentReport, ProviderState, RefundReport, RefundState
from domain.recording import RecordPayment, RecordRefund, SystemCommand
from tests import factories as make

AMOUNT = 3_000
PENDING = PaymentReport("ref-1", ProviderState.PENDING, "GBP")
ACTION = PaymentReport("ref-1", ProviderState.ACTION_REQUIRED, "GBP", action_url="https://pay.example/1")
FAILED = PaymentReport("ref-1", ProviderState.FAILED, "GBP", decline_code="authentication_failed")
AUTHORIZED = PaymentReport("ref-1", ProviderState.AUTHORIZED, "GBP", AMOUNT)
PART = PaymentReport("ref-1", ProviderState.CAPTURED, "GBP", AMOUNT, 1_000)
WHOLE = PaymentReport("ref-1", ProviderState.CAPTURED, "GBP", AMOUNT, AMOUNT)
BACK = PaymentReport("ref-1", ProviderState.CAPTURED, "GBP", AMOUNT, AMOUNT, 500)
VOIDED = PaymentReport("ref-1", ProviderState.VOIDED, "GBP", AMOUNT)
REST_VOIDED = PaymentReport("ref-1", ProviderState.VOIDED, "GBP", AMOUNT, 1_000)
PAID_BACK = RefundReport("ord_a:refund:0001", "re-1", RefundState.SUCCEEDED, 500, "GBP")
TURNED_DOWN = replace(PAID_BACK, state=RefundState.FAILED, failure_code="account_closed")
TAKEN_UP = replace(PAID_BACK, state=RefundState.PENDING)

SIXES = {
    "paid in two parts, 500 back": (PENDING, AUTHORIZED, PART, WHOLE, BACK, PAID_BACK),
    "confirmed after a failure": (PENDING, ACTION, FAILED, AUTHORIZED, PART, WHOLE),
    "failed, and that is all": (PENDING, ACTION, FAILED, FAILED, ACTION, PENDING),
    "given back": (PENDING, ACTION, FAILED, AUTHORIZED, VOIDED, VOIDED),
    "the rest given back": (ACTION, AUTHORIZED, PART, REST_VOIDED, PENDING, PART),
    "a refund of many words": (AUTHORIZED, WHOLE, TAKEN_UP, TURNED_DOWN, PAID_BACK, BACK),
}
ENDS = {
    "paid in two parts, 500 back": ("CAPTURED", AMOUNT, 500),
    "confirmed after a failure": ("CAPTURED", AMOUNT, 0),
    "failed, and that is all": ("FAILED", 0, 0),
    "given back": ("VOIDED", 0, 0),
    "the rest given back": ("PARTIALLY_CAPTURED", 1_000, 0),
    "a refund of many words": ("CAPTURED", AMOUNT, 500),
}


def started(status: OrderStatus = OrderStatus.CONFIRMED, *, refunding: bool = False) -> Order:
    """An order whose payment nobody has reported of; or (`refunding`) that 500 were captured of and are asked back."""
    if not refunding:
        return make.order(
            status=status, payments=(make.payment(status=PaymentStatus.CREATED, amount=AMOUNT),)
        )
    refund = Refund("ref_0001", "pay_0001", 500, "ord_a:refund:0001", make.NOW)
    payment = make.payment(status=PaymentStatus.PARTIALLY_CAPTURED, amount=AMOUNT, captured=500)
    paid = make.totals((make.line("1"), make.line("2", quantity=3, unit_price=333)), captured=500)
    return make.order(status=status, payments=(payment,), refunds=(refund,), money=paid)


def heard(order: Order, report: PaymentReport | RefundReport) -> tuple[Order, int]:
    """The order after a report, and how many events that told."""
    command: SystemCommand = (
        RecordRefund("ref_0001", report)
        if isinstance(report, RefundReport)
        else RecordPayment("pay_0001", report)
    )
    facts = decide(order, command, make.SYSTEM)
    assert isinstance(facts, tuple), facts
    after, events = apply(order, facts, make.SYSTEM, make.NOW)
    return after, len(events)


def end_of(order: Order) -> object:
    """All that must not depend on the order of reports."""
    return order.payments, order.refunds, order.kept, order.totals, order.status


@pytest.mark.parametrize("name", SIXES)
@pytest.mark.parametrize("status", [OrderStatus.CONFIRMED, OrderStatus.CANCELLED])
def test_every_order_of_six_reports_ends_in_one_state(name: str, status: OrderStatus) -> None:
    ends = []
    for reports in permutations(SIXES[name]):
        order = started(status, refunding=PAID_BACK in SIXES[name])
        for report in reports:
            order, _ = heard(order, report)
            payment = order.payments[0]
            assert 0 <= payment.refunded <= payment.captured <= payment.authorized <= payment.amount, "I2"
        ends.append(end_of(order))
    assert len(ends) == 720
    assert all(end == ends[0] for end in ends)
    payment = order.payments[0]
    assert (payment.status.value, payment.captured, payment.refunded) == ENDS[name]
    assert order.status is status


@pytest.mark.parametrize("seed", range(3))
def test_reports_that_come_again_tell_nothing(seed: int) -> None:
    dice = Random(seed)
    for reports in SIXES.values():
        order = started(refunding=PAID_BACK in reports)
        for report in reports:
            order, _ = heard(order, report)
        for report in dice.choices(reports, k=20):
            again, told = heard(order, report)
            assert (again, told) == (order, 0)


@pytest.mark.parametrize(
    ("first", "second"), list(product((PENDING, ACTION, FAILED, AUTHORIZED, WHOLE, VOIDED), repeat=2))
)
def test_a_payment_never_falls_back(first: PaymentReport, second: PaymentReport) -> None:
    ranks = list(PaymentStatus)
    once, _ = heard(started(), first)
    twice, _ = heard(once, second)
    assert ranks.index(twice.payments[0].status) >= ranks.index(once.payments[0].status)
    assert twice.totals.captured >= once.totals.captured
