"""Every cell (state, command, role) of the order's machine, against the naive model."""

from copy import deepcopy

import pytest

from domain.commands import ACTION_OF, MoneyCommand, decide, offers
from domain.history import apply
from domain.lifecycle import OrderStatus
from domain.recording import Expire
from tests import factories as make
from tests.domain.comparing import differences, in_words
from tests.domain.naive_model import NaiveOrder
from tests.domain.situations import ROLES, commands_for, in_status, situations

ABOUT_UNITS = {kind: action for kind, action in ACTION_OF.items() if not issubclass(kind, MoneyCommand)}
CELLS = [(status, kind) for status in OrderStatus for kind in (*ABOUT_UNITS, Expire)]


@pytest.mark.parametrize(
    ("status", "kind"), CELLS, ids=lambda each: getattr(each, "name", None) or each.__name__
)
def test_a_cell_is_decided_and_evolved_as_the_naive_model_says(status: OrderStatus, kind: type) -> None:
    checked = 0
    for order in in_status(status):
        for command in (each for each in commands_for(order) if type(each) is kind):
            for role, actor in ROLES.items():
                books = NaiveOrder.of(order)
                expected, decided = books.act(command, actor), decide(order, command, actor)
                assert in_words(decided) == expected, (role, command, order)
                facts = decided if isinstance(decided, tuple) else ()
                after, events = apply(order, facts, actor, make.NOW)
                assert differences(after, books) == [], (role, command, order)
                assert len(events) == len(facts)
                checked += 1
    assert checked >= len(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_what_is_offered_is_accepted_and_what_is_not_is_refused_for_that_reason(role: str) -> None:
    actor = ROLES[role]
    for order in (order for status in OrderStatus for order in in_status(status)):
        for action, reason in offers(order, actor):
            if action not in ABOUT_UNITS.values():
                continue  # tests/domain/test_every_money_cell.py
            attempts = [each for each in commands_for(order) if ACTION_OF.get(type(each)) is action]
            answers = [in_words(decide(order, each, actor)) for each in attempts]
            accepted = any(len(answer) > 1 for answer in answers if answer[0] == "done")
            assert accepted == (reason is None), (action, reason, order)
            if reason is not None:
                words = {
                    answer[2]
                    for answer in answers
                    if answer[1:2] in {("NotAllowed",), ("TransitionNotAllowed",)}
                }
                assert words <= {reason, reason.removeprefix("ORDER_")}, (action, reason, order)


@pytest.mark.parametrize("role", ROLES)
def test_offers_are_what_the_role_may_ever_do(role: str) -> None:
    for order in situations():
        books = NaiveOrder.of(order)
        offered = [(action.value, reason) for action, reason in offers(order, ROLES[role])]
        assert offered == [(action, books.why_not(action, ROLES[role])) for action in books.may(ROLES[role])]


def test_deciding_and_applying_leave_the_order_as_it_was() -> None:
    for order in situations():
        before = deepcopy(order)
        for command in commands_for(order):
            decided = decide(order, command, make.staff())
            apply(order, decided if isinstance(decided, tuple) else (), make.staff(), make.NOW)
        assert order == before
