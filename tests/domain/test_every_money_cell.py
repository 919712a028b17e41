"""Every cell (status, command about money, role) against the naive model, in orders of many kinds of money."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from domain.commands import ACTION_OF, Command, MoneyCommand, decide, offers
from domain.history import apply
from domain.lifecycle import FulfillmentStatus, OrderStatus, PaymentStatus, RefundStatus
from domain.line_shares import cancelled_value
from domain.order import Counters, Fulfillment, Order, PaymentTerms
from domain.paying import Capture, StartPayment, Void
from domain.payment import Payment, Refund, RefundedLine
from domain.payment_report import PaymentReport, ProviderState, RefundReport, RefundState
from domain.recording import Expire, Operation, RecordPayment, RecordRefund, Settle
from domain.refunding import RefundOrder
from tests import factories as make
from tests.domain.comparing import differences, in_words
from tests.domain.naive_model import NaiveOrder
from tests.domain.situations import LATER, ROLES

LINES = (make.line("1", quantity=3, unit_price=333, discount=7), make.line("2", quantity=1))
TOTAL = make.totals(LINES).total
MONEY = {kind: action for kind, action in ACTION_OF.items() if issubclass(kind, MoneyCommand)}
KINDS = (*MONEY, RecordPayment, RecordRefund, Settle, Expire)
P = PaymentStatus


def purses() -> Iterator[tuple[Payment, ...]]:
    """No payment, one in each status, and pairs that are owed back, half taken, or asked something of."""
    yield ()
    for status in PaymentStatus:
        yield (make.payment(status=status, amount=TOTAL, captured=captured(status)),)
    yield (make.payment(status=P.ACTION_REQUIRED, amount=TOTAL), make.payment(2, P.AUTHORIZED, amount=TOTAL))
    yield (make.payment(status=P.AUTHORIZED, amount=TOTAL), make.payment(2, P.AUTHORIZED, amount=TOTAL))
    yield (
        make.payment(status=P.CAPTURED, amount=500, captured=500),
        make.payment(2, P.AUTHORIZED, amount=TOTAL - 500),
    )
    yield (
        make.payment(status=P.CAPTURED, amount=500, captured=500),
        make.payment(2, P.CAPTURED, amount=900, captured=900),
    )
    yield (make.payment(status=P.AUTHORIZED, amount=TOTAL, asked=600, captures=1),)
    yield (make.payment(status=P.AUTHORIZED, amount=TOTAL, voiding=True, voids=1),)
    yield (make.payment(status=P.AUTHORIZED, amount=TOTAL, voids=3),)
    yield (make.payment(status=P.PARTIALLY_CAPTURED, amount=TOTAL, captured=600, released=True),)


def captured(status: PaymentStatus) -> int:
    return {P.CAPTURED: TOTAL, P.PARTIALLY_CAPTURED: 600}.get(status, 0)


def refunds(payments: tuple[Payment, ...]) -> Iterator[tuple[Refund, ...]]:
    """None, one in each state, and three that came to nothing."""
    yield ()
    if payments and payments[0].captured >= 500:
        for status in RefundStatus:
            yield (a_refund(1, status),)
        yield tuple(a_refund(number, RefundStatus.FAILED) for number in (1, 2, 3))


def a_refund(number: int, status: RefundStatus) -> Refund:
    worth = cancelled_value(LINES[0], 2, 1)
    line = RefundedLine("1", 1, worth)
    return Refund(
        f"ref_{number:04d}", "pay_0001", worth + 4, f"ord_a:refund:{number:04d}", make.NOW, status, (line,), 4,
        reference="" if status is RefundStatus.PENDING else "re",
    )  # fmt: skip


@cache
def moneyed(status: OrderStatus) -> tuple[Order, ...]:
    """Orders of a status, whose money is of every kind."""
    return tuple(
        with_money(status, terms, counters, payments, backs)
        for counters in counted(status)
        for terms in PaymentTerms
        for payments in purses()
        for backs in refunds(payments)
    )


def counted(status: OrderStatus) -> list[dict[str, Counters]]:
    """What became of the units: as the status has it."""
    match status:
        case OrderStatus.CANCELLED | OrderStatus.REJECTED | OrderStatus.EXPIRED:
            return [{"1": Counters(cancelled=3), "2": Counters(cancelled=1)}]
        case OrderStatus.COMPLETED:
            return [{"1": Counters(1, 2, 2), "2": Counters(0, 1, 1)}]
        case OrderStatus.CONFIRMED:
            return [{}, {"1": Counters(1, 2, 0)}]
        case _:
            return [{}, {"1": Counters(1, 0, 0)}]


def parcels(counters: dict[str, Counters]) -> Iterator[Fulfillment]:
    """The parcels that these units left in."""
    units = {line_id: each.shipped for line_id, each in counters.items() if each.shipped}
    arrived = any(each.delivered for each in counters.values())
    if units:
        yield make.parcel(units, status=FulfillmentStatus.DELIVERED if arrived else FulfillmentStatus.SHIPPED)


def with_money(
    status: OrderStatus,
    terms: PaymentTerms,
    counters: dict[str, Counters],
    payments: tuple[Payment, ...],
    backs: tuple[Refund, ...],
) -> Order:
    paid = sum(each.amount for each in backs if each.status is RefundStatus.SUCCEEDED)
    first = tuple(replace(each, refunded=paid if each.id == "pay_0001" else 0) for each in payments)
    order = make.order(
        lines=LINES,
        status=status,
        terms=terms,
        counters=counters,
        fulfillments=tuple(parcels(counters)),
        payments=first,
        refunds=backs,
    )
    whole = sum(each.cancelled for each in counters.values()) == 4
    one = cancelled_value(LINES[0], 0, 1) if counters else 0
    worth = order.totals.total if whole else one
    sums = {"cancelled": worth, "captured": sum(each.captured for each in first), "refunded": paid}
    held = OrderStatus.CONFIRMED if status is OrderStatus.ON_HOLD else None
    return replace(order, totals=replace(order.totals, **sums), held_from=held)


def commands() -> Iterator[Command]:
    """Every command about money worth telling apart."""
    yield StartPayment("tok", "test")
    yield from (Capture(amount) for amount in (None, 0, 1, 600, TOTAL, TOTAL + 1))
    yield from (Void(each) for each in ("pay_0001", "pay_0002", "pay_0009"))
    yield from (RefundOrder(amount=amount) for amount in (None, 1, 500, 10_000))
    yield from (
        RefundOrder(units) for units in ({}, {"1": 1}, {"1": 2, "2": 1}, {"1": 3}, {"9": 1}, {"1": 0})
    )
    yield from (
        RefundOrder(shipping=True),
        RefundOrder({"1": 1}, shipping=True),
        RefundOrder({"1": 1}, amount=1),
    )
    yield from (Settle(), Expire(make.NOW), Expire(LATER))
    for state in RefundState:
        yield from (RecordRefund(f"ref_000{n}", refund_report(state)) for n in (1, 9))
    yield RecordRefund("ref_0001", replace(refund_report(RefundState.SUCCEEDED), amount=1))
    for report in reports():
        yield from (RecordPayment(each, report) for each in ("pay_0001", "pay_0009"))
        yield from (RecordPayment("pay_0001", report, each) for each in (Operation.CAPTURE, Operation.VOID))


def refund_report(state: RefundState) -> RefundReport:
    amount = a_refund(1, RefundStatus.PENDING).amount
    return RefundReport("ord_a:refund:0001", "re", state, amount, "GBP", "account_closed")


def reports() -> Iterator[PaymentReport]:
    for state in ProviderState:
        held = TOTAL if state.rank >= ProviderState.AUTHORIZED.rank else 0
        taken = TOTAL if state is ProviderState.CAPTURED else 0
        yield PaymentReport("ref-1", state, "GBP", held, taken, action_url="https://pay.example/1")
    declined = PaymentReport("ref-1", ProviderState.FAILED, "GBP", decline_code="stolen", retryable=False)
    yield from (declined, replace(declined, state=ProviderState.PENDING, reference=""))
    yield PaymentReport("ref-1", ProviderState.CAPTURED, "GBP", TOTAL, 700, 650)
    yield PaymentReport("ref-1", ProviderState.VOIDED, "GBP", TOTAL, 700)
    good = PaymentReport("ref-1", ProviderState.AUTHORIZED, "GBP", TOTAL)
    yield from (
        replace(good, currency="EUR"),
        replace(good, authorized=TOTAL - 1),
        replace(good, reference="no"),
    )
    yield from (
        replace(good, authorized=0),
        replace(good, state=ProviderState.CAPTURED),
        replace(good, captured=-1),
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("status", OrderStatus, ids=lambda status: status.name)
def test_a_cell_is_decided_and_booked_as_the_naive_model_says(status: OrderStatus, kind: type) -> None:
    checked = 0
    roles = ROLES if kind in MONEY else {"system": make.SYSTEM}
    for order in moneyed(status):
        for command in (each for each in commands() if type(each) is kind):
            for role, actor in roles.items():
                books = NaiveOrder.of(order)
                expected, decided = books.act(command, actor), decide(order, command, actor)
                assert in_words(decided) == expected, (role, command, order)
                facts = decided if isinstance(decided, tuple) else ()
                after, _ = apply(order, facts, actor, make.NOW)
                assert differences(after, books) == [], (role, command, order)
                checked += 1
    assert checked >= 40


@pytest.mark.parametrize("role", ROLES)
def test_what_is_offered_of_money_is_accepted_and_the_rest_refused_for_that_reason(role: str) -> None:
    actor = ROLES[role]
    for order in (order for status in OrderStatus for order in moneyed(status)):
        for action, reason in offers(order, actor):
            if action in MONEY.values():
                answers = [
                    in_words(decide(order, each, actor))
                    for each in commands()
                    if MONEY.get(type(each)) is action
                ]
                accepted = any(len(answer) > 1 for answer in answers if answer[0] == "done")
                assert accepted == (reason is None), (action, reason, order)
