"""What a step of the workflow is over with, in every status of an order; and which orders are handed over by themselves."""

from dataclasses import replace

import pytest

import tests.factories as make
from domain.commands import decide
from domain.lifecycle import END_STATUSES, EventType, OrderStatus, PaymentStatus
from domain.order import Order, PaymentTerms
from domain.recording import HandOver
from domain.steps import CALLS, Outcome, Step, outcome_of

UNCAPTURED = [each for each in PaymentStatus if "CAPTURED" not in each.value]
WAITS = [step for step in Step if step not in CALLS]


def paid_by(
    *statuses: PaymentStatus,
    terms: PaymentTerms = PaymentTerms.PREPAID,
    status: OrderStatus = OrderStatus.PLACED,
) -> Order:
    """An order with payments of these statuses, each of all that is owed."""
    owed = make.order().totals.total
    payments = tuple(make.payment(number, each, amount=owed) for number, each in enumerate(statuses, start=1))
    return make.order(terms=terms, status=status, payments=payments)


@pytest.mark.parametrize("status", END_STATUSES)
@pytest.mark.parametrize("step", WAITS)
def test_whatever_waits_is_over_with_the_order(step: Step, status: OrderStatus) -> None:
    assert outcome_of(make.order(status=status), step) is Outcome.ENDED


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        ((), None),
        ((PaymentStatus.PENDING,), None),
        ((PaymentStatus.ACTION_REQUIRED,), None),
        ((PaymentStatus.FAILED,), None),
        ((PaymentStatus.CREATED,), Outcome.TRY_AGAIN),
        ((PaymentStatus.FAILED, PaymentStatus.CREATED), Outcome.TRY_AGAIN),
        ((PaymentStatus.AUTHORIZED,), Outcome.PAID),
        ((PaymentStatus.FAILED, PaymentStatus.AUTHORIZED), Outcome.PAID),
    ],
)
def test_a_prepaid_order_is_waited_for_until_its_money_is_held(
    statuses: tuple[PaymentStatus, ...], outcome: Outcome | None
) -> None:
    assert outcome_of(paid_by(*statuses), Step.WAIT_FOR_PAYMENT) is outcome


def test_an_order_on_account_is_not_waited_for() -> None:
    order = make.order(terms=PaymentTerms.ON_ACCOUNT)
    assert outcome_of(order, Step.WAIT_FOR_PAYMENT) is Outcome.PAID


@pytest.mark.parametrize(
    ("status", "held_from", "outcome"),
    [
        (OrderStatus.PLACED, None, None),
        (OrderStatus.ON_HOLD, OrderStatus.PLACED, None),
        (OrderStatus.ON_HOLD, OrderStatus.CONFIRMED, Outcome.DONE),
        (OrderStatus.CONFIRMED, None, Outcome.DONE),
    ],
)
def test_the_warehouse_has_what_was_confirmed(
    status: OrderStatus, held_from: OrderStatus | None, outcome: Outcome | None
) -> None:
    order = replace(make.order(status=status), held_from=held_from)
    assert outcome_of(order, Step.HAND_TO_WAREHOUSE) is outcome


@pytest.mark.parametrize("status", OrderStatus)
@pytest.mark.parametrize("paid", UNCAPTURED)
@pytest.mark.parametrize("terms", PaymentTerms)
def test_an_order_is_handed_over_where_it_is_placed_prepaid_and_held(
    terms: PaymentTerms, paid: PaymentStatus, status: OrderStatus
) -> None:
    facts = decide(paid_by(paid, terms=terms, status=status), HandOver(), make.SYSTEM)
    due = (paid, status, terms) == (PaymentStatus.AUTHORIZED, OrderStatus.PLACED, PaymentTerms.PREPAID)
    assert isinstance(facts, tuple)
    assert [fact.type for fact in facts] == ([EventType.ORDER_CONFIRMED] if due else [])
