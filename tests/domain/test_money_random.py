"""10,000 random orders paid, cancelled in part, captured in part and paid back: parts equal the whole, in three currencies.

GBP has 2 decimals, JPY none, KWD 3. The naive model goes in step; I2 and the ledger are checked after every step, and the
audit over the whole log at the end. A failure prints currency, seed and step.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

import pytest

from domain.actors import Actor
from domain.audit_log import check_fold
from domain.audit_money import check_payments
from domain.calls import due
from domain.commands import (
    Cancel,
    Command,
    Confirm,
    CreateFulfillment,
    Hold,
    Release,
    ShipFulfillment,
    decide,
)
from domain.events import Event
from domain.facts import Fact
from domain.history import apply
from domain.lifecycle import END_STATUSES, MONEY_EVENTS, EventType
from domain.money import minor_units, money
from domain.order import Order, PaymentTerms
from domain.paid import owed, owes_refund, owes_void
from domain.paying import Capture, StartPayment, Void
from domain.payment_report import PaymentReport, ProviderState, RefundReport, RefundState
from domain.recording import Expire, Operation, RecordPayment, RecordRefund, Settle
from domain.refunding import RefundOrder, refundable_units
from tests import factories as make
from tests.domain.comparing import differences, in_words
from tests.domain.naive_model import NaiveOrder
from tests.domain.situations import LATER
from tests.domain.test_random_machine import random_line

CURRENCIES = {"GBP": 3_334, "JPY": 3_333, "KWD": 3_333}
STEPS = 8
ADMIN, OWNER = make.staff(), make.CUSTOMER


@dataclass
class Walk:
    """One order, the naive model beside it, and its log."""

    order: Order
    books: NaiveOrder
    events: tuple[Event, ...]

    def do(self, command: Command, actor: Actor) -> bool:
        """One command, and everything that must hold after it. Whether it was accepted."""
        before = self.order
        expected, decided = self.books.act(command, actor), decide(before, command, actor)
        assert in_words(decided) == expected
        facts = decided if isinstance(decided, tuple) else ()
        if before.status in END_STATUSES:
            assert {fact.type for fact in facts} <= set(MONEY_EVENTS), "I5: money bookkeeping only"
        self.order, events = apply(before, facts, actor, make.NOW)
        self.events += events
        assert differences(self.order, self.books) == []
        check_money(self.order, self.events)
        return isinstance(decided, tuple)


def check_money(order: Order, events: tuple[Event, ...]) -> None:
    """I2, the ledger summed up of the log, and amounts that can be written and read."""
    for payment in order.payments:
        assert 0 <= payment.refunded <= payment.captured <= payment.authorized <= payment.amount
    totals = order.totals
    cancelled = sum(int(str(event.data.get("value", 0))) for event in events)
    paid: dict[object, int] = {}
    for event in events:
        if "captured" in event.data:
            paid[event.data["paymentId"]] = int(str(event.data["captured"]))
    back = sum(int(str(e.data["amount"])) for e in events if e.type is EventType.REFUND_SUCCEEDED)
    assert totals.total - cancelled - sum(paid.values()) + back - totals.balance == 0
    for amount in (totals.total, totals.balance, totals.refunded):
        assert minor_units(money(amount, order.currency)) == amount


def begin(currency: str, dice: Random) -> Walk:
    lines = tuple(random_line(str(number + 1), dice) for number in range(dice.randint(1, 3)))
    terms = dice.choice((PaymentTerms.PREPAID, PaymentTerms.PREPAID, PaymentTerms.ON_ACCOUNT))
    sums = make.totals(lines, shipping=dice.choice((0, 395, 1)))
    new = replace(make.order(lines=lines, version=0, money=sums, terms=terms), currency=currency)
    data = {"lines": len(lines), "units": sum(line.quantity for line in lines), "total": sums.total}
    order, events = apply(new, (Fact(EventType.ORDER_PLACED, data),), make.CUSTOMER, make.NOW)
    return Walk(order, NaiveOrder.of(order), events)


def usual(dice: Random) -> Iterator[tuple[Command, Actor]]:
    """How most orders begin: paid, confirmed, at times captured and shipped."""
    usual: tuple[tuple[Command, Actor], ...] = (
        (StartPayment("tok", "test"), OWNER),
        (Confirm(), ADMIN),
        (Capture(), ADMIN),
        (CreateFulfillment(), ADMIN),
        (ShipFulfillment("ful_0001"), ADMIN),
    )
    yield from usual[: dice.randint(0, len(usual))]


def random_command(order: Order, dice: Random) -> tuple[Command, Actor]:
    some = {line.id: dice.randint(1, line.quantity) for line in dice.sample(order.lines, 1)}
    payment_id = dice.choice([each.id for each in order.payments] or ["pay_0001"])
    parcel_id = dice.choice([each.id for each in order.fulfillments] or ["ful_0001"])
    choices: list[tuple[int, Command, Actor]] = [
        (2, StartPayment("tok", "test"), OWNER),
        (1, Confirm(), ADMIN),
        (1, Cancel(some if dice.random() < 0.9 else None), ADMIN),
        (2, Capture(dice.choice((None, dice.randint(1, 2_000)))), ADMIN),
        (1, Void(payment_id), ADMIN),
        (1, CreateFulfillment(None if dice.random() < 0.5 else some), ADMIN),
        (2, ShipFulfillment(parcel_id), ADMIN),
        (2, RefundOrder(some, shipping=dice.random() < 0.3), ADMIN),
        (1, RefundOrder(amount=dice.choice((None, dice.randint(1, 900)))), ADMIN),
        (1, Settle(), make.SYSTEM),
        (1, dice.choice((Hold(), Release())), ADMIN),
        (1, Expire(LATER), make.SYSTEM),
    ]
    ((_, command, actor),) = dice.choices(choices, [weight for weight, _, _ in choices])
    return command, actor


def answers(order: Order, dice: Random) -> Iterator[Command]:
    """What a provider answers to each call that is due; at times nothing, or no."""
    for call in due(order):
        payment = order.payment(call.payment_id)
        assert payment is not None
        ref, roll = f"ref-{call.payment_id}", dice.random()
        if roll < 0.1:
            continue
        if call.operation is Operation.REFUND:
            state = dice.choice((RefundState.SUCCEEDED, RefundState.SUCCEEDED, RefundState.FAILED))
            yield RecordRefund(
                str(call.refund_id), RefundReport(call.key, call.key, state, call.amount, call.currency)
            )
        elif call.operation is Operation.AUTHORIZE:
            state, held = (ProviderState.AUTHORIZED, call.amount) if roll < 0.8 else (ProviderState.FAILED, 0)
            yield RecordPayment(
                call.payment_id, PaymentReport(ref, state, call.currency, held), call.operation
            )
        elif call.operation is Operation.CAPTURE:
            taken = payment.captured + call.amount
            report = PaymentReport(ref, ProviderState.CAPTURED, call.currency, payment.amount, taken)
            yield RecordPayment(call.payment_id, report, call.operation)
        else:
            report = PaymentReport(
                ref, ProviderState.VOIDED, call.currency, payment.authorized, payment.captured
            )
            yield RecordPayment(call.payment_id, report, call.operation)


def to_the_end(walk: Walk, dice: Random) -> None:
    """Everything that is owed back is asked for and paid; then all that left is paid back, unit by unit: the whole."""
    for _ in range(40):
        told = len(walk.events)
        for command in (*answers(walk.order, Random(1)), Settle()):
            walk.do(command, make.SYSTEM)
        if len(walk.events) == told and not due(walk.order):
            break
    failed = any(each.status.value == "FAILED" for each in walk.order.refunds)
    assert owes_void(walk.order) == () or all(each.voids >= 3 for each in owes_void(walk.order))
    assert owes_refund(walk.order) == 0 or failed


def everything_back(walk: Walk, dice: Random) -> bool:
    """Pay back every unit that left, then shipping, where the whole order is paid and nothing else was paid back."""
    order = walk.order
    clean = not order.refunds and order.totals.captured == owed(order) > 0 and not order.open_units()
    if not clean or order.in_parcels():
        return False
    while units := {line_id: left for line_id, left in refundable_units(walk.order).items() if left}:
        line_id = dice.choice(sorted(units))
        command = RefundOrder({line_id: dice.randint(1, units[line_id])})
        refused = decide(walk.order, command, ADMIN)
        if not isinstance(refused, tuple):  # units that come to nothing are not paid back
            assert in_words(refused) == ("refused", "NotAllowed", "NOTHING_TO_REFUND")
            return False
        walk.do(command, ADMIN)
        for call in due(walk.order):
            report = RefundReport(call.key, call.key, RefundState.SUCCEEDED, call.amount, call.currency)
            walk.do(RecordRefund(str(call.refund_id), report), make.SYSTEM)
    charge = walk.order.totals.shipping + walk.order.totals.shipping_tax
    assert walk.order.totals.captured - walk.order.totals.refunded == charge, (
        "the units are the whole but shipping"
    )
    return True


@pytest.mark.parametrize("currency", CURRENCIES)
def test_parts_equal_the_whole_over_random_orders(currency: str) -> None:
    dice, wholes, refunded, cancelled = Random(f"money {currency}"), 0, 0, 0
    for seed in range(CURRENCIES[currency]):
        walk = begin(currency, dice)
        try:
            for command, actor in usual(dice):
                walk.do(command, actor)
                for answer in answers(walk.order, dice):
                    walk.do(answer, make.SYSTEM)
            for _ in range(STEPS):
                walk.do(*random_command(walk.order, dice))
                for command in answers(walk.order, dice):
                    walk.do(command, make.SYSTEM)
            to_the_end(walk, dice)
            wholes += everything_back(walk, dice)
            assert list(check_payments(walk.order)) == []
            assert list(check_fold(walk.order, walk.events)) == []
        except AssertionError as error:
            raise AssertionError(f"{currency}, order {seed}: {error}\n{walk.order}") from None
        refunded += walk.order.totals.refunded > 0
        cancelled += 0 < walk.order.totals.cancelled < walk.order.totals.total
    assert min(refunded, cancelled) > CURRENCIES[currency] / 20
    assert wholes > 10
