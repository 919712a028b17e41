"""Judged lines as steps."""

import re

import pytest
from replay_rows import numbered, plan_of, row

from cli.replay.openlines import LineKey
from cli.replay.plan import Cancel, Owner, make_plan
from cli.replay.rule import classify


def test_steps_follow_the_file():
    plan = plan_of(row("1"), row("C2", quantity=-2), row("3"), row("C4", quantity=-1))
    assert [getattr(step, "invoice", None) or step.document for step in plan.steps] == ["1", "C2", "3", "C4"]


def test_cancel_names_its_line_and_a_positive_quantity():
    plan = plan_of(row("1"), row("C2", sku="POST"), row("C2", quantity=-2))
    assert plan.cancels == (Cancel("C2", 2, 4, LineKey("1", 1), 2),)


def test_lines_stay_one_for_one():
    (place,) = plan_of(row(price="2.55"), row(price="2.10"), row(price="2.55")).places
    assert [line.pence for line in place.lines] == [255, 210, 255]


def test_price_off_the_list_is_agreed():
    (place,) = plan_of(row(price="2.55"), row(price="2.10")).places
    assert [line.agreed for line in place.lines] == [False, True]


def test_list_price_of_the_store_wins_over_the_files():
    (place,) = make_plan(classify(numbered(row(price="2.55"))), {"22423": 295}).places
    assert place.lines[0].agreed


@pytest.mark.parametrize(
    ("rows", "own"),
    [
        ([row()], True),
        ([row(), row(price="0")], False),
        ([row(customer=None)], False),
    ],
    ids=["identified at list price", "one line off it", "guest"],
)
def test_who_places(rows, own):
    assert plan_of(*rows).places[0].by_owner is own


def test_guest_is_named_by_the_invoice():
    assert plan_of(row("77", customer=None)).places[0].owner == Owner("guest-77", False, "United Kingdom")


def test_identified_customer_owns_all_their_invoices():
    assert {place.owner.name for place in plan_of(row("1"), row("2")).places} == {"customer-17850"}


def test_two_credits_of_one_document_have_keys_of_their_own():
    plan = plan_of(row("1"), row("C2", quantity=-1), row("C2", quantity=-1))
    assert len({cancel.idempotency_key for cancel in plan.cancels}) == 2


def test_credits_of_two_documents_have_keys_of_their_own():
    plan = plan_of(row("1"), row("C2", quantity=-1), row("C3", quantity=-1))
    assert len({cancel.idempotency_key for cancel in plan.cancels}) == 2


def test_keys_do_not_depend_on_what_stands_before_in_the_file():
    rows = [row("1"), row("C2", quantity=-1)]
    keys = [step.idempotency_key for step in plan_of(*rows).steps]
    assert [step.idempotency_key for step in plan_of(row("0", customer="9"), *rows).steps][1:] == keys


def test_keys_keep_the_apis_alphabet_and_length():
    steps = plan_of(row("1"), row("C2", quantity=-1)).steps
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{16,64}", step.idempotency_key) for step in steps)
